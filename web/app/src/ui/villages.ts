// What a list of villages is made of, and its order.

import type { Evidence } from '../api/coverage'

/** A village as a list needs it. */
export interface Listed {
  id: number
  code: string
  name: string
  town_name: string
  county_name: string
  lon: number | null
  lat: number | null
  why: readonly Evidence[]
}

export interface Column<V> {
  key: string
  title: string
  /** What the list is sorted by; undefined is less than anything. */
  value: (village: V) => number | null | undefined
  text: (village: V) => string
}

export interface Sorting {
  /** The key of a column, or name. */
  by: string
  rising: boolean
}

/** The villages in an order: by name is by code, which keeps towns together. */
export function orderedBy<V extends Listed>(villages: readonly V[], columns: readonly Column<V>[], { by, rising }: Sorting): V[] {
  const sign = rising ? 1 : -1
  const value = columns.find((c) => c.key === by)?.value
  return [...villages].sort((a, b) => sign * (value ? (value(a) ?? -1) - (value(b) ?? -1) : a.code.localeCompare(b.code)))
}
