// How many features of a theme's layer a map shows, by class.

import type { Theme } from './style/theme'
import type { Map as MapLibre } from 'maplibre-gl'
import type { Layer } from '../api/layers'
import { sourceOf } from './style/style'
import { classOf } from './style/theme'

/**
 * Features in view by the theme's class; of an area, by its code. Each is counted once,
 * however many tiles it is in; those seen before, on other maps, are not counted again.
 */
export function countClasses(
  map: MapLibre,
  theme: Theme,
  layer: Layer,
  area: string | undefined,
  seen = new Set<unknown>(),
): Map<string, number> {
  const counts = new Map(theme.classes.map((c) => [c.key, 0]))
  const view = map.getBounds()
  const source = sourceOf(layer)
  if (!map.getSource(source)) return counts
  for (const f of map.querySourceFeatures(source, { sourceLayer: layer.id })) {
    const id = idOf(f)
    if (id === undefined || seen.has(id) || f.geometry.type !== 'Point') continue
    if (area && !String(f.properties['code']).startsWith(area)) continue
    if (!view.contains(f.geometry.coordinates as [number, number])) continue
    seen.add(id)
    const c = classOf(theme, f.properties, id)
    if (c) counts.set(c.key, (counts.get(c.key) ?? 0) + 1)
  }
  return counts
}

/** A feature's id. What has none, as clusters have, MapLibre calls not a number. */
export function idOf(f: { id?: string | number }): number | undefined {
  return typeof f.id === 'number' && !Number.isNaN(f.id) ? f.id : undefined
}
