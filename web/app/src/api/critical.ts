// The sections of hardened road that villages hang on, and the cableways that bridges are to
// replace (GET api/coverage/critical).

import type { Geometry } from 'geojson'
import { countyOf, narrow } from './areas'
import { get } from './server'

export interface Section {
  n: number
  people: number
  metres: number
  villages: { code: string; name: string }[]
  roads: { id: number; number?: string; name?: string }[]
  geometry: Geometry
}

export interface Cableway {
  id: number
  name?: string
  metres: number
  geometry: Geometry
}

export interface Critical {
  sections: Section[]
  cableways: Cableway[]
}

/** Of the whole county where the area is a town. */
export function criticalPath(year: number | undefined, area: string | undefined, format?: string): string {
  const query = narrow({ year, area: undefined })
  if (area) query.set('county', countyOf(area))
  query.set('limit', '50')
  if (format) query.set('f', format)
  return `api/coverage/critical?${query}`
}

export function getCritical(year: number | undefined, area: string | undefined, signal: AbortSignal): Promise<Critical> {
  return get<Critical>(criticalPath(year, area), signal)
}
