// How far villages, counties and projects are in what they go through, and the steps that people take (api/procedures…).

import type { Geometry } from 'geojson'
import { narrow } from '../areas'
import type { Lang, Value, Words } from '../layers'
import { ApiError, get, json, send } from '../server'
import type { Answer } from '../server'
import type { ServiceState } from '../layers'
import type { Work } from '../programme'

export type Act = Answer<'CaseAct', { title: Words }>
export type Obstacle = Answer<'ProcedureObstacle', { text: Words }>
export type Next = Answer<'CaseNext', { title: Words; unit: string[] | null; against: Obstacle[] }>
export interface Stage {
  step: string
  title: Words
  color?: string
}

export type Case = Answer<
  'Case',
  { stage_title: Words; acts: Act[]; objections: Act[]; next: Next[]; back_to: Stage[]; wrong: Words[] }
>

export type CaseLine = Answer<'CaseLine', { stage_title: Words; next: Words }>
export type Cases = Answer<'Cases', { stages: Record<string, number>; cases: CaseLine[] }>

/** A step that somebody takes. */
export interface Step {
  step: string
  stage: string
  result?: 'passed' | 'failed'
  about?: string
  wan?: number
  note?: string
  by?: string
}

/** Which procedure features of a layer go through. */
export const procedures: Record<string, { id: string; key: string }> = {
  village: { id: 'village_exit', key: 'code' },
  county: { id: 'county_exit', key: 'code' },
  project: { id: 'project', key: 'number' },
}

const path = (procedure: string, subject: string) => `api/procedures/${procedure}/${encodeURIComponent(subject)}`

export function getCase(procedure: string, subject: string, signal?: AbortSignal): Promise<Case> {
  return get(path(procedure, subject), signal)
}

export async function takeStep(procedure: string, subject: string, step: Step): Promise<Case> {
  return (await json<{ case: Case }>(send('POST', path(procedure, subject), step, { 'x-cuntu-page': '1' }))).case
}

export interface Ask {
  area?: string | undefined
  stage?: string | undefined
  due?: 'late' | 'week' | 'mine' | undefined
  limit?: number | undefined
}

export function casesPath(procedure: string, ask: Ask, format = 'json'): string {
  const query = narrow({ year: undefined, area: ask.area })
  for (const name of ['stage', 'due', 'limit'] as const) if (ask[name]) query.set(name, String(ask[name]))
  if (format !== 'json') query.set('f', format)
  return `api/procedures/${procedure}?${query}`
}

export function getCases(procedure: string, ask: Ask, signal?: AbortSignal): Promise<Cases> {
  return get(casesPath(procedure, ask), signal)
}

/** What a step rested on, and what has become of it. */
export type Evidence = Answer<
  'CaseworkEvidence',
  { criteria: { code: string; state: ServiceState; text: Words }[]; moved: Moved[]; lacks: Words[]; fields: Record<string, Value> }
>

export interface Moved {
  layer: string
  id: number
  name?: string
  gone?: boolean
}

export function getEvidence(digest: string, signal?: AbortSignal): Promise<Evidence> {
  return get(`api/evidence/${digest}`, signal)
}

/** What an accepted project makes true. */
export interface Results {
  number: string
  accepted: boolean
  year?: number
  note?: string
  written: boolean
  edits: {
    layer: string
    id?: number
    name?: string
    new: boolean
    redraw: boolean
    metres?: number
    before: Record<string, Value>
    after: Record<string, Value>
  }[]
}

const resultsPath = (number: string) => `api/projects/${encodeURIComponent(number)}/results`

export function getResults(number: string, signal?: AbortSignal): Promise<Results> {
  return get(resultsPath(number), signal)
}

export function writeResults(number: string): Promise<Results> {
  return json(send('POST', resultsPath(number), undefined, { 'x-cuntu-page': '1' }))
}

export interface Drafted {
  projects: { id: number; number: string; name: string; repeats: Words[]; lacks: { field: string; title: Words; step: string }[] }[]
}

/** Makes projects of works of a programme. */
export function draftProjects(year: number, works: readonly Work[]): Promise<Drafted> {
  const drafts = works.map((w) => ({ parts: w.parts, wan: w.wan, ...(w.supply ? { routes: linesOf(w.geometry) } : {}) }))
  return json(send('POST', 'api/projects', { year, drafts }, { 'x-cuntu-page': '1' }))
}

function linesOf(geometry: Geometry | null): number[][][] {
  if (geometry?.type === 'LineString') return [geometry.coordinates]
  return geometry?.type === 'MultiLineString' ? geometry.coordinates : []
}

/** What speaks against a step: in Chinese what is wrong item by item, in English all in one. */
export function reasons(error: unknown, lang: Lang): string[] {
  if (!(error instanceof ApiError)) return [String(error)]
  const told = lang === 'zh' ? (error.problem.errors ?? []).map((e) => e.detail) : []
  return told.length ? told : [error.message]
}
