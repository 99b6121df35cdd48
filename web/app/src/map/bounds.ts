// The extent of a geometry, and a point of it to measure from.

import type { Geometry, Position } from 'geojson'
import type { Bounds } from '../api/layers'

function* positions(geometry: Geometry): Generator<Position> {
  if (geometry.type === 'GeometryCollection') {
    for (const g of geometry.geometries) yield* positions(g)
    return
  }
  const stack: unknown[] = [geometry.coordinates]
  while (stack.length) {
    const item = stack.pop() as Position | unknown[]
    if (typeof item[0] === 'number') yield item as Position
    else stack.push(...(item as unknown[]))
  }
}

export function boundsOf(geometry: Geometry): Bounds {
  const bounds: Bounds = [180, 90, -180, -90]
  for (const [x = 0, y = 0] of positions(geometry)) {
    bounds[0] = Math.min(bounds[0], x)
    bounds[1] = Math.min(bounds[1], y)
    bounds[2] = Math.max(bounds[2], x)
    bounds[3] = Math.max(bounds[3], y)
  }
  return bounds
}

/** A point itself, the middle vertex of a line, the middle of an area's extent. */
export function middleOf(geometry: Geometry): [number, number] | undefined {
  if (geometry.type === 'Polygon' || geometry.type === 'MultiPolygon') {
    const [w, s, e, n] = boundsOf(geometry)
    return [(w + e) / 2, (s + n) / 2]
  }
  const all = [...positions(geometry)]
  const [x, y] = all[Math.floor(all.length / 2)] ?? []
  return x === undefined || y === undefined ? undefined : [x, y]
}
