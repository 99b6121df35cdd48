// What the user has chosen and what the server has said: one struct, made once,
// handed down by provide/inject, and kept in step with the address bar.

import { computed, inject, reactive, ref, shallowRef, watch } from 'vue'
import type { ComputedRef, InjectionKey, Ref, ShallowRef } from 'vue'
import { ApiError, getCatalog } from '../api'
import type { Feature } from '../api'
import type { Catalog, Layer } from '../catalog'
import { layerOf } from '../catalog'
import { lang } from '../i18n'
import { defaultLayers } from '../style/style'
import { THEMED, themeOf } from '../style/themes'
import type { Theme } from '../style/themes'
import { formatLink, parseLink } from './url'
import type { Camera, Selection } from './url'

export type Link = 'connecting' | 'live' | 'degraded' | 'offline'

export interface View {
  layers: string[]
  theme: string | undefined
  hidden: string[]
}

export interface State {
  catalog: ShallowRef<Catalog | undefined>
  failure: Ref<string | undefined>
  view: View
  camera: Ref<Camera | undefined>
  selection: Ref<Selection | undefined>
  /** The selected feature as last read. */
  opened: ShallowRef<Feature | undefined>
  /** Rises when the selected feature may have changed in the store. */
  revision: Ref<number>
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
  const view = reactive<View>({ layers: [], theme: undefined, hidden: [] })
  const themed = computed(() => catalog.value && layerOf(catalog.value, THEMED))
  const theme = computed(() => themed.value && themeOf(themed.value, view.theme))

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
    view,
    camera: ref(),
    selection: ref(),
    opened: shallowRef(),
    revision: ref(0),
    link: ref('connecting'),
    counts: shallowRef(),
    theme,
    themed,
    load,
  }
}

/** Takes the view from the address bar and writes it back when it changes. */
export function followAddress(state: State): void {
  const { view, camera, selection, catalog } = state

  function read(): void {
    const link = parseLink(location.hash)
    camera.value = link.camera
    view.theme = link.theme
    view.hidden = link.hidden ?? []
    selection.value = link.selection
    lang.value = link.lang ?? lang.value
    if (catalog.value) view.layers = link.layers ?? defaultLayers(catalog.value)
  }

  function write(): void {
    if (!catalog.value) return
    const usual = defaultLayers(catalog.value)
    const same = usual.length === view.layers.length && usual.every((id) => view.layers.includes(id))
    const hash = formatLink({
      ...(camera.value ? { camera: camera.value } : {}),
      ...(view.theme ? { theme: view.theme } : {}),
      ...(view.hidden.length ? { hidden: view.hidden } : {}),
      ...(same ? {} : { layers: view.layers }),
      ...(selection.value ? { selection: selection.value } : {}),
      ...(lang.value === 'zh' ? {} : { lang: lang.value }),
    })
    if (hash !== location.hash) history.replaceState(history.state, '', hash || location.pathname + location.search)
  }

  read()
  addEventListener('hashchange', read)
  watch([camera, () => ({ ...view, layers: [...view.layers], hidden: [...view.hidden] }), selection, lang, catalog], write, {
    flush: 'post',
  })
  watch(lang, (l) => (document.documentElement.lang = l === 'zh' ? 'zh-CN' : 'en'), { immediate: true })
}
