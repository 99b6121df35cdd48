// Who moves where, as the server answers it (api/siting/plan).

import { post } from './server'
import type { Answer } from './server'
import { jobResult } from './jobs'
import type { Job } from './jobs'

export const objectives = ['median', 'cover', 'center', 'setcover'] as const
export type Objective = (typeof objectives)[number]

export type PlanCandidate = Pick<Answer<'RelocationCandidate'>, 'name' | 'lon' | 'lat' | 'people' | 'score'>

export type PlanAsk = Answer<
  'RelocationBody',
  {
    objective: Objective
    within: 'any' | 'town' | 'county'
    split: boolean
    capacities: 'free' | 'all' | 'none'
    everybody: boolean
    candidates?: PlanCandidate[]
  }
>

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

export type Plan = Answer<'SitesOutcome', { ask: PlanAsk }>

export type Infeasible = Answer<'RelocationInfeasible'>

export function startPlan(ask: PlanAsk, year: number | undefined): Promise<Job> {
  return post<Job>(`api/siting/plan${year ? `?year=${year}` : ''}`, ask)
}

export function planOf(
  job: Job,
  progress: (share: number, message: string | undefined) => void,
  signal: AbortSignal,
): Promise<Partial<Plan> & { infeasible?: Infeasible }> {
  return jobResult(job, progress, signal)
}
