// A programme of works as the server answers it (GET api/programme), and what works
// would change (POST api/programme/whatif).

import type { Narrowing } from './areas'
import type { Geometry } from 'geojson'
import { narrow } from './areas'
import { get, post } from './server'
import type { Bounds, ServiceState } from './layers'
import type { Evidence } from './coverage'

export type Measure = 'km' | 'wan'

export interface Totals {
  km: number
  wan: number
  villages: number
  people: number
}

export interface VillageRef {
  id: number
  code: string
  name: string
  county: string
  county_name: string
  population: number | null
  lon: number | null
  lat: number | null
}

export interface Work {
  /** Its place in the order, from 1. */
  n: number
  km: number
  wan: number
  estimated: boolean
  people: number
  villages: VillageRef[]
  sum: Totals
  supply?: { name: string }
  stretches: { kind: 'harden' | 'link' | 'pipe' | 'cable'; metres: number; name?: string; class?: string }[]
  parts: unknown[]
  geometry: Geometry | null
}

export interface Programme {
  service: string
  by: Measure
  budget: number | null
  lacking: { villages: number; people: number }
  total: Totals
  bound: number | null
  bound_of: Measure | 'people'
  gap: number
  bbox: Bounds | null
  works: Work[]
  left: (VillageRef & { why: string })[]
}

export interface Count {
  villages: Record<ServiceState, number>
  people: Record<ServiceState, number>
  targets: Evidence[]
}

export interface Outcome {
  services: { service: string; before: Count; after: Count }[]
  changed: (VillageRef & { service: string; before: ServiceState; after: ServiceState })[]
}

export interface Ask {
  service: string
  by: Measure
  /** In by's measure; undefined is no limit. */
  budget: number | undefined
}

export function programmePath(ask: Ask, { year, area }: Narrowing, format = 'json'): string {
  const query = narrow({ year, area })
  query.set('service', ask.service)
  query.set('by', ask.by)
  if (ask.budget !== undefined) query.set(`budget_${ask.by}`, String(ask.budget))
  if (format !== 'json') query.set('f', format)
  return `api/programme?${query}`
}

export function makeProgramme(ask: Ask, narrowing: Narrowing, signal: AbortSignal): Promise<Programme> {
  return get<Programme>(programmePath(ask, narrowing), signal)
}

/** What doing the works would change. */
export function whatIf(works: readonly Work[], year: number | undefined, signal: AbortSignal): Promise<Outcome> {
  return post<Outcome>(`api/programme/whatif?${narrow({ year, area: undefined })}`, { works: works.flatMap((w) => w.parts) }, signal)
}
