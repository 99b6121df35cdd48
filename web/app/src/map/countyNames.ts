// A point for each county's name: where its outline, whole, has the most room.
// Tiles hold it in pieces, so the outlines seen in them are asked for one by one.

import type { Feature, FeatureCollection, Geometry, Position } from 'geojson'
import polylabel from 'polylabel'
import { getFeature } from '../api/features'

/** The place for a name inside a polygon: in its largest part, the centre of the widest circle. */
export function nameSpot(geometry: Geometry): Position | undefined {
  const polygons =
    geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.type === 'MultiPolygon' ? geometry.coordinates : []
  const largest = polygons.reduce<Position[][] | undefined>(
    (best, p) => (!best || area(p[0]) > area(best[0]) ? p : best),
    undefined,
  )
  if (!largest) return undefined
  const spot = polylabel(largest as [number, number][][], 0.01)
  return [spot[0] ?? 0, spot[1] ?? 0]
}

function area(ring: Position[] = []): number {
  let sum = 0
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax = 0, ay = 0] = ring[j] ?? []
    const [bx = 0, by = 0] = ring[i] ?? []
    sum += ax * by - bx * ay
  }
  return Math.abs(sum / 2)
}

export class CountyNames {
  private readonly spots = new Map<number, Feature>()
  private readonly asked = new Set<number>()

  get collection(): FeatureCollection {
    return { type: 'FeatureCollection', features: [...this.spots.values()] }
  }

  /** Learns counties not seen before; tells whether there was one. */
  async learn(layer: string, ids: Iterable<number>): Promise<boolean> {
    const fresh = [...new Set(ids)].filter((id) => !this.asked.has(id))
    fresh.forEach((id) => this.asked.add(id))
    const found = await Promise.allSettled(fresh.map((id) => getFeature(layer, id)))
    let learnt = false
    found.forEach((answer, i) => {
      const id = fresh[i]
      if (id === undefined) return
      if (answer.status === 'rejected') {
        this.asked.delete(id)
        return
      }
      const { geometry, properties } = answer.value
      const spot = geometry && nameSpot(geometry)
      if (!spot) return
      learnt = true
      const { name, code } = properties
      this.spots.set(id, { type: 'Feature', id, properties: { name, code }, geometry: { type: 'Point', coordinates: spot } })
    })
    return learnt
  }

  forget(): void {
    this.asked.clear()
  }
}
