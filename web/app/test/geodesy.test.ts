import { describe, expect, it } from 'vitest'
import { areaOf, lengthOf } from '../src/map/geodesy'

// On the ellipsoid: lengths by PROJ's geod, the area by PostGIS.
describe('geodesy', () => {
  it.each([
    [[[0, 0], [0, 1]], 110_574.4],
    [[[0, 0], [1, 0]], 111_319.5],
    [[[109.9, 33.8], [110, 33.8], [110, 33.9]], 9_260.1 + 11_092],
    [[[109.9, 33.8]], 0],
  ])('measures %j', (line, metres) => {
    expect(Math.abs(lengthOf(line) - metres)).toBeLessThanOrEqual(0.006 * metres)
  })

  it('measures areas, whichever way round', () => {
    const ring = [[109.9, 33.8], [110, 33.8], [110, 33.9], [109.9, 33.9], [109.9, 33.8]]
    const m2 = 102_652_664
    expect(Math.abs(areaOf(ring) - m2)).toBeLessThan(0.006 * m2)
    expect(areaOf([...ring].reverse())).toBeCloseTo(areaOf(ring), 3)
  })
})
