// Who may fall back into poverty, as the server answers it (GET api/watching…): counts and leads, never who.

import { submit } from '../editing/edits'
import { narrow } from '../areas'
import type { Evidence } from '../coverage'
import { get } from '../server'
import type { Answer } from '../server'

/** A number of households, or "<5" for who may not know. */
export type Households = number | string

interface Counts {
  new: Households
  solved: Households
  overdue: Households
}

export type WatchCase = Answer<'WatchCase'>
export type WatchedVillage = Answer<'WatchedVillage', { households: Counts; why: Evidence[] }>
export type WatchedArea = Answer<'WatchedArea', { villages: Record<string, number>; households: Counts }>
export type WatchColour = Answer<'WatchColour'>
export type WatchedPart = Answer<'WatchedPart', { new: Households }>
export type Watching = Answer<
  'Watching',
  { villages: WatchedVillage[]; areas: WatchedArea[]; households: Counts; kinds: WatchedPart[]; causes: WatchedPart[] }
>
export type FoundLead = Answer<'FoundLead', { was: string | number | boolean; is: string | number | boolean }>

export interface Asked {
  /** As of its end; by default as of today, or of the end of the record. */
  year: number | undefined
  area: string | undefined
}

export function watchingPath({ year, area }: Asked, more: Record<string, string> = {}): string {
  const query = narrow({ year: undefined, area })
  if (year && year < new Date().getFullYear()) query.set('date', `${year}-12-31`)
  for (const [key, value] of Object.entries(more)) if (value) query.set(key, value)
  return `api/watching?${query}`
}

export async function getWatching(asked: Asked, signal: AbortSignal): Promise<Watching> {
  let answer = await get<Watching>(watchingPath(asked), signal)
  // Where some villages are not told of, those of the last colour must be named to be told apart from them.
  if (answer.untold) answer = await get<Watching>(watchingPath(asked, { colour: answer.colours.map((c) => c.id).join() }), signal)
  return { ...answer, villages: answer.villages.map((v) => ({ ...v, why: [] })) }
}

export async function leadsSince(since: string, area: string | undefined, signal: AbortSignal): Promise<FoundLead[]> {
  const query = narrow({ year: undefined, area })
  query.set('since', since)
  return (await get<{ results: FoundLead[] }>(`api/watching/leads?${query}`, signal)).results
}

/** Adds a step to the record of a lead. */
export async function record(step: {
  village: string
  lead: string
  step: string
  date: string
  by: string
  note: string
}): Promise<void> {
  await submit([{ op: 'insert', layer: 'watch_step', values: { ...step, note: step.note || null }, geometry: null }])
}
