// Who moves where, as the server answers it (api/siting/plan).

import { post } from './server'
import type { Words } from './layers'
import { jobResult } from './jobs'
import type { Job } from './jobs'

export const objectives = ['median', 'cover', 'center', 'setcover'] as const
export type Objective = (typeof objectives)[number]

export interface PlanCandidate {
  name: string
  lon: number
  lat: number
  people: number
  score: number
}

export interface PlanAsk {
  objective: Objective
  most_sites?: number
  max_minutes?: number
  within: 'any' | 'town' | 'county'
  split: boolean
  capacities: 'free' | 'all' | 'none'
  everybody: boolean
  /** The code of a county or town. */
  area?: string
  candidates?: PlanCandidate[]
  yuan_per_person_minute?: number
  seconds?: number
}

export interface PlanSite {
  id: number
  candidate: boolean
  name: string
  lon: number
  lat: number
  kept: boolean
  open: boolean
  class: string
  free_people: number
  load_households: number
  load_people: number
  villages: number
  person_minutes: number
  worst_minutes: number
  missing_facilities: string[] | null
  cost_wan: number
}

export interface PlanVillage {
  id: number
  code: string
  name: string
  lon: number
  lat: number
  people: number
  moves: { site: number; households: number; people: number; minutes: number }[]
  left_households: number
  left_people: number
  reason?: Words
}

export interface Summary {
  objective: Objective
  value: number
  gap: number
  optimal: boolean
  households: number
  people: number
  left_households: number
  left_people: number
  mean_minutes: number
  worst_minutes: number
  open_sites: number
  new_sites: number
  cost_wan: number
}

export interface Plan extends Omit<Summary, 'objective'> {
  ask: PlanAsk
  year: number
  bound: number
  cut: boolean
  seconds: number
  sites: PlanSite[]
  villages: PlanVillage[]
}

export interface Infeasible {
  reasons: { words: Words }[]
}

export function startPlan(ask: PlanAsk, year: number | undefined): Promise<Job> {
  return post<Job>(`api/siting/plan${year ? `?year=${year}` : ''}`, ask)
}

export function planOf(job: Job, progress: (share: number, message: string | undefined) => void, signal: AbortSignal): Promise<Partial<Plan> & { infeasible?: Infeasible }> {
  return jobResult(job, progress, signal)
}
