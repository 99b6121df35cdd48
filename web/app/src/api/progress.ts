// A plan against what was done, as the server answers it (GET api/progress…).

import { countyOf, narrow } from './areas'
import { get } from './server'
import type { Value, Words } from './layers'
import type { Evidence } from './coverage'

/** '' where nothing is planned for the year. */
export type Standing = '' | 'ahead' | 'on_time' | 'late' | 'open'
export type Basis = 'records' | 'reported' | 'estimate' | 'works'

export const villageStates = ['late', 'due', 'later', 'out', 'unplanned'] as const
export type VillageState = (typeof villageStates)[number]

export interface Point {
  year: number
  planned: number | null
  planned_basis?: string
  actual: number | null
  up_to: number | null
  basis?: Basis
}

export interface Progress {
  indicator: string
  unit: string
  planned: number | null
  actual: number | null
  up_to: number | null
  actual_year?: number
  basis?: Basis
  standing: Standing
  final_year?: number
  final: number | null
  needed_per_year: number | null
  pace_per_year: number | null
  series: Point[]
}

export interface AreaProgress {
  code: string
  name: string
  level: 'city' | 'county' | 'town'
  parent?: string
  villages: Record<VillageState, number>
  indicators: Progress[]
}

export interface VillageProgress {
  id: number
  code: string
  name: string
  town: string
  town_name: string
  county: string
  county_name: string
  lon: number | null
  lat: number | null
  state: VillageState
  exit_year?: number
  out_year?: number
  exit_status: string
  stage: Stage
  since?: string
  poor_population: number | null
  why: Evidence[]
}

export type Stage = '' | 'planned' | 'returned' | 'claimed' | 'checked' | 'struck_off'

export interface Contradiction {
  code: string
  name: string
  what: string
  text: Words
}

export interface Report {
  year: number
  /** The last year that the records tell of. */
  recorded: number
  surveyed: number
  years: number[]
  areas: AreaProgress[]
  villages: VillageProgress[]
  contradictions: Contradiction[]
}

/** A step of a village's exit. */
export interface ExitStep {
  id: number
  step: 'planned' | 'claimed' | 'checked' | 'struck_off'
  date: string
  by: string
  result?: 'passed' | 'failed'
  exit_year?: number
  note?: string
}

export interface ExitRecord {
  code: string
  poverty: Value
  exit_year: Value
  exit_status: Value
  stage: Stage
  since?: string
  steps: ExitStep[]
  contradictions: Contradiction[]
}

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
export function tablePath(question: Question, table: 'areas' | 'villages', format: string, states: readonly VillageState[], called = ''): string {
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
