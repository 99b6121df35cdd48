// Coverage as the server answers it (GET api/coverage…): which villages have what
// they need, and on what evidence.

import { narrow } from './areas'
import type { Geometry } from 'geojson'
import type { Narrowing } from './areas'
import { get } from './server'
import type { ServiceState, Value, Words } from './layers'

/** A criterion as it was judged. */
export interface Evidence {
  code: string
  state: ServiceState
  value: Value
  limit: number
  source?: string
  year?: number
  field?: string
  /** Told, but decides nothing. */
  aside?: boolean
  text: Words
}

export interface Supply {
  layer: string
  id: number
  name: string
  metres: number
}

export interface Gap {
  road: number
  name?: string
  metres: number
  from: [number, number]
  to: [number, number]
}

export interface VillageCoverage {
  id: number
  code: string
  name: string
  town_name: string
  county: string
  county_name: string
  population: number | null
  lon: number | null
  lat: number | null
  state: ServiceState
  why: Evidence[]
  nearest?: Supply
  road?: { nearest_m: number | null; unhardened_m: number | null; way_m: number | null; walk_m: number | null; gaps: Gap[] }
}

export interface ServiceCoverage {
  service: string
  state: ServiceState
  why: Evidence[]
  nearest?: Supply
}

/** A stretch of the way out: positions begin to end of its line. */
export interface Step {
  road: number
  name?: string
  metres: number
  hardened: boolean
  begin: number
  end: number
}

export interface VillageDossier extends VillageCoverage {
  year: number
  surveyed: number
  services: ServiceCoverage[]
  way: Geometry | null
  steps: Step[]
}

export interface AreaCoverage {
  code: string
  name: string
  villages: Record<ServiceState, number>
  people: Record<ServiceState, number>
  targets: Evidence[]
  rural_access?: Record<string, [number, number]>
  checklist?: Evidence[]
}

/** What a list shows of the villages, and in which order. */
export interface Listing {
  /** In the name of the village, its town or its county. */
  called: string
  /** code, people or metres, with a minus from the most to the least. */
  sort: string
}

export function coveragePath(service: string, shown: readonly ServiceState[], narrowing: Narrowing, format = 'json', listing?: Listing): string {
  const query = narrow(narrowing)
  query.set('service', service)
  query.set('state', shown.join(','))
  if (listing?.called) query.set('q', listing.called)
  if (listing) query.set('sort', listing.sort)
  if (format !== 'json') query.set('f', format)
  return `api/coverage?${query}`
}

export async function listCoverage(service: string, shown: readonly ServiceState[], narrowing: Narrowing, signal: AbortSignal): Promise<VillageCoverage[]> {
  return (await get<{ results: VillageCoverage[] }>(coveragePath(service, shown, narrowing), signal)).results
}

export async function summarise(service: string, by: 'city' | 'county' | 'town', year: number | undefined, signal: AbortSignal): Promise<AreaCoverage[]> {
  const query = narrow({ year, area: undefined })
  query.set('service', service)
  query.set('by', by)
  return (await get<{ results: AreaCoverage[] }>(`api/coverage/summary?${query}`, signal)).results
}

export function getDossier(village: string, year: number | undefined, signal: AbortSignal): Promise<VillageDossier> {
  return get<VillageDossier>(`api/coverage/${encodeURIComponent(village)}?${narrow({ year, area: undefined })}`, signal)
}
