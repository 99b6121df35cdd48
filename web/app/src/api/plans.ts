// Who moves where, as the server answers it (api/siting/plan), and plans that are
// kept (api/siting/scenarios).

import { ApiError, get, post, url } from './server'
import type { Words } from './layers'
import { jobResult } from './jobs'
import type { Job } from './jobs'
import { token } from './imports'

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
  county?: string
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

export interface Scenario {
  id: string
  name: string
  note?: string
  author?: string
  created: string
  summary: Summary
  plan?: Plan
}

interface Share {
  name: string
  people: number
}

export interface Comparison {
  before: Summary
  after: Summary
  affected_villages: number
  affected_people: number
  people_nearer: number
  people_farther: number
  villages: { id: number; code: string; name: string; lon: number; lat: number; affected_people: number; before: Share[] | null; after: Share[] | null; minutes_before: number | null; minutes_after: number | null }[]
  sites: { id: number; name: string; lon: number; lat: number; open_before: boolean; open_after: boolean; people_before: number; people_after: number }[]
}

export function startPlan(ask: PlanAsk, year: number | undefined): Promise<Job> {
  return post<Job>(`api/siting/plan${year ? `?year=${year}` : ''}`, ask)
}

export function planOf(job: Job, progress: (share: number, message: string | undefined) => void, signal: AbortSignal): Promise<Partial<Plan> & { infeasible?: Infeasible }> {
  return jobResult(job, progress, signal)
}

export async function scenarios(): Promise<Scenario[]> {
  return (await get<{ scenarios: Scenario[] | null }>('api/siting/scenarios')).scenarios ?? []
}

export function scenario(id: string): Promise<Scenario> {
  return get<Scenario>(`api/siting/scenarios/${encodeURIComponent(id)}`)
}

export async function planKept(id: string): Promise<Plan | undefined> {
  return (await scenario(id)).plan
}

export const scenarioFile = (id: string, format: string) => url(`api/siting/scenarios/${id}?f=${format}`)

export function compare(a: string, b: string): Promise<Comparison> {
  return get<Comparison>(`api/siting/scenarios/compare?${new URLSearchParams({ a, b })}`)
}

async function write(method: string, path: string, body?: unknown): Promise<void> {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (token.get()) headers['authorization'] = `Bearer ${token.get()}`
  const response = await fetch(url(path), { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  if (response.ok) return
  const said = (await response.json().catch(() => ({}))) as { title?: string; detail?: string }
  throw new ApiError(response.status, said.title ?? response.statusText, said.detail ?? '')
}

export const keepPlan = (job: string, name: string) => write('POST', 'api/siting/scenarios', { job, name })
export const renameScenario = (id: string, name: string) => write('PATCH', `api/siting/scenarios/${id}`, { name })
export const copyScenario = (id: string, name: string) => write('POST', `api/siting/scenarios/${id}/copy`, { name })
export const dropScenario = (id: string) => write('DELETE', `api/siting/scenarios/${id}`)
