import { describe, expect, it } from 'vitest'
import { boundsOf, middleOf } from '../src/map/bounds'
import { nameSpot } from '../src/map/countyNames'
import { touches } from '../src/state/live'

describe('extents', () => {
  it('span all parts of a geometry', () => {
    const coordinates = [[[[1, 2], [3, 2], [3, 5], [1, 2]]], [[[-1, 8], [0, 8], [0, 9], [-1, 8]]]]
    expect(boundsOf({ type: 'MultiPolygon', coordinates })).toEqual([-1, 2, 3, 9])
    expect(boundsOf({ type: 'Point', coordinates: [109, 33] })).toEqual([109, 33, 109, 33])
  })

  it('have a middle to measure from', () => {
    expect(middleOf({ type: 'Point', coordinates: [109, 33] })).toEqual([109, 33])
    expect(middleOf({ type: 'LineString', coordinates: [[0, 0], [1, 1], [2, 0]] })).toEqual([1, 1])
    expect(middleOf({ type: 'Polygon', coordinates: [[[0, 0], [2, 0], [2, 4], [0, 0]]] })).toEqual([1, 2])
  })
})

describe('the place for a county’s name', () => {
  it('lies in the largest part and within it, where the middle of its box may not', () => {
    const small = [[[10, 10], [11, 10], [11, 11], [10, 10]]]
    const bent = [[[0, 0], [6, 0], [6, 1], [1.5, 1], [1.5, 6], [0, 6], [0, 0]]]
    const [x = 9, y = 9] = nameSpot({ type: 'MultiPolygon', coordinates: [small, bent] }) ?? []
    expect(x < 1.5 || y < 1).toBe(true)
    expect(x > 0 && y > 0 && x < 6 && y < 6).toBe(true)
    expect(nameSpot({ type: 'Point', coordinates: [0, 0] })).toBeUndefined()
  })
})

describe('a change', () => {
  it.each([
    ['all that is in the store', { all: true, layers: {} }, true],
    ['the feature', { layers: { village: { ids: [7], count: 1 } } }, true],
    ['another', { layers: { village: { ids: [8], count: 1 } } }, false],
    ['another layer', { layers: { road: { ids: [7], count: 1 } } }, false],
    ['more than it lists', { layers: { village: { ids: [8], count: 5000 } } }, true],
  ])('of %s touches a feature or not', (_, change, expected) => {
    expect(touches(change, 'village', 7)).toBe(expected)
  })
})
