// What tells a county or a town by a theme in one number: the share of its villages that
// are well off, or a mean; how to ask for it, and the ramp that it is coloured by.

import type { Words } from '../../api/layers'
import type { AreaSummary, Rollup } from '../../api/summary'
import type { Headline, Theme } from './theme'

/** The ramp of all area maps, from little to much: lightness falls, for any kind of colour vision. */
export const ramp = ['#f0f2e3', '#cfe2cf', '#9ccabf', '#62a8ad', '#33809a', '#1c5276'] as const

// What plans ask of shares: 95 and 90 per cent, and how far from them.
const shareBreaks = [50, 70, 80, 90, 95]
const incidenceBreaks = [3, 10, 20, 30, 40]
const moveBreaks = [1, 3, 6, 10, 20]

const meanOf = (r: Rollup) => r.mean

/** The headline of a theme; none where its classes do not add up to a number. */
export function headlineOf(theme: Theme): Headline | undefined {
  const { id } = theme
  if (id === 'incidence') return { kind: 'ratio', field: 'poor_population/population', unit: '%', breaks: incidenceBreaks, value: meanOf }
  if (id === 'move_population') return { kind: 'ratio', field: 'move_population/population', unit: '%', breaks: moveBreaks, value: meanOf }
  if (id === 'poor_population') return { kind: 'sum', field: id, unit: 'people', value: (r) => (r.known ? r.sum : undefined) }
  if (id === 'exit_year') return undefined
  if (id === 'cov_lacks') {
    const good = theme.classes.slice(0, 1).map((c) => c.title)
    return { kind: 'good', field: id, good, unit: '%', breaks: shareBreaks, value: (r) => share(r.classes?.[0] ?? 0, sum(r.classes ?? [])) }
  }
  const values = theme.classes.flatMap((c) => (c.when && 'is' in c.when && c.when.field === id ? [{ title: c.title, is: String(c.when.is) }] : []))
  if (values.length) return ofValues(id, values)
  const unit = unitOf[id] ?? '%'
  return { kind: 'mean', field: id, unit, value: meanOf, ...(unit === '%' ? { breaks: shareBreaks } : {}) }
}

const unitOf: Record<string, string> = { elevation: 'm', mbps: 'Mbit/s' }

/** Values that count as good: states that pass, an exit that is struck off, and yes. */
const passing = new Set(['reached', 'basically', 'true', '已销号'])

function ofValues(id: string, values: { title: Words; is: string }[]): Headline | undefined {
  const good = values.filter((v) => passing.has(v.is))
  if (!good.length) return undefined
  return {
    kind: 'good',
    field: id,
    good: good.map((v) => v.title),
    unit: '%',
    breaks: shareBreaks,
    ...(id === 'exit_status' ? { filter: 'poverty IS NULL OR poverty = TRUE' } : {}),
    value: ({ counts = {} }) => share(sum(good.map((v) => counts[v.is] ?? 0)), sum(values.map((v) => counts[v.is] ?? 0))),
  }
}

function share(part: number, whole: number): number | undefined {
  return whole > 0 ? (100 * part) / whole : undefined
}

function sum(list: readonly number[]): number {
  return list.reduce((a, b) => a + b, 0)
}

/** Bounds of the classes of values: the headline's own or, without any, round ones between the least and the most. */
export function boundsOf(headline: Headline, values: readonly number[]): number[] {
  if (headline.breaks) return [...headline.breaks]
  const low = Math.min(...values)
  const step = nice((Math.max(...values) - low) / ramp.length)
  const first = Math.ceil(low / step) * step
  const all = Array.from({ length: ramp.length - 1 }, (_, i) => Number((first + i * step).toPrecision(6)))
  return values.length && step > 0 ? all : []
}

/** The least of 1, 2, 2.5, 5 and 10 times a power of ten that is as great. */
function nice(x: number): number {
  if (!(x > 0)) return 0
  const power = 10 ** Math.floor(Math.log10(x))
  return power * ([1, 2, 2.5, 5].find((n) => n * power >= x) ?? 10)
}

/** The class of the ramp that a value falls into. */
export function rankOf(bounds: readonly number[], value: number): number {
  return bounds.filter((b) => value >= b).length
}

/** What to ask of api/summary for the headline and the theme's classes. */
export function questionOf(theme: Theme, headline: Headline): { field: string; breaks?: string; own: string } {
  const own = theme.id === 'incidence' ? headline.field : theme.id
  const bounds = classBounds(theme)
  return { own, field: own === headline.field ? own : `${headline.field},${own}`, ...(bounds.length ? { breaks: `${own}:${bounds.join(',')}` } : {}) }
}

function classBounds(theme: Theme): number[] {
  const all = theme.classes.flatMap((c) => (c.when && 'from' in c.when && c.when.from !== undefined ? [c.when.from] : []))
  return [...new Set(all)].filter((n) => n > 0).sort((a, b) => a - b)
}

/** The villages of areas by the theme's class; of classes that another field makes nothing is said. */
export function classCounts(theme: Theme, own: string, areas: readonly AreaSummary[]): Map<string, number> {
  const bounds = classBounds(theme)
  const rollups = areas.flatMap((a) => a.fields[own] ?? [])
  const counts = new Map<string, number>()
  for (const c of theme.classes) {
    const { when } = c
    if (!when) counts.set(c.key, sum(rollups.map((r) => r.unknown + (r.counts?.['unknown'] ?? 0))))
    else if ('is' in when && when.field === theme.id) counts.set(c.key, sum(rollups.map((r) => r.counts?.[String(when.is)] ?? 0)))
    else if (!('is' in when) && !('among' in when)) counts.set(c.key, sum(rollups.map((r) => r.classes?.[rankOf(bounds, when.from ?? -Infinity)] ?? 0)))
  }
  return counts
}
