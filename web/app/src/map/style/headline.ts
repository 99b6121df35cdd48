// What tells a county or a town by a theme in one number: the share of its villages that
// are well off, or a mean; how to ask for it, and the ramp that it is coloured by.

import type { Criterion, Field, Ratio } from '../../api/layers'
import type { AreaSummary, Rollup } from '../../api/summary'
import { areaRamp } from './palette'
import type { Headline, Theme } from './theme'

// What plans usually ask of shares: 95 and 90 per cent, and how far from them.
const usualBreaks = [50, 70, 80, 90, 95]

/** What is asked of a share, in per cent. */
export type Asked = Pick<Criterion, 'limit' | 'basic'>

/** Bounds of a share: the usual ones, with what is asked of it in the place of the nearest. */
function shareBreaks({ limit, basic }: Asked = {}): number[] {
  const breaks = [...usualBreaks]
  for (const asked of [basic, limit]) {
    if (asked === undefined) continue
    const far = breaks.map((b) => Math.abs(b - asked))
    breaks[far.indexOf(Math.min(...far))] = asked
  }
  return [...new Set(breaks)].sort((a, b) => a - b)
}

const meanOf = (r: Rollup) => r.mean

/** What tells areas apart by a ratio: that of all their people. */
export function headlineOfRatio({ part, over, theme }: Ratio): Headline {
  return { kind: 'ratio', field: `${part}/${over}`, unit: '%', ...(theme.area_breaks ? { breaks: theme.area_breaks } : {}), value: meanOf }
}

/** What tells areas apart by a field of which the theme is; nothing where its classes do not add up to a number. */
export function headlineOfField(field: Field, theme: Theme, asked?: Asked): Headline | undefined {
  const { areas, over, scope, area_breaks: breaks } = field.theme ?? {}
  if (areas === 'none') return undefined
  if (areas === 'sum') return { kind: 'sum', field: field.id, unit: field.unit ?? '', value: (r) => (r.known ? r.sum : undefined) }
  if (areas === 'share' && over)
    return { kind: 'ratio', field: `${field.id}/${over}`, unit: '%', ...(breaks ? { breaks } : {}), value: meanOf }
  if (theme.classes.some((c) => c.when && 'is' in c.when && c.when.field === field.id)) {
    return headlineOfValues(theme, field.type === 'bool' ? ['true'] : (field.good ?? []), scope, asked)
  }
  const unit = field.unit ?? ''
  return { kind: 'mean', field: field.id, unit, value: meanOf, ...(unit === '%' ? { breaks: shareBreaks(asked) } : {}) }
}

/** The share of villages in good classes, of those that scope, a field of yes or no, does not leave out. */
export function headlineOfValues(theme: Theme, wished: readonly string[], scope?: string, asked?: Asked): Headline | undefined {
  const field = theme.id
  const values = theme.classes.flatMap((c) =>
    c.when && 'is' in c.when && c.when.field === field ? [{ title: c.title, is: String(c.when.is) }] : [],
  )
  const good = values.filter((v) => wished.includes(v.is))
  if (!good.length) return undefined
  return {
    kind: 'good',
    field,
    good: good.map((v) => v.title),
    unit: '%',
    breaks: shareBreaks(asked),
    ...(scope ? { filter: `${scope} IS NULL OR ${scope} = TRUE` } : {}),
    value: ({ counts = {} }) => share(sum(good.map((v) => counts[v.is] ?? 0)), sum(values.map((v) => counts[v.is] ?? 0))),
  }
}

/** The share of villages in the first class of a theme of counts. */
export function headlineOfFirst(theme: Theme): Headline {
  const good = theme.classes.slice(0, 1).map((c) => c.title)
  return {
    kind: 'good',
    field: theme.id,
    good,
    unit: '%',
    breaks: shareBreaks(),
    value: (r) => share(r.classes?.[0] ?? 0, sum(r.classes ?? [])),
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
  const step = nice((Math.max(...values) - low) / areaRamp.length)
  const first = Math.ceil(low / step) * step
  const all = Array.from({ length: areaRamp.length - 1 }, (_, i) => Number((first + i * step).toPrecision(6)))
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
  const own = theme.of ?? theme.id
  const bounds = classBounds(theme)
  return {
    own,
    field: own === headline.field ? own : `${headline.field},${own}`,
    ...(bounds.length ? { breaks: `${own}:${bounds.join(',')}` } : {}),
  }
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
    else if (!('is' in when) && !('among' in when))
      counts.set(c.key, sum(rollups.map((r) => r.classes?.[rankOf(bounds, when.from ?? -Infinity)] ?? 0)))
  }
  return counts
}
