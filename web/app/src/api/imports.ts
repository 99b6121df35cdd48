// The way of a file into the store, as the server has it: upload, inspect, check,
// import, undo. What takes long is a job, which is watched.

import type { Geometry } from 'geojson'
import type { Job } from './jobs'
import { get, json, send, token } from './server'
import type { Choices, Disagreement } from './records/ledgers'
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
  /** Who the file is from. */
  sender?: string
  /** Whose value counts where the store has another one that the sender does not know. */
  conflicts?: Choices
  /** The county whose outline cuts an extract of OpenStreetMap. */
  clip_area?: string
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
  /** What of persons the column holds, which must be left out before anything is done. */
  personal?: Words
}

export interface Proposal {
  crs: string
  name: string
  swap?: boolean
  reason: Words
  share: number
  warning?: Words
}

/** What became of a tag of OpenStreetMap: "" for things without one that the field could come from. */
export interface TagCount {
  tag: string
  count: number
  kept: boolean
  field?: string
  value?: string
}

/** What a file of heights says of itself; bounds are west, south, east, north in degrees. */
export interface Heights {
  file: string
  width: number
  height: number
  bounds: [number, number, number, number]
}

export interface Sheet {
  /** Of files of heights, which have no rows. */
  heights?: Heights[]
  file: string
  format: string
  sheet?: string
  sheets?: string[]
  /** Whether * is all sheets that have the same headings. */
  together?: boolean
  encoding?: string
  header_row?: number
  geometry_from?: string[]
  tags?: TagCount[]
  /** Whom the licence makes users name. */
  credit?: { name: string; source: string; licence: string }
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
  /** Who the file may be from, and all who have sent ledgers of the layer. */
  sender?: string
  senders?: string[]
}

export interface Problem {
  /** Where several are read together. */
  sheet?: string
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
  disagreement?: Disagreement
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
  sender?: string
  /** Cells in dispute of which nobody has said yet whose value counts. */
  open?: number
  undone?: string
}

export type MayEdit = 'allowed' | 'token' | 'account' | 'refused'

/** Whether this person may change data: refused by the server, or only with a token or when signed in. */
export async function mayEdit(): Promise<MayEdit> {
  const state = (await get<{ edits: MayEdit }>('api/edits')).edits
  return state === 'token' && token.get() ? 'allowed' : state
}

export async function upload(files: Iterable<File>): Promise<{ id: string; file: string }> {
  const form = new FormData()
  for (const f of files) form.append('file', f, f.name)
  return json<{ id: string; file: string }>(send('POST', 'api/uploads', form))
}

export async function drop(id: string): Promise<void> {
  await send('DELETE', `api/uploads/${id}`)
}

export async function inspect(id: string, options: Options): Promise<Sheet> {
  return json<Sheet>(send('POST', `api/uploads/${id}/inspect`, options))
}

/** Starts a check or an import; its job's result is a Report, of heights how many were written. */
export async function start(id: string, what: 'check' | 'import', options: Options): Promise<Job> {
  return json<Job>(send('POST', `api/uploads/${id}/${what}`, options))
}

export async function rejects(id: string): Promise<Blob> {
  return (await send('GET', `api/uploads/${id}/rejects`)).blob()
}

export async function pastImports(): Promise<Past[]> {
  return (await json<{ imports: Past[] }>(send('GET', 'api/imports'))).imports
}

/** Starts an undo; its job's result is the import, undone. */
export async function undo(id: string): Promise<Job> {
  return json<Job>(send('POST', `api/imports/${encodeURIComponent(id)}/undo`))
}

export async function mappings(): Promise<string[]> {
  return (await json<{ mappings: string[] }>(send('GET', 'api/mappings'))).mappings
}

export async function saveMapping(name: string, options: Options): Promise<void> {
  await send('PUT', `api/mappings/${encodeURIComponent(name)}`, options)
}
