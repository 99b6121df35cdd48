import { describe, expect, it } from 'vitest'
import type { Feature } from 'geojson'
import { boxOf, near } from '../src/views/data/places'

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

describe('what the map goes to', () => {
  const here = feature({ type: 'Point', coordinates: [110, 33.8] })
  const zero = feature({ type: 'Point', coordinates: [0, 0] })

  it('is not drawn away by a wrong coordinate', () => {
    expect(near([here, zero], [109, 33, 111, 34])).toEqual([here])
  })

  it('is everything where nothing lies in the area, or there is none', () => {
    expect(near([zero], [109, 33, 111, 34])).toEqual([zero])
    expect(near([here, zero], null)).toEqual([here, zero])
  })
})
