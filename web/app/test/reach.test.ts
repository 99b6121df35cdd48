import { describe, expect, it } from 'vitest'
import { bandsOf } from '../src/api/catchment'
import type { BandVillage } from '../src/api/catchment'

const village = (id: number, cost: Partial<BandVillage>): BandVillage => ({
  id, code: String(id), name: '', county: '', town: '', lon: 0, lat: 0, population: 100 * id, state: 'reached', ...cost,
})

describe('the villages of bands', () => {
  it('are each in the smallest band that holds them, those farther and those without a way apart', () => {
    const bands = bandsOf(
      [village(1, { minutes: 10 }), village(2, { minutes: 10.01 }), village(3, { minutes: 60.5 }), village(4, { state: 'unconnected' })],
      'time',
    )
    expect(bands.map((b) => [b.from, b.to, b.villages.map((v) => v.id), b.people])).toEqual([
      [0, 10, [1], 100],
      [10, 20, [2], 200],
      [20, 30, [], 0],
      [30, 60, [], 0],
      [60, Infinity, [3], 300],
      [NaN, NaN, [4], 400],
    ])
  })

  it('by road are in kilometres, and bands beyond are there only with villages', () => {
    expect(bandsOf([village(1, { metres: 5000 }), village(2, { metres: 5001 })], 'road').map((b) => [b.to, b.villages.length])).toEqual([
      [5, 1],
      [10, 1],
      [20, 0],
      [50, 0],
    ])
  })
})
