// How many features of a theme's layer a map shows, by class.

import type { Theme } from './style/theme'
import type { Geometry } from 'geojson'
import { LngLatBounds } from 'maplibre-gl'
import type { Map as MapLibre } from 'maplibre-gl'
import type { Catalog, Layer } from '../api/layers'
import { outlineSource, sourceOf } from './style/style'
import { classOf } from './style/theme'

/**
 * Features in view by the theme's class, in the source of their outlines where there is one; of an area, by its code. Each is counted once,
 * however many tiles it is in; those seen before, on other maps, are not counted again.
 */
export function countClasses(
  map: MapLibre,
  theme: Theme,
  catalog: Catalog,
  layer: Layer,
  area: string | undefined,
  seen = new Set<unknown>(),
): Map<string, number> {
  const counts = new Map(theme.classes.map((c) => [c.key, 0]))
  const view = map.getBounds()
  const source = outlineSource(catalog, layer) ?? sourceOf(layer)
  if (!map.getSource(source)) return counts
  for (const f of map.querySourceFeatures(source, { sourceLayer: layer.id })) {
    const id = idOf(f)
    if (id === undefined || seen.has(id)) continue
    if (area && !String(f.properties['code']).startsWith(area)) continue
    if (!isIn(f.geometry, view)) continue
    seen.add(id)
    const c = classOf(theme, f.properties, id)
    if (c) counts.set(c.key, (counts.get(c.key) ?? 0) + 1)
  }
  return counts
}

/** Whether a point lies in view, or an area reaches into it. */
function isIn(geometry: Geometry, view: LngLatBounds): boolean {
  if (geometry.type === 'Point') return view.contains(geometry.coordinates as [number, number])
  const rings = geometry.type === 'Polygon' ? geometry.coordinates : geometry.type === 'MultiPolygon' ? geometry.coordinates.flat() : []
  const box = new LngLatBounds()
  for (const at of rings.flat()) box.extend(at as [number, number])
  return !box.isEmpty() && view.intersects(box)
}

/** A feature's id. What has none, as clusters have, MapLibre calls not a number. */
export function idOf(f: { id?: string | number }): number | undefined {
  return typeof f.id === 'number' && !Number.isNaN(f.id) ? f.id : undefined
}
