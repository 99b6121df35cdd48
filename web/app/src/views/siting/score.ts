// Scores and ranks of candidates, calculated in the page so that sliders answer at
// once. The server calculates the same.

import type { Candidates, Criterion, Curve, Values } from '../../api/siting'

/** The score of a value, from 0 to 100: straight lines between the curve's points. */
export function scoreOf(curve: Curve, value: number): number {
  let before = curve[0]
  if (!before || value <= before[0]) return before?.[1] ?? 0
  for (const point of curve.slice(1)) {
    if (value <= point[0]) return before[1] + ((point[1] - before[1]) * (value - before[0])) / (point[0] - before[0])
    before = point
  }
  return before[1]
}

export function fails(c: Criterion, value: number | null): boolean {
  return value !== null && ((c.max !== null && value > c.max) || (c.min !== null && value < c.min))
}

export interface Ranked {
  /** By candidate: the total from 0 to 100; NaN where nothing that weighs is known. */
  totals: Float64Array
  /** Candidates that break no hard constraint, the best first. */
  order: number[]
  /** How many break each criterion's constraint, by id. */
  excluded: Map<string, number>
}

/** Scores by criterion of every candidate, NaN where unknown; they stay while only weights move. */
export function scoresOf(criteria: readonly Criterion[], all: Candidates): Float64Array[] {
  return criteria.map((c, n) => Float64Array.from(all.values, (row) => score(c, row, n)))
}

function score(c: Criterion, row: Values, n: number): number {
  const value = row[n] ?? null
  return value === null ? NaN : scoreOf(c.curve, value)
}

export function rank(criteria: readonly Criterion[], all: Candidates, scores: readonly Float64Array[]): Ranked {
  const totals = new Float64Array(all.values.length)
  const order: number[] = []
  const excluded = new Map<string, number>()
  all.values.forEach((row, i) => {
    let sum = 0
    let weight = 0
    let out = false
    criteria.forEach((c, n) => {
      const s = scores[n]?.[i] ?? NaN
      if (!Number.isNaN(s)) {
        sum += c.weight * s
        weight += c.weight
      }
      if (fails(c, row[n] ?? null)) {
        out = true
        excluded.set(c.id, (excluded.get(c.id) ?? 0) + 1)
      }
    })
    totals[i] = sum / weight
    if (!out && weight > 0) order.push(i)
  })
  order.sort((a, b) => (totals[b] as number) - (totals[a] as number) || a - b)
  return { totals, order, excluded }
}

/**
 * How far the weight of criterion n may move, all others staying, before another
 * candidate comes first. With the weight t a total is (A + t·s)/(W + t·k), so where
 * all is known the difference of two is linear in t; where the unknown differ it is
 * taken at its crossing by the same products.
 */
export function firstStays(
  n: number,
  criteria: readonly Criterion[],
  scores: readonly Float64Array[],
  order: readonly number[],
): [number, number] {
  const [first, ...others] = order
  let low = 0
  let high = Infinity
  const now = criteria[n]?.weight ?? 0
  if (first === undefined) return [low, high]
  const lead = parts(n, criteria, scores, first)
  for (const i of others) {
    const other = parts(n, criteria, scores, i)
    const a = lead.score * other.known - other.score * lead.known
    const b = lead.score * other.weight + lead.sum * other.known - other.score * lead.weight - other.sum * lead.known
    const c = lead.sum * other.weight - other.sum * lead.weight
    for (const root of roots(a, b, c)) {
      if (root >= now && valueAt(a, b, c, root + 1e-6 * (1 + Math.abs(root))) < 0) high = Math.min(high, root)
      if (root <= now && valueAt(a, b, c, root - 1e-6 * (1 + Math.abs(root))) < 0) low = Math.max(low, root)
    }
  }
  return [low, high]
}

function parts(without: number, criteria: readonly Criterion[], scores: readonly Float64Array[], i: number) {
  const out = { sum: 0, weight: 0, score: 0, known: 0 }
  criteria.forEach((c, n) => {
    const s = scores[n]?.[i] ?? NaN
    if (Number.isNaN(s)) return
    if (n === without) {
      out.score = s
      out.known = 1
    } else {
      out.sum += c.weight * s
      out.weight += c.weight
    }
  })
  return out
}

const valueAt = (a: number, b: number, c: number, x: number) => (a * x + b) * x + c

function roots(a: number, b: number, c: number): number[] {
  if (Math.abs(a) < 1e-12 * Math.max(Math.abs(b), Math.abs(c))) return Math.abs(b) < 1e-12 ? [] : [-c / b]
  const d = b * b - 4 * a * c
  if (d < 0) return []
  const q = -(b + (b < 0 ? -1 : 1) * Math.sqrt(d)) / 2
  return q === 0 ? [0] : [q / a, c / q]
}
