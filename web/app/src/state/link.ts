// What stands in the address bar: where one is and how the map is looked at, so that every view
// is a link.

import { inject, reactive, ref, shallowRef, watch } from 'vue'
import type { InjectionKey, Ref, ShallowRef } from 'vue'
import type { Catalog, Level } from '../api/layers'
import { defaultLayers } from '../map/style/style'
import { asOf } from '../api/server'
import { lang } from '../words'
import { formatLink, parseLink } from './address'
import type { Camera, Compared, Reach, Selection } from './address'
import { home } from './home'

export interface View {
  layers: string[]
  theme: string | undefined
  hidden: string[]
  /** Layers from the top down; none is the usual order. */
  order: string[]
  /** Opacities below 1, by layer. */
  opacity: Record<string, number>
}

export interface Link {
  /** Which of the app's views is open, by its id. */
  opens: Ref<string>
  view: View
  /** What is complete by this year counts as existing; undefined is the present year. */
  year: Ref<number | undefined>
  /** The moment whose state is looked at, in ISO 8601; undefined is the present. */
  at: Ref<string | undefined>
  /** The code of the county (6 digits) or town (9) that everything is narrowed to. */
  area: Ref<string | undefined>
  camera: Ref<Camera | undefined>
  /** Whether counties, towns or villages are shown, at any zoom; undefined is by the zoom. */
  level: Ref<Level | undefined>
  /** The other side, while two years or themes are compared. */
  compare: Ref<Compared | undefined>
  selection: Ref<Selection | undefined>
  /** The place from which it is asked who can be got to. */
  reach: ShallowRef<Reach | undefined>
  /** The service whose gaps are looked at, by its id; undefined is the first. */
  service: Ref<string | undefined>
}

export const linkKey: InjectionKey<Link> = Symbol('link')

export function useLink(): Link {
  const link = inject(linkKey)
  if (!link) throw new Error('useLink needs an app that provides the state')
  return link
}

export function createLink(): Link {
  return {
    opens: ref('map'),
    view: reactive<View>({ layers: [], theme: undefined, hidden: [], order: [], opacity: {} }),
    year: ref(),
    at: ref(),
    area: ref(),
    camera: ref(),
    level: ref(),
    compare: ref(),
    selection: ref(),
    reach: shallowRef(),
    service: ref(),
  }
}

/** Takes the view from the address bar and, where it is the app's to keep, writes it back when it changes. */
export function followAddress(to: Link, catalog: ShallowRef<Catalog | undefined>, keep = true): void {
  const { view, camera, selection, reach, service, opens, year, at, area, compare, level } = to

  function read(): void {
    const link = parseLink(location.hash)
    opens.value = link.view ?? 'map'
    year.value = link.year
    at.value = link.at
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
    service.value = link.service
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
      ...(at.value ? { at: at.value } : {}),
      ...(camera.value ? { camera: camera.value } : {}),
      ...(view.theme ? { theme: view.theme } : {}),
      ...(level.value ? { level: level.value } : {}),
      ...(view.hidden.length ? { hidden: view.hidden } : {}),
      ...(same ? {} : { layers: view.layers }),
      ...(view.order.length ? { order: view.order } : {}),
      opacity: view.opacity,
      ...(compare.value ? { compare: compare.value } : {}),
      ...(selection.value ? { selection: selection.value } : {}),
      ...(opens.value === 'coverage' && service.value && service.value !== catalog.value.services[0]?.id ? { service: service.value } : {}),
      ...(reach.value ? { reach: reach.value } : {}),
      ...(lang.value === 'zh' ? {} : { lang: lang.value }),
    })
    if (hash !== location.hash) history.replaceState(history.state, '', hash || location.pathname + location.search)
  }

  watch(at, asOf, { flush: 'sync' })
  read()
  watch(
    catalog,
    (now, before) => {
      if (now && !before) view.layers = parseLink(location.hash).layers ?? defaultLayers(now)
    },
    { flush: 'sync' },
  )
  addEventListener('hashchange', read)
  watch(lang, (l) => (document.documentElement.lang = l === 'zh' ? 'zh-CN' : 'en'), { immediate: true })
  if (!keep) return
  watch(
    [
      opens,
      year,
      at,
      area,
      camera,
      level,
      () => ({ ...view, layers: [...view.layers], hidden: [...view.hidden], opacity: { ...view.opacity } }),
      compare,
      selection,
      reach,
      service,
      lang,
      catalog,
    ],
    write,
    {
      flush: 'post',
    },
  )
}
