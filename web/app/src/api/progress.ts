// A plan against what was done, as the server answers it (GET api/progress…).

import { countyOf, narrow } from './areas'
import { get } from './server'
import type { Answer } from './server'
import type { Evidence } from './coverage'

/** '' where nothing is planned for the year. */
export type Standing = '' | 'ahead' | 'on_time' | 'late' | 'open'
export type Basis = 'records' | 'reported' | 'estimate' | 'works'

export const villageStates = ['late', 'due', 'later', 'out', 'unplanned'] as const
export type VillageState = (typeof villageStates)[number]

/** A number that not everybody knows. */
type Figure = number | null

export type Point = Answer<'Point', { planned: Figure; actual: Figure; up_to: Figure; basis?: Basis }>

export type Progress = Answer<
  'Indicator',
  {
    planned: Figure
    actual: Figure
    up_to: Figure
    final: Figure
    needed_per_year: Figure
    pace_per_year: Figure
    basis?: Basis
    standing: Standing
    series: Point[]
  }
>

export type AreaProgress = Answer<'AreaProgress', { villages: Record<VillageState, number>; indicators: Progress[] }>

export type VillageProgress = Answer<
  'LateVillage',
  { state: VillageState; stage: Stage; poor_population: Figure; why: Evidence[] }
>

export type Stage =
  | '' | 'planned' | 'returned' | 'claimed' | 'verified' | 'reviewed' | 'noticed' | 'approved' | 'checked' | 'struck_off'

export type Report = Answer<'Progress', { areas: AreaProgress[]; villages: VillageProgress[] }>

/** A step of a village's exit. */
export type ExitStep = Answer<
  'ExitStep',
  { step: 'planned' | 'claimed' | 'checked' | 'struck_off'; result?: 'passed' | 'failed' }
>

export type ExitRecord = Answer<'Exit', { stage: Stage; steps: ExitStep[] }>

export interface Question {
  year: number | undefined
  /** The code of a county or town; of a town its county is asked for. */
  area: string | undefined
}

const query = ({ year, area }: Question) => narrow({ year, area: area && countyOf(area) })

export function getReport(question: Question, signal: AbortSignal): Promise<Report> {
  const q = query(question)
  q.set('state', villageStates.join(','))
  return get<Report>(`api/progress?${q}`, signal)
}

/** The address of a table of the report as a file. */
export function tablePath(
  question: Question,
  table: 'areas' | 'villages',
  format: string,
  states: readonly VillageState[],
  called = '',
): string {
  const q = query(question)
  q.set('table', table)
  if (called) q.set('q', called)
  if (table === 'villages') q.set('state', states.join(','))
  q.set('f', format)
  return `api/progress?${q}`
}

export function getExit(village: string, signal: AbortSignal): Promise<ExitRecord> {
  return get<ExitRecord>(`api/progress/${encodeURIComponent(village)}`, signal)
}
