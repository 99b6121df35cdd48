// What tells a county or a town by a theme in one number: the share of its villages in
// the good class, or a mean; and the ramp that it is coloured by.

import type { AreaSummary, Rollup } from '../summary'
import type { Theme } from './themes'

/** One number of an area, and how to ask for it (GET api/summary). */
export interface Headline {
  kind: 'good' | 'of' | 'mean' | 'sum'
  /** The field of api/summary, and the classes that it is to be counted in. */
  field: string
  breaks?: number[]
  /** What is put together in the title: the class of a share. */
  good?: Theme['classes'][number]
  unit: string
  /** More is worse. */
  worse?: boolean
  value(r: Rollup, a: AreaSummary): number | undefined
}

const share = (part: number, whole: number) => (whole > 0 ? (100 * part) / whole : undefined)

/** The headline of a theme; none where the classes are no field's. */
export function headlineOf(theme: Theme): Headline | undefined {
  if (theme.id === 'incidence') {
    return { kind: 'of', field: 'poor_population/population', unit: '%', worse: true, value: (r) => r.mean ?? undefined }
  }
  if (theme.id === 'cov_lacks') {
    const good = theme.classes[0]
    if (!good) return undefined
    return { kind: 'good', field: theme.id, breaks: [1], good, unit: '%', value: (r) => share(r.classes?.[0] ?? 0, sum(r.classes)) }
  }
  if (theme.id === 'exit_year') return undefined
  const values = theme.classes.flatMap((c) => (c.when && 'is' in c.when && c.when.field === theme.id ? [{ c, is: String(c.when.is) }] : []))
  if (values.length) return ofValues(theme, values)
  if (theme.id === 'move_population') return { kind: 'of', field: 'move_population/population', unit: '%', worse: true, value: (r) => r.mean ?? undefined }
  if (theme.id === 'poor_population') return { kind: 'sum', field: theme.id, unit: 'people', worse: true, value: (r) => (r.known ? r.sum : undefined) }
  const unit = unitOf[theme.id] ?? '%'
  return { kind: 'mean', field: theme.id, unit, value: (r) => r.mean ?? undefined }
}

const unitOf: Record<string, string> = { elevation: 'm', mbps: 'Mbit/s' }

/** Which of a field's values count as good: those that pass, an exit that is struck off, being yes. */
const passing = new Set(['reached', 'basically', 'true', '已销号'])

function ofValues(theme: Theme, values: { c: Theme['classes'][number]; is: string }[]): Headline | undefined {
  const good = values.filter((v) => passing.has(v.is))
  const first = good[0]?.c
  if (!first) return undefined
  return {
    kind: 'good',
    field: theme.id,
    good: first,
    unit: '%',
    worse: theme.id === 'poverty',
    value: ({ counts = {} }) => share(sum(good.map((v) => counts[v.is] ?? 0)), sum(values.map((v) => counts[v.is] ?? 0))),
  }
}

function sum(list: readonly number[] = []): number {
  return list.reduce((a, b) => a + b, 0)
}
