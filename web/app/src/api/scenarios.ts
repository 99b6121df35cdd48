// Plans that are kept (api/siting/scenarios).

import type { Plan, Summary } from './plans'
import { get, send, url } from './server'

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
  villages: {
    id: number
    code: string
    name: string
    lon: number
    lat: number
    affected_people: number
    before: Share[] | null
    after: Share[] | null
    minutes_before: number | null
    minutes_after: number | null
  }[]
  sites: {
    id: number
    name: string
    lon: number
    lat: number
    open_before: boolean
    open_after: boolean
    people_before: number
    people_after: number
  }[]
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

export const keepPlan = (job: string, name: string) => send('POST', 'api/siting/scenarios', { job, name })
export const renameScenario = (id: string, name: string) => send('PATCH', `api/siting/scenarios/${id}`, { name })
export const copyScenario = (id: string, name: string) => send('POST', `api/siting/scenarios/${id}/copy`, { name })
export const dropScenario = (id: string) => send('DELETE', `api/siting/scenarios/${id}`)
