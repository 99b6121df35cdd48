import { describe, expect, it } from 'vitest'
import { firstStays, rank, scoreOf, scoresOf } from '../src/views/siting/score'
import type { Candidates, Criterion } from '../src/api/siting'

function criterion(id: string, weight: number, more: Partial<Criterion> = {}): Criterion {
  return {
    id,
    title: { zh: id, en: id },
    group: 'g',
    measure: 'straight',
    unit: 'm',
    curve: [
      [0, 0],
      [100, 100],
    ],
    min: null,
    max: null,
    weight,
    source: 'test',
    ...more,
  }
}

function candidates(values: (number | null)[][]): Candidates {
  return {
    lon: values.map(() => 109),
    lat: values.map(() => 33),
    people: values.map(() => 500),
    name: values.map((_, i) => `n${i}`),
    values,
  }
}

describe('scores of candidates', () => {
  it('lie on straight lines between the points of a curve', () => {
    const curve: [number, number][] = [[10, 100], [20, 60], [40, 0]]
    for (const [value, score] of [[0, 100], [15, 80], [30, 30], [99, 0], [1e9, 0]] as const) expect(scoreOf(curve, value)).toBe(score)
  })

  it('rank candidates as the server does: what is unknown does not weigh, what breaks a constraint is out', () => {
    const criteria = [criterion('a', 1, { max: 10 }), criterion('b', 3, { min: 3 })]
    const all = candidates([[5, 5], [10, 3], [11, 5], [11, 2], [5, null], [null, null]])
    const ranked = rank(criteria, all, scoresOf(criteria, all))
    expect(ranked.order).toEqual([0, 4, 1])
    expect([...ranked.totals.slice(0, 2), ranked.totals[4]]).toEqual([5, 4.75, 5])
    expect(Object.fromEntries(ranked.excluded)).toEqual({ a: 2, b: 1 })
  })

  it('keep their first as long as a weight stays in its band, and no longer', () => {
    let seed = 7
    const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647
    let ends = 0
    for (let round = 0; round < 60; round++) {
      const criteria = [0, 1, 2].map((n) => criterion(`c${n}`, Math.ceil(4 * random())))
      const all = candidates(Array.from({ length: 8 }, () => [100 * random(), random() < 0.15 ? null : 100 * random(), 100 * random()]))
      const scores = scoresOf(criteria, all)
      const first = rank(criteria, all, scores).order[0]
      const firstAt = (n: number, weight: number) => rank(criteria.map((c, i) => (i === n ? { ...c, weight } : c)), all, scores).order[0]
      criteria.forEach((_, n) => {
        const [low, high] = firstStays(n, criteria, scores, rank(criteria, all, scores).order)
        const top = Math.min(high, 100)
        for (const f of [0.001, 0.3, 0.7, 0.999]) expect(firstAt(n, low + (top - low) * f)).toBe(first)
        if (high < 100) {
          ends++
          expect(firstAt(n, high + 0.01)).not.toBe(first)
        }
        if (low > 0.01) {
          ends++
          expect(firstAt(n, low - 0.01)).not.toBe(first)
        }
      })
    }
    expect(ends).toBeGreaterThan(40)
  })
})
