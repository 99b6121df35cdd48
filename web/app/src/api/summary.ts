// Fields of villages rolled up by area, as the server answers them (GET api/summary).

import type { Answer } from './server'
import { get } from './server'

export type Rollup = Answer<'Rollup'>

export type AreaSummary = Answer<'AreaSummary'>

export interface Question {
  by: 'county' | 'town'
  /** Of a county or town and what is in it. */
  area?: string
  field: string
  /** The field that means are weighted by. */
  weight?: string
  /** Bounds of classes, as “field:1,2,3”. */
  breaks?: string | undefined
  year: number | undefined
  /** CQL2 text. */
  filter?: string | undefined
}

export async function summariseVillages(q: Question, signal: AbortSignal): Promise<AreaSummary[]> {
  const query = new URLSearchParams({ by: q.by, field: q.field })
  if (q.weight) query.set('weight', q.weight)
  if (q.area) query.set('area', q.area)
  if (q.breaks) query.set('breaks', q.breaks)
  if (q.year) query.set('year', String(q.year))
  if (q.filter) query.set('filter', q.filter)
  return (await get<{ results: AreaSummary[] }>(`api/summary?${query}`, signal)).results
}
