// Ledgers that several offices send of the same features: what they disagree in, and whose word counts.

import type { Geometry } from 'geojson'
import { json, send } from '../server'

/** Whose value counts: the file's, or the store's for good or for now. */
export type Choice = 'file' | 'store' | 'later'

export interface Choices {
  /** By cellOf. */
  cells?: Record<string, Choice>
  fields?: Record<string, Choice>
  rest?: Choice
}

export type Value = string | number | boolean | null

/** A cell in which a file and the store disagree. */
export interface Conflict {
  feature: number
  code?: string
  title?: string
  sheet?: string
  row?: number
  /** A field of the layer; geometry is the place, and "" whether the feature is there at all. */
  field: string
  /** What the sender knew; absent where that is not on record. */
  knew?: Value
  store: Value
  file: Value
  metres?: number
  place?: Geometry
  from?: { sender?: string; name?: string; origin: string; at: string }
  choice?: Choice
  /** The choice follows from a rule. */
  rule?: boolean
}

export interface Disagreement {
  sender?: string
  /** Of the ledger that the file is compared by. */
  since?: string
  file?: string
  /** Cells that the store has newer. */
  kept: number
  count: number
  open: number
  undecided: number
  fields: { field: string; count: number; open?: number }[]
  replaced: { field: string; count: number }[]
  conflicts: Conflict[]
}

export interface Rule {
  layer: string
  field: string
  wins: string
}

export interface Ledgers {
  senders: { sender: string; layer: string; day: string; file?: string }[]
  rules: Rule[]
}

/** The place as a field, and the feature as a whole. */
export const PLACE = 'geometry'
export const WHOLE = ''

export const cellOf = (c: Conflict): string => `${c.feature}/${c.field}`

/** What is to become of a cell, by what was chosen for it, for its field or for the rest. */
export function choiceOf(c: Conflict, made: Choices): Choice | undefined {
  return made.cells?.[cellOf(c)] ?? made.fields?.[c.field] ?? (c.rule ? c.choice : made.rest)
}

export async function getLedgers(): Promise<Ledgers> {
  return json<Ledgers>(send('GET', 'api/ledgers'))
}

/** Notes that what the store has of a layer goes to an office. */
export async function handOut(layer: string, sender: string): Promise<void> {
  await send('POST', 'api/ledgers', { layer, sender })
}

export async function putRules(rules: Rule[]): Promise<void> {
  await send('PUT', 'api/ledgers/rules', rules)
}

export async function getConflicts(id: string): Promise<Conflict[]> {
  return (await json<{ conflicts: Conflict[] }>(send('GET', `api/imports/${encodeURIComponent(id)}/conflicts`))).conflicts
}

/** Settles cells that an import left in dispute; one of which the store has yet another value by now stays open. */
export async function settleConflicts(id: string, cells: Record<string, Choice>): Promise<Conflict[]> {
  return (await json<{ conflicts: Conflict[] }>(send('POST', `api/imports/${encodeURIComponent(id)}/conflicts`, { cells }))).conflicts
}
