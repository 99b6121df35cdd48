// The sections of hardened road that villages hang on, and the cableways that bridges are to
// replace (GET api/coverage/critical).

import type { Geometry } from 'geojson'
import { narrow } from './areas'
import type { Answer } from './server'
import { get } from './server'

export type Section = Answer<'Section', { geometry: Geometry }>

export type Cableway = Answer<'Cableway', { geometry: Geometry }>

export type Critical = Answer<'Critical', { sections: Section[]; cableways: Cableway[] }>

export function criticalPath(year: number | undefined, area: string | undefined, format?: string): string {
  const query = narrow({ year, area })
  query.set('limit', '50')
  if (format) query.set('f', format)
  return `api/coverage/critical?${query}`
}

export function getCritical(year: number | undefined, area: string | undefined, signal: AbortSignal): Promise<Critical> {
  return get<Critical>(criticalPath(year, area), signal)
}
