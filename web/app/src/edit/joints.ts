// Roads that a new one meets are split there, so that one can turn off: what is built of a road has ends where ways part.

import type { LineString, Position } from 'geojson'
import { getFeature } from '../api/features'
import type { Layer, Properties } from '../api/layers'
import { lengthOf } from '../map/geodesy'
import { shapeOf } from '../state/editing'
import type { Change } from './history'
import { split } from './lines'
import type { Line } from './lines'

/** The lines that the ends of a line meet, elsewhere than at their own ends. */
export function metBy(line: LineString, own: number, near: readonly Line[]): number[] {
  const ends = [line.coordinates[0], line.coordinates.at(-1)].flatMap((p) => (p ? [p] : []))
  return near.filter((l) => l.id !== own && split(l.coordinates, ends).length > 1).map((l) => l.id)
}

/** The changes that split lines where a line ends on them. They are read anew, so that they are split as they are now. */
export async function joints(layer: Layer, line: LineString, ids: readonly number[]): Promise<Change[]> {
  const ends = [line.coordinates[0], line.coordinates.at(-1)].flatMap((p) => (p ? [p] : []))
  const changes: Change[] = []
  for (const id of ids) {
    const feature = await getFeature(layer.id, id)
    if (feature.geometry?.type !== 'LineString') continue
    const [first, ...rest] = split(feature.geometry.coordinates, ends)
    if (!first || rest.length === 0) continue
    const before = shapeOf(layer, feature)
    const parts = share(layer, before.values, [first, ...rest])
    const after = (i: number, coordinates: Position[]) => ({
      values: parts[i] ?? before.values, geometry: { type: 'LineString' as const, coordinates },
    })
    changes.push({ target: { layer: layer.id, id, etag: feature.etag }, before, after: after(0, first) })
    rest.forEach((coordinates, i) =>
      changes.push({ target: { layer: layer.id, id: 0, etag: '' }, before: null, after: after(i + 1, coordinates) }),
    )
  }
  return changes
}

/** What is of the whole line, such as what it costs, is shared out by length; all else holds for each part. */
const SHARED = ['wan_yuan', 'yuan', 'km']

export function share(layer: Layer, values: Properties, parts: readonly Position[][]): Properties[] {
  const lengths = parts.map((p) => lengthOf(p))
  const whole = lengths.reduce((a, b) => a + b, 0)
  const own = parts.map(() => ({ ...values }))
  for (const field of layer.fields) {
    const value = values[field.id]
    if (typeof value !== 'number' || !SHARED.includes(field.unit ?? '')) continue
    let left = value
    own.forEach((part, i) => {
      const mine = i === own.length - 1 ? left : Math.round((value * (lengths[i] ?? 0) * 100) / whole) / 100
      part[field.id] = Math.round(mine * 100) / 100
      left -= mine
    })
  }
  return own
}
