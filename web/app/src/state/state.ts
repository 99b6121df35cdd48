// What the user has chosen and what the server has said: one struct, made once,
// handed down by provide/inject, and kept in step with the address bar.

import { computed, inject, reactive, ref, shallowReactive, shallowRef, watch } from 'vue'
import type { Map as MapLibre } from 'maplibre-gl'
import type { ComputedRef, InjectionKey, Ref, ShallowReactive, ShallowRef } from 'vue'
import { ApiError, getCatalog } from '../api/server'
import type { Area, Feature } from '../api/server'
import type { Bounds, Catalog, Layer } from '../api/layers'
import { layerOf } from '../api/layers'
import { services } from '../api/coverage'
import type { Service } from '../api/coverage'
import { lang } from '../words'
import type { Basemap } from '../map/style/basemap'
import type { Reading } from '../api/locate'
import { defaultLayers } from '../map/style/style'
import type { StyleData } from '../map/style/style'
import { THEMED, themeOf } from '../map/style/themes'
import type { Theme } from '../map/style/themes'
import { home } from './home'
import type { Level } from '../map/style/choropleth'
import type { AreaMap } from '../map/areaMap'
import type { Overlay } from '../map/overlay'
import { formatLink, parseLink } from './address'
import type { Camera, Compared, Reach, Selection } from './address'

export type Link = 'connecting' | 'live' | 'degraded' | 'offline'

export interface View {
  layers: string[]
  theme: string | undefined
  hidden: string[]
  /** Layers from the top down; none is the usual order. */
  order: string[]
  /** Opacities below 1, by layer. */
  opacity: Record<string, number>
}

export type Scheme = 'light' | 'dark'

/** A place on the map that was clicked. */
export interface Place {
  lon: number
  lat: number
}

export interface State {
  catalog: ShallowRef<Catalog | undefined>
  failure: Ref<string | undefined>
  /** Which of the app's views is open, by its id. */
  opens: Ref<string>
  view: View
  /** What is complete by this year counts as existing; undefined is the present year. */
  year: Ref<number | undefined>
  /** The code of the county (6 digits) or town (9) that everything is narrowed to. */
  area: Ref<string | undefined>
  /** The counties with their towns, as last read. */
  areas: ShallowRef<Area[]>
  /** A bare place that is asked about, with how it was read where it was pasted. */
  place: ShallowRef<(Place & { reading?: Reading }) | undefined>
  scheme: Ref<Scheme>
  /** What views draw over the map, by name. */
  overlays: ShallowReactive<Map<string, Overlay>>
  /** A colouring of villages that an open view asks for, in place of the chosen theme. */
  painted: ShallowRef<Theme | undefined>
  /** Colours of counties, by code, that an open view asks for. */
  tinted: ShallowRef<ReadonlyMap<string, string> | undefined>
  /** Takes a click on the map before features do; true where it has used it. */
  picker: ShallowRef<((at: Place) => boolean) | undefined>
  /** The map itself, for what draws on it by its own means. */
  map: ShallowRef<MapLibre | undefined>
  /** What the map shows beside tiles, for a second one that is to show the same. */
  drawn: ShallowRef<StyleData | undefined>
  /** The other side, while two years or themes are compared. */
  compare: Ref<Compared | undefined>
  /** Somebody else's map under ours. */
  basemap: Ref<Basemap | undefined>
  /** Moves the map; nothing before there is one. */
  show: ShallowRef<(bounds: Bounds) => void>
  /** Whether counties, towns or villages are shown, at any zoom; undefined is by the zoom. */
  level: Ref<Level | undefined>
  /** Counties and towns by the theme. */
  areaMap: ShallowRef<AreaMap | undefined>
  camera: Ref<Camera | undefined>
  selection: Ref<Selection | undefined>
  /** The service whose gaps are looked at. */
  service: Ref<Service>
  /** The place from which it is asked who can be got to. */
  reach: ShallowRef<Reach | undefined>
  /** The selected feature as last read. */
  opened: ShallowRef<Feature | undefined>
  /** Rises when the selected feature may have changed in the store. */
  revision: Ref<number>
  /** Rises when anything may have changed in the store. */
  changes: Ref<number>
  link: Ref<Link>
  /** Villages in view by class of the theme. */
  counts: ShallowRef<Map<string, number> | undefined>
  theme: ComputedRef<Theme | undefined>
  themed: ComputedRef<Layer | undefined>
  load(): Promise<void>
}

const key: InjectionKey<State> = Symbol('state')
export const stateKey = key

export function useState(): State {
  const state = inject(key)
  if (!state) throw new Error('useState needs an app that provides the state')
  return state
}

export function createState(): State {
  const catalog = shallowRef<Catalog>()
  const failure = ref<string>()
  const view = reactive<View>({ layers: [], theme: undefined, hidden: [], order: [], opacity: {} })
  const themed = computed(() => catalog.value && layerOf(catalog.value, THEMED))
  const painted = shallowRef<Theme>()
  const theme = computed(() => painted.value ?? (themed.value && themeOf(themed.value, view.theme)))

  async function load(): Promise<void> {
    try {
      const first = catalog.value === undefined
      catalog.value = await getCatalog()
      failure.value = undefined
      if (first) view.layers = parseLink(location.hash).layers ?? defaultLayers(catalog.value)
    } catch (error) {
      if (!catalog.value) failure.value = error instanceof ApiError && error.status ? error.message : 'unreachable'
    }
  }

  return {
    catalog,
    failure,
    opens: ref('map'),
    view,
    year: ref(),
    area: ref(),
    areas: shallowRef([]),
    place: shallowRef(),
    scheme: ref(rememberedScheme()),
    overlays: shallowReactive(new Map<string, Overlay>()),
    painted,
    tinted: shallowRef(),
    picker: shallowRef(),
    map: shallowRef(),
    drawn: shallowRef(),
    compare: ref(),
    basemap: ref(rememberedBasemap()),
    show: shallowRef(() => {}),
    level: ref(),
    areaMap: shallowRef(),
    camera: ref(),
    selection: ref(),
    service: ref('road'),
    reach: shallowRef(),
    opened: shallowRef(),
    revision: ref(0),
    changes: ref(0),
    link: ref('connecting'),
    counts: shallowRef(),
    theme,
    themed,
    load,
  }
}

/** Takes the view from the address bar and, where it is the app's to keep, writes it back when it changes. */
export function followAddress(state: State, keep = true): void {
  const { view, camera, selection, reach, service, catalog, opens, year, area, compare, level } = state

  function read(): void {
    const link = parseLink(location.hash)
    opens.value = link.view ?? 'map'
    year.value = link.year
    // A link that says nothing opens at the user's own county.
    area.value = link.area ?? (keep && !location.hash.replace('#', '') ? home.value : undefined)
    camera.value = link.camera
    level.value = link.level
    view.theme = link.theme
    view.hidden = link.hidden ?? []
    view.order = link.order ?? []
    view.opacity = link.opacity ?? {}
    compare.value = link.compare
    selection.value = link.selection
    reach.value = link.reach
    service.value = services.find((s) => s === link.service) ?? 'road'
    lang.value = link.lang ?? lang.value
    if (catalog.value) view.layers = link.layers ?? defaultLayers(catalog.value)
  }

  function write(): void {
    if (!catalog.value) return
    const usual = defaultLayers(catalog.value)
    const same = usual.length === view.layers.length && usual.every((id) => view.layers.includes(id))
    const hash = formatLink({
      ...(opens.value === 'map' ? {} : { view: opens.value }),
      ...(area.value ? { area: area.value } : {}),
      ...(year.value ? { year: year.value } : {}),
      ...(camera.value ? { camera: camera.value } : {}),
      ...(view.theme ? { theme: view.theme } : {}),
      ...(level.value ? { level: level.value } : {}),
      ...(view.hidden.length ? { hidden: view.hidden } : {}),
      ...(same ? {} : { layers: view.layers }),
      ...(view.order.length ? { order: view.order } : {}),
      opacity: view.opacity,
      ...(compare.value ? { compare: compare.value } : {}),
      ...(selection.value ? { selection: selection.value } : {}),
      ...(opens.value === 'coverage' && service.value !== 'road' ? { service: service.value } : {}),
      ...(reach.value ? { reach: reach.value } : {}),
      ...(lang.value === 'zh' ? {} : { lang: lang.value }),
    })
    if (hash !== location.hash) history.replaceState(history.state, '', hash || location.pathname + location.search)
  }

  read()
  addEventListener('hashchange', read)
  watch(lang, (l) => (document.documentElement.lang = l === 'zh' ? 'zh-CN' : 'en'), { immediate: true })
  if (!keep) return
  watch([opens, year, area, camera, level, () => ({ ...view, layers: [...view.layers], hidden: [...view.hidden], opacity: { ...view.opacity } }), compare, selection, reach, service, lang, catalog], write, {
    flush: 'post',
  })
}

const SCHEME = 'cuntu.scheme'

function rememberedScheme(): Scheme {
  return globalThis.localStorage?.getItem(SCHEME) === 'dark' ? 'dark' : 'light'
}

/** Colours the page as chosen, and remembers it for the next visit. */
export function followScheme(state: State): void {
  watch(
    state.scheme,
    (scheme) => {
      document.documentElement.dataset['scheme'] = scheme
      document.documentElement.classList.toggle('dark', scheme === 'dark') // what Element Plus looks at
      localStorage.setItem(SCHEME, scheme)
    },
    { immediate: true },
  )
}

const BASEMAP = 'cuntu.basemap'

function rememberedBasemap(): Basemap | undefined {
  try {
    const kept = JSON.parse(globalThis.localStorage?.getItem(BASEMAP) ?? 'null') as Basemap | null
    return kept && typeof kept.template === 'string' ? { template: kept.template, attribution: String(kept.attribution ?? ''), on: kept.on === true } : undefined
  } catch {
    return undefined
  }
}

/** Remembers the basemap in this browser and nowhere else. */
export function followBasemap(state: State): void {
  watch(state.basemap, (to) => (to ? localStorage.setItem(BASEMAP, JSON.stringify(to)) : localStorage.removeItem(BASEMAP)))
}
