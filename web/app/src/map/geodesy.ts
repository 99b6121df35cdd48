// Lengths and areas on the sphere of the earth's mean radius: within 0.5 % of the
// ellipsoid, which is what a measure by eye on a map is good for.

import type { Position } from 'geojson'

const RADIUS_M = 6_371_008.8
const radians = (degrees: number) => (degrees * Math.PI) / 180

export function lengthOf(line: readonly Position[]): number {
  let metres = 0
  line.forEach((to, i) => {
    const from = line[i - 1]
    if (from) metres += between(from, to)
  })
  return metres
}

function between([lon1 = 0, lat1 = 0]: Position, [lon2 = 0, lat2 = 0]: Position): number {
  const dLat = radians(lat2 - lat1) / 2
  const dLon = radians(lon2 - lon1) / 2
  const h = Math.sin(dLat) ** 2 + Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * Math.sin(dLon) ** 2
  return 2 * RADIUS_M * Math.asin(Math.sqrt(h))
}

/** The area in m² inside a closed ring (Chamberlain and Duquette 2007). */
export function areaOf(ring: readonly Position[]): number {
  let sum = 0
  ring.forEach(([lon2 = 0, lat2 = 0], i) => {
    const before = ring[i - 1]
    if (!before) return
    const [lon1 = 0, lat1 = 0] = before
    sum += radians(lon2 - lon1) * (2 + Math.sin(radians(lat1)) + Math.sin(radians(lat2)))
  })
  return Math.abs((sum * RADIUS_M ** 2) / 2)
}
