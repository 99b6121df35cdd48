// Where settlements may go, as the server answers it (api/siting/…).

import type { Polygon } from 'geojson'
import { get, post } from './server'
import type { Answer } from './server'
import { jobResult } from './jobs'
import type { Job } from './jobs'

/** What the server has for a value where nothing is within reach. */
export const OUT_OF_REACH = 1e9

export type Curve = [number, number][]

export type Criterion = Answer<'SitesCriterion', { curve: Curve }>

export type Criteria = Answer<'SitesCriteria', { criteria: Criterion[] }>

export type Plot = Answer<'SitesPlot', { geometry: Polygon }>

export type Reading = Answer<'SitesReading'>

export type Evaluation = Answer<'SitesEvaluation', { plot: Plot }>

/** A value by criterion; null where unknown. */
export type Values = (number | null)[]

export type Candidates = Answer<'SitesEverything', { values: Values[] }>

export type Found = Answer<'SitesFound', { criteria: Criteria; all: Candidates }>

export type Hierarchy = Answer<'SitingHierarchy'>

/** What is to be searched: a grid over a county or a drawn area, or the sites. */
export type Ask = Pick<Answer<'SitesBody', { area?: Polygon }>, 'grid_m' | 'sites' | 'county' | 'area' | 'people'>

function query(year: number | undefined, more: Record<string, string> = {}): string {
  return String(new URLSearchParams({ ...more, ...(year ? { year: String(year) } : {}) }))
}

export function getCriteria(): Promise<Criteria> {
  return get<Criteria>('api/siting/criteria')
}

export function evaluate(
  lon: number,
  lat: number,
  people: number | undefined,
  year: number | undefined,
  signal: AbortSignal,
): Promise<Evaluation> {
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
