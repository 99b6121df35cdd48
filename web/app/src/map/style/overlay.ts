// What a view draws over the map while it is open.

import type { FeatureCollection } from 'geojson'
import type { LayerSpecification } from 'maplibre-gl'

export interface Overlay {
  /** Data by the name of its source; names must be the overlay's own. */
  sources: Record<string, FeatureCollection>
  layers: LayerSpecification[]
}
