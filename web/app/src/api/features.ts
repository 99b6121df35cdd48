// A feature with all of its fields (GET api/features/…).

import type { Geometry } from 'geojson'
import type { Bounds, Properties } from './layers'
import { getTagged } from './server'

export interface Feature {
  type: 'Feature'
  id: number
  layer: string
  geometry: Geometry | null
  properties: Properties
  bbox?: Bounds
  /** The tag of this state of it. */
  etag: string
}

/** A feature by its id whose geometry is just the place for its name: of an area, where that has the most room. */
export function getLabel(layer: string, id: number): Promise<Feature> {
  return getTagged<Feature>(`api/features/${encodeURIComponent(layer)}/${id}?geometry=label`)
}

/** A feature by its id or, where the layer has codes, its code; with its derived fields as of the year. */
export function getFeature(layer: string, key: string | number, signal?: AbortSignal, year?: number): Promise<Feature> {
  const query = year ? `?year=${year}` : ''
  return getTagged<Feature>(`api/features/${encodeURIComponent(layer)}/${encodeURIComponent(key)}${query}`, signal)
}
