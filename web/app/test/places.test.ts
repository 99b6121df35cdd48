import { describe, expect, it } from 'vitest'
import type { Feature } from 'geojson'
import { boxOf } from '../src/views/data/places'

const feature = (geometry: Feature['geometry']): Feature => ({ type: 'Feature', geometry, properties: {} })

describe('the box around what a file holds', () => {
  it('goes around points, lines and rings alike', () => {
    expect(
      boxOf([
        feature({ type: 'Point', coordinates: [109.9, 33.8] }),
        feature({ type: 'LineString', coordinates: [[110, 33.9], [110.2, 33.7]] }),
        feature({ type: 'Polygon', coordinates: [[[109.8, 33.8], [110, 33.8], [110, 34], [109.8, 33.8]]] }),
      ]),
    ).toEqual([109.8, 33.7, 110.2, 34])
  })

  it('is none where there are no places', () => {
    expect(boxOf([])).toBeUndefined()
  })
})
