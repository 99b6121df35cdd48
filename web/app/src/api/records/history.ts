// What was changed, by whom, and what puts it back.

import type { Geometry } from 'geojson'
import type { Value } from '../layers'
import { get, json, send } from '../server'
import type { Answer } from '../server'

export type Op = 'insert' | 'update' | 'delete'

export interface Cell {
  field: string
  before: Value
  after: Value
}

export interface Places {
  before: Geometry | null
  after: Geometry | null
}

export type Author = Answer<'HistoryAuthor'>
export type Change = Answer<'HistoryChange', { op: Op; cells: Cell[]; geometry?: Places; by: Author }>
export type Count = Answer<'HistoryCount', { op: Op }>
export type Writing = Answer<'HistoryWriting', { counts: Count[]; by: Author }>
export type Conflict = Answer<'HistoryConflict', { before: Value; after: Value; now: Value }>
export type Edited = Answer<'HistoryEdited', { op: Op; cells: Cell[]; geometry?: Places }>
export type Restored = Answer<'HistoryRestored', { edits: Edited[]; conflicts: Conflict[] }>

export interface Ask {
  layer?: string | undefined
  id?: number | undefined
  area?: string | undefined
  actor?: string | undefined
  origin?: string | undefined
  since?: string | undefined
  until?: string | undefined
  writing?: number | undefined
  limit?: number | undefined
  after?: number | undefined
}

function query(ask: Ask): string {
  const q = new URLSearchParams()
  for (const [name, value] of Object.entries(ask)) if (value !== undefined && value !== '') q.set(name, String(value))
  return String(q)
}

export function listChanges(ask: Ask, signal?: AbortSignal): Promise<{ changes: Change[]; next?: number }> {
  return get(`api/history?${query(ask)}`, signal)
}

export function listWritings(ask: Ask, signal?: AbortSignal): Promise<{ writings: Writing[]; next?: number }> {
  return get(`api/history/writings?${query(ask)}`, signal)
}

/** Changes to put back: some by their numbers, of these only some fields where they are named, or a batch. */
export interface Wish {
  seqs?: number[]
  fields?: string[]
  batch?: string
}

/** What putting changes back would do; nothing is written. */
export function tryRestore(wish: Wish): Promise<Restored> {
  return json<Restored>(send('POST', 'api/history/restore', { ...wish, dry_run: true }))
}

/** Puts changes back; what was changed again since stays as it is. */
export function restore(wish: Wish, reason: string): Promise<Restored> {
  return json<Restored>(send('POST', 'api/history/restore', { ...wish, reason, skip_conflicts: true }))
}
