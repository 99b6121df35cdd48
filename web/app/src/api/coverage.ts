// Coverage as the server answers it (GET api/coverage…): which villages have what
// they need, and on what evidence.

import { narrow } from './areas'
import type { Geometry } from 'geojson'
import type { Narrowing } from './areas'
import { get } from './server'
import type { ServiceState, Value } from './layers'
import type { Answer } from './server'

/** A criterion as it was judged. */
export type Evidence = Answer<'Criterion', { value: Value }>

export type Gap = Answer<'Gap', { from: [number, number]; to: [number, number] }>

export type Way = Answer<'Way', { gaps: Gap[] }>

export type VillageCoverage = Answer<'VillageCoverage', { why: Evidence[]; road?: Way }>

/** A stretch of the way out: positions begin to end of its line. */
export type Step = Answer<'WayStep'>

export type VillageDossier = Answer<'Dossier', { why: Evidence[]; road?: Way; way: Geometry | null }>

/** How many are of each state. */
export type StateCounts = Record<ServiceState, number>

export type AreaCoverage = Answer<'AreaCoverage', { villages: StateCounts; people: StateCounts }>

/** What a list shows of the villages, and in which order. */
export interface Listing {
  /** In the name of the village, its town or its county. */
  called: string
  /** code, people or metres, with a minus from the most to the least. */
  sort: string
}

export function coveragePath(
  service: string,
  shown: readonly ServiceState[],
  narrowing: Narrowing,
  format = 'json',
  listing?: Listing,
): string {
  const query = narrow(narrowing)
  query.set('service', service)
  query.set('state', shown.join(','))
  if (listing?.called) query.set('q', listing.called)
  if (listing) query.set('sort', listing.sort)
  if (format !== 'json') query.set('f', format)
  return `api/coverage?${query}`
}

export async function listCoverage(
  service: string,
  shown: readonly ServiceState[],
  narrowing: Narrowing,
  signal: AbortSignal,
): Promise<VillageCoverage[]> {
  return (await get<{ results: VillageCoverage[] }>(coveragePath(service, shown, narrowing), signal)).results
}

export async function summarise(
  service: string,
  by: 'city' | 'county' | 'town',
  year: number | undefined,
  signal: AbortSignal,
): Promise<AreaCoverage[]> {
  const query = narrow({ year, area: undefined })
  query.set('service', service)
  query.set('by', by)
  return (await get<{ results: AreaCoverage[] }>(`api/coverage/summary?${query}`, signal)).results
}

export function getDossier(village: string, year: number | undefined, signal: AbortSignal): Promise<VillageDossier> {
  return get<VillageDossier>(`api/coverage/${encodeURIComponent(village)}?${narrow({ year, area: undefined })}`, signal)
}
