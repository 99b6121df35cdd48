// What a view draws over the map while it is open: its own data and how to draw it.

import type { FeatureCollection } from 'geojson'
import type { LayerSpecification } from 'maplibre-gl'
import { onBeforeUnmount, watchEffect } from 'vue'
import { useState } from '../state/state'

export interface Overlay {
  /** Data by the name of its source; names must be the overlay's own. */
  sources: Record<string, FeatureCollection>
  layers: LayerSpecification[]
}

/** Draws what `of` gives, again whenever what it reads changes, until the component goes. */
export function useOverlay(name: string, of: () => Overlay | undefined): void {
  const { overlays } = useState()
  watchEffect(() => {
    const overlay = of()
    if (overlay) overlays.set(name, overlay)
    else overlays.delete(name)
  })
  onBeforeUnmount(() => overlays.delete(name))
}
