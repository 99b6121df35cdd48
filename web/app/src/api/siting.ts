// Where settlements may go, as the server answers it (api/siting/…).

import type { Polygon } from 'geojson'
import { get, post } from './server'
import type { Words } from './layers'
import { jobResult } from './jobs'
import type { Job } from './jobs'

/** What the server has for a value where nothing is within reach. */
export const OUT_OF_REACH = 1e9

export type Curve = [number, number][]

export interface Criterion {
  id: string
  title: Words
  group: string
  measure: string
  unit: string
  curve: Curve
  min: number | null
  max: number | null
  weight: number
  source: string
}

export interface Criteria {
  people: { value: number; source: string }
  groups: { id: string; title: Words }[]
  criteria: Criterion[]
}

export interface Plot {
  name?: string
  near?: string
  lon: number
  lat: number
  area_m2: number
  people: number
  drawn: boolean
  geometry: Polygon
}

export interface FeatureRef {
  layer: string
  id: number
  name: string
  lon: number
  lat: number
}

export interface Reading {
  criterion: string
  title: Words
  group: string
  value: number | null
  unit: string
  known: boolean
  score: number | null
  weight: number
  min: number | null
  max: number | null
  fails: boolean
  note: Words
  evidence: { feature?: FeatureRef; snap?: { lon: number; lat: number; walk_m: number }; hits?: FeatureRef[] }
  source: string
}

export interface Change {
  criterion: string
  gain: number
  hard: boolean
  text: Words
}

export interface Evaluation {
  plot: Plot
  year: number
  passes: boolean
  total: number | null
  low: number | null
  high: number | null
  failed: string[]
  unchecked: string[]
  readings: Reading[]
  changes: Change[]
}

/** A value by criterion; null where unknown. */
export type Values = (number | null)[]

export interface Candidates {
  lon: number[]
  lat: number[]
  people: number[]
  name: string[]
  values: Values[]
}

export interface Found {
  year: number
  criteria: Criteria
  candidates: number
  passed: number
  all: Candidates
}

export interface Hierarchy {
  weights: number[]
  ratio: number
  consistent: boolean
  worst?: { a: string; b: string; given: number; suggested: number }
}

/** What is to be searched: a grid over a county or a drawn area, or the sites. */
export interface Ask {
  grid_m?: number
  sites?: boolean
  county?: string
  area?: Polygon
  people?: number
}

function query(year: number | undefined, more: Record<string, string> = {}): string {
  return String(new URLSearchParams({ ...more, ...(year ? { year: String(year) } : {}) }))
}

export function getCriteria(): Promise<Criteria> {
  return get<Criteria>('api/siting/criteria')
}

export function evaluate(lon: number, lat: number, people: number | undefined, year: number | undefined, signal: AbortSignal): Promise<Evaluation> {
  const at = { lon: lon.toFixed(6), lat: lat.toFixed(6), ...(people ? { people: String(people) } : {}) }
  return get<Evaluation>(`api/siting/evaluate?${query(year, at)}`, signal)
}

export function judge(of: string[], matrix: number[][]): Promise<{ hierarchy: Hierarchy }> {
  return post<{ hierarchy: Hierarchy }>('api/siting/judge', { of, matrix })
}

/** All candidates with their values. A long search is a job: `progress` hears its share, and aborting cancels it. */
export async function search(ask: Ask, year: number | undefined, progress: (share: number) => void, signal: AbortSignal): Promise<Found> {
  const answer = await post<Found | Job>(`api/siting/search?${query(year)}`, { ...ask, results: 0, all: true }, signal)
  return 'state' in answer ? jobResult<Found>(answer, progress, signal) : answer
}
