// A point for each county's name: where its outline, whole, has the most room.
// Tiles hold it in pieces, so the server is asked for those seen in them, one by one.

import type { Feature, FeatureCollection } from 'geojson'
import { getLabel } from '../api/features'

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
    const found = await Promise.allSettled(fresh.map((id) => getLabel(layer, id)))
    let learnt = false
    found.forEach((answer, i) => {
      const id = fresh[i]
      if (id === undefined) return
      if (answer.status === 'rejected') {
        this.asked.delete(id)
        return
      }
      const { geometry, properties } = answer.value
      if (!geometry) return
      learnt = true
      const { name, code } = properties
      this.spots.set(id, { type: 'Feature', id, properties: { name, code }, geometry })
    })
    return learnt
  }

  forget(): void {
    this.asked.clear()
  }
}
