// A programme of works as the server answers it (GET api/programme), and what works
// would change (POST api/programme/whatif).

import type { Narrowing } from './areas'
import type { Geometry } from 'geojson'
import { narrow } from './areas'
import { get, post } from './server'
import type { StateCounts } from './coverage'
import type { Answer } from './server'

export type Measure = 'km' | 'wan'

export type Stretch = Answer<'Stretch', { kind: 'harden' | 'link' | 'pipe' | 'cable' }>

export type Work = Answer<'Work', { geometry: Geometry | null; stretches: Stretch[] }>

export type Programme = Answer<'Programme', { by: Measure; works: Work[] }>

export type Count = Answer<'StateCounts', { villages: StateCounts; people: StateCounts }>

export type Outcome = Answer<'Outcome', { services: Answer<'ServiceChange', { before: Count; after: Count }>[] }>

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
