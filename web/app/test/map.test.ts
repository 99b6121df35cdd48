import { describe, expect, it } from 'vitest'
import { boundsOf, middleOf } from '../src/map/bounds'
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
