// Lines of a small chart, in the units of its box.

import type { Point, Progress } from '../../api/progress'

export interface Box {
  width: number
  height: number
  /** Kept free around, in the same units. */
  edge: number
}

export interface Lines {
  planned: string
  actual: string
  /** From the last actual number on: what works that are planned will bring. */
  expected: string
  /** The last actual number. */
  tip: { x: number; y: number } | undefined
}

/** The range of an indicator's axis: a count's from 0, a share's as wide as its numbers. */
export function range(series: readonly Point[], share: boolean): [low: number, high: number] {
  const all = series.flatMap((p) => [p.planned, p.actual]).filter((v) => v !== null)
  if (!all.length) return [0, 1]
  const high = Math.max(...all)
  if (!share) return [0, high || 1]
  return [Math.max(0, Math.floor((Math.min(...all) - 2) / 10) * 10), 100]
}

export function lines(series: readonly Point[], [low, high]: readonly [number, number], box: Box): Lines {
  const first = series[0]?.year ?? 0
  const span = Math.max(1, (series.at(-1)?.year ?? first) - first)
  const x = (year: number) => box.edge + ((year - first) / span) * (box.width - 2 * box.edge)
  const y = (value: number) => box.height - box.edge - ((value - low) / (high - low || 1)) * (box.height - 2 * box.edge)
  const path = (points: { year: number; value: number | null }[]) =>
    points
      .filter((p): p is { year: number; value: number } => p.value !== null)
      .map((p, i) => `${i ? 'L' : 'M'}${x(p.year).toFixed(1)} ${y(p.value).toFixed(1)}`)
      .join('')
  const done = series.filter((p) => p.actual !== null && p.basis !== 'works')
  const last = done.at(-1)
  return {
    planned: path(series.map((p) => ({ year: p.year, value: p.planned }))),
    actual: path(done.map((p) => ({ year: p.year, value: p.actual }))),
    expected: path(series.filter((p) => p.basis === 'works' || p === last).map((p) => ({ year: p.year, value: p.actual }))),
    tip: last && last.actual !== null ? { x: x(last.year), y: y(last.actual) } : undefined,
  }
}

/** How full a bar of an indicator is, and where its target stands, from 0 to 1. */
export function gauge(p: Progress): { filled: number; target: number | undefined } {
  const whole = p.unit === '%' ? 100 : Math.max(p.final ?? 0, p.planned ?? 0, p.actual ?? 0)
  const part = (v: number | null) => (v === null || whole <= 0 ? undefined : Math.min(1, Math.max(0, v / whole)))
  return { filled: part(p.actual) ?? 0, target: part(p.planned) }
}
