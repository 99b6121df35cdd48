import { describe, expect, it } from 'vitest'
import { areaOf, lengthOf } from '../src/map/geodesy'

// Of the ellipsoid, by GeographicLib's Planimeter.
describe('geodesy', () => {
  it.each([
    [[[0, 0], [0, 1]], 110_574.4],
    [[[0, 0], [1, 0]], 111_319.5],
    [[[109.9, 33.8], [110, 33.8], [110, 33.9]], 9_263.6 + 11_091.6],
    [[[109.9, 33.8]], 0],
  ])('measures %j', (line, metres) => {
    expect(Math.abs(lengthOf(line) - metres)).toBeLessThanOrEqual(0.006 * metres)
  })

  it('measures areas, whichever way round', () => {
    const ring = [[109.9, 33.8], [110, 33.8], [110, 33.9], [109.9, 33.9], [109.9, 33.8]]
    const m2 = 102_687_000
    expect(Math.abs(areaOf(ring) - m2)).toBeLessThan(0.006 * m2)
    expect(areaOf([...ring].reverse())).toBeCloseTo(areaOf(ring), 3)
  })
})
