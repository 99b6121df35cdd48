// The map, and what views ask of it.

import type { Map as MapLibre } from 'maplibre-gl'
import { inject, onBeforeUnmount, shallowReactive, shallowRef, watch, watchEffect } from 'vue'
import type { InjectionKey, Ref, ShallowReactive, ShallowRef } from 'vue'
import type { Bounds } from '../api/layers'
import type { AreaMap } from '../map/style/choropleth'
import type { Overlay } from '../map/style/overlay'
import type { StyleData } from '../map/style/style'
import type { Theme } from '../map/style/theme'

export interface MapState {
  /** The map itself, for what draws on it by its own means. */
  map: ShallowRef<MapLibre | undefined>
  /** Moves the map; nothing before there is one. */
  show: ShallowRef<(bounds: Bounds) => void>
  /** What lies over the map and is kept clear of where it is fitted; whether the map is fitted anew as it comes and goes. */
  covers: ShallowReactive<Map<HTMLElement, boolean>>
  /** Takes a click on the map before features do; true where it has used it. */
  picker: ShallowRef<((at: { lon: number; lat: number }) => boolean) | undefined>
  /** What views draw over the map, by name. */
  overlays: ShallowReactive<Map<string, Overlay>>
  /** A colouring of villages that an open view asks for, in place of the chosen theme. */
  painted: ShallowRef<Theme | undefined>
  /** Colours of counties, by code, that an open view asks for. */
  tinted: ShallowRef<ReadonlyMap<string, string> | undefined>
  /** What the map shows beside tiles, for a second one that is to show the same. */
  drawn: ShallowRef<StyleData | undefined>
  /** Counties and towns by the theme. */
  areaMap: ShallowRef<AreaMap | undefined>
  /** Villages in view by class of the theme. */
  counts: ShallowRef<Map<string, number> | undefined>
}

export const mapKey: InjectionKey<MapState> = Symbol('map')

export function useMap(): MapState {
  const state = inject(mapKey)
  if (!state) throw new Error('useMap needs an app that provides the state')
  return state
}

export function createMapState(): MapState {
  return {
    map: shallowRef(),
    show: shallowRef(() => {}),
    covers: shallowReactive(new Map<HTMLElement, boolean>()),
    picker: shallowRef(),
    overlays: shallowReactive(new Map<string, Overlay>()),
    painted: shallowRef(),
    tinted: shallowRef(),
    drawn: shallowRef(),
    areaMap: shallowRef(),
    counts: shallowRef(),
  }
}

/** Tells that an element lies over the map as long as it is there; anew: whether the map gives way to it at once. */
export function useCover(element: Readonly<Ref<HTMLElement | null>>, anew: boolean): void {
  const { covers } = useMap()
  watch(element, (now, _, onCleanup) => {
    if (!now) return
    covers.set(now, anew)
    onCleanup(() => covers.delete(now))
  })
  onBeforeUnmount(() => element.value && covers.delete(element.value))
}

/** Draws what `of` gives, again whenever what it reads changes, until the component goes. */
export function useOverlay(name: string, of: () => Overlay | undefined): void {
  const { overlays } = useMap()
  watchEffect(() => {
    const overlay = of()
    if (overlay) overlays.set(name, overlay)
    else overlays.delete(name)
  })
  onBeforeUnmount(() => overlays.delete(name))
}
