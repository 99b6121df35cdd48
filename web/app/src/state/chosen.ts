// What is chosen beside the address bar: a feature, a place, the theme that follows, and how this
// browser likes to show it.

import { computed, inject, ref, shallowRef, watch } from 'vue'
import type { ComputedRef, InjectionKey, Ref, ShallowRef } from 'vue'
import type { Feature } from '../api/features'
import type { Layer } from '../api/layers'
import { levelLayer } from '../api/layers'
import type { Reading } from '../api/locate'
import { cssColours } from '../map/style/palette'
import type { Basemap } from '../map/style/basemap'
import type { Theme } from '../map/style/theme'
import { themeOf } from '../map/style/themes'
import type { Link } from './link'
import type { Live } from './live'
import type { MapState } from './map'
import { rememberScheme, rememberedScheme } from './scheme'
import type { Scheme } from './scheme'

/** A place on the map that was clicked. */
export interface Place {
  lon: number
  lat: number
}

export interface Chosen {
  /** The selected feature as last read. */
  opened: ShallowRef<Feature | undefined>
  /** A bare place that is asked about, with how it was read where it was pasted. */
  place: ShallowRef<(Place & { reading?: Reading }) | undefined>
  /** The layer that themes colour, and its colouring. */
  themed: ComputedRef<Layer | undefined>
  theme: ComputedRef<Theme | undefined>
  scheme: Ref<Scheme>
  /** Somebody else's map under ours. */
  basemap: Ref<Basemap | undefined>
}

export const chosenKey: InjectionKey<Chosen> = Symbol('chosen')

export function useChosen(): Chosen {
  const chosen = inject(chosenKey)
  if (!chosen) throw new Error('useChosen needs an app that provides the state')
  return chosen
}

export function createChosen({ view }: Link, { catalog }: Live, { painted }: MapState): Chosen {
  const themed = computed(() => catalog.value && levelLayer(catalog.value, 'village'))
  return {
    opened: shallowRef(),
    place: shallowRef(),
    themed,
    theme: computed(() => painted.value ?? (catalog.value && themeOf(catalog.value, view.theme))),
    scheme: ref(rememberedScheme()),
    basemap: ref(rememberedBasemap()),
  }
}

/** Colours the page as chosen, and remembers it for the next visit. */
export function followScheme({ scheme }: Chosen): void {
  watch(
    scheme,
    (to) => {
      document.documentElement.dataset['scheme'] = to
      for (const [name, colour] of Object.entries(cssColours[to])) document.documentElement.style.setProperty(name, colour)
      document.documentElement.classList.toggle('dark', to === 'dark') // what Element Plus looks at
      rememberScheme(to)
    },
    { immediate: true },
  )
}

const BASEMAP = 'cuntu.basemap'

function rememberedBasemap(): Basemap | undefined {
  try {
    const kept = JSON.parse(globalThis.localStorage?.getItem(BASEMAP) ?? 'null') as Basemap | null
    return kept && typeof kept.template === 'string'
      ? { template: kept.template, attribution: String(kept.attribution ?? ''), on: kept.on === true }
      : undefined
  } catch {
    return undefined
  }
}

/** Remembers the basemap in this browser and nowhere else. */
export function followBasemap({ basemap }: Chosen): void {
  watch(basemap, (to) => (to ? localStorage.setItem(BASEMAP, JSON.stringify(to)) : localStorage.removeItem(BASEMAP)))
}
