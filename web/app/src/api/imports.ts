// The way of a file into the store, as the server has it: upload, inspect, check,
// import, undo. What takes long is a job, which is watched.

import type { Geometry } from 'geojson'
import { ApiError, get, url } from './server'
import type { Words } from './layers'

/** What a person has settled about a file; empty where the file says it. */
export interface Options {
  layer?: string
  crs?: string
  swap?: boolean
  encoding?: string
  sheet?: string
  header_row?: number
  /** Field by column; "" leaves a column out. */
  map?: Record<string, string>
  /** Code by name as the file writes it. */
  names?: Record<string, string>
  replace?: string
  skip_bad?: boolean
  /** A saved mapping, under what is settled here. */
  mapping?: string
}

export interface Column {
  name: string
  field: string
  unit?: string
  factor?: number
  from?: 'asked' | 'heading' | 'geometry'
  near?: string[]
  samples?: string[]
  twin?: string
}

export interface Proposal {
  crs: string
  name: string
  swap?: boolean
  reason: Words
  share: number
  warning?: Words
}

export interface Sheet {
  file: string
  format: string
  sheet?: string
  sheets?: string[]
  encoding?: string
  header_row?: number
  geometry_from?: string[]
  crs?: string
  crs_name?: string
  crs_from?: string
  crs_problem?: string
  warning?: Words
  swap?: boolean
  proposals?: Proposal[]
  layer?: string
  layers?: { layer: string; matched: number }[]
  columns?: Column[]
  rows?: { row: number; values: string[]; geometry?: Geometry }[]
  needs?: { option: string; message: Words }[]
}

export interface Problem {
  row?: number
  column?: string
  field?: string
  value?: string
  kind: string
  warning?: boolean
  message: Words
  near?: { code: string; name: string; of?: string }[]
  place?: [number, number]
}

export interface Report {
  file: string
  layer: string
  rows: number
  bad: number
  added: number
  changed: number
  unchanged: number
  removed: number
  problems: Problem[]
  kinds: { kind: string; warning?: boolean; count: number }[]
  blocked?: boolean
  rejects?: boolean
  import?: Past
}

/** An import on record. */
export interface Past {
  id: string
  file: string
  layer: string
  author?: string
  time: string
  bad: number
  added: number
  changed: number
  removed: number
  undone?: string
}

export interface Job {
  id: string
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'
  done: number
  total: number
  message?: string
  result?: string
  error?: { title: string; detail?: string; status: number }
}

const TOKEN = 'cuntu.token'

/** The token that the operator gave this person, for as long as the tab lives. */
export const token = {
  get: () => sessionStorage.getItem(TOKEN) ?? '',
  set: (value: string) => sessionStorage.setItem(TOKEN, value),
}

async function ask(method: string, path: string, body?: BodyInit, type?: string): Promise<Response> {
  const headers: Record<string, string> = {}
  if (token.get()) headers['authorization'] = `Bearer ${token.get()}`
  if (type) headers['content-type'] = type
  let response: Response
  try {
    response = await fetch(url(path), { method, headers, ...(body === undefined ? {} : { body }) })
  } catch (error) {
    throw new ApiError(0, 'unreachable', String(error))
  }
  if (response.ok) return response
  const said = (await response.json().catch(() => ({}))) as { title?: string; detail?: string }
  throw new ApiError(response.status, said.title ?? response.statusText, said.detail ?? '')
}

const post = (path: string, options: Options) => ask('POST', path, JSON.stringify(options), 'application/json')

/** Whether this person may change data: refused by the server, or only with a token. */
export async function mayEdit(): Promise<'allowed' | 'token' | 'refused'> {
  const state = (await get<{ edits: 'allowed' | 'token' | 'refused' }>('api/edits')).edits
  return state === 'token' && token.get() ? 'allowed' : state
}

export async function upload(files: Iterable<File>): Promise<{ id: string; file: string }> {
  const form = new FormData()
  for (const f of files) form.append('file', f, f.name)
  return (await (await ask('POST', 'api/uploads', form)).json()) as { id: string; file: string }
}

export async function drop(id: string): Promise<void> {
  await ask('DELETE', `api/uploads/${id}`)
}

export async function inspect(id: string, options: Options): Promise<Sheet> {
  return (await (await post(`api/uploads/${id}/inspect`, options)).json()) as Sheet
}

/** Starts a check or an import; its job's result is a Report. */
export async function start(id: string, what: 'check' | 'import', options: Options): Promise<Job> {
  return (await (await post(`api/uploads/${id}/${what}`, options)).json()) as Job
}

export async function rejects(id: string): Promise<Blob> {
  return (await ask('GET', `api/uploads/${id}/rejects`)).blob()
}

export async function pastImports(): Promise<Past[]> {
  return ((await (await ask('GET', 'api/imports')).json()) as { imports: Past[] }).imports
}

/** Starts an undo; its job's result is the import, undone. */
export async function undo(id: string): Promise<Job> {
  return (await (await ask('POST', `api/imports/${encodeURIComponent(id)}/undo`)).json()) as Job
}

export async function cancel(job: string): Promise<void> {
  await ask('DELETE', `api/jobs/${job}`)
}

export async function mappings(): Promise<string[]> {
  return ((await (await ask('GET', 'api/mappings')).json()) as { mappings: string[] }).mappings
}

export async function saveMapping(name: string, options: Options): Promise<void> {
  await ask('PUT', `api/mappings/${encodeURIComponent(name)}`, JSON.stringify(options), 'application/json')
}

/** Hears how far a job is until it ends, and gives its result; undefined where it was cancelled. */
export function watch<T>(job: Job, hear: (job: Job) => void): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const events = new EventSource(url(`api/jobs/${job.id}/events`))
    events.addEventListener('job', (e: MessageEvent<string>) => {
      const now = JSON.parse(e.data) as Job
      hear(now)
      if (now.state === 'waiting' || now.state === 'running') return
      events.close()
      if (now.state === 'cancelled') resolve(undefined)
      else if (now.error) reject(new ApiError(now.error.status, now.error.title, now.error.detail ?? ''))
      else resolve(now.result ? get<T>(now.result.replace(/^\//, '')) : undefined)
    })
  })
}
