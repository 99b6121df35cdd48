import { describe, expect, it } from 'vitest'
import { withFirst, withPicked } from '../src/ui/header/recent'
import type { Recent } from '../src/ui/header/recent'
import { dms, looksLikeCoordinates } from '../src/words/coordinates'

describe('a pasted text', () => {
  it.each([
    '33.87, 109.94',
    '109.94 33.87',
    '109°56′24″E 33°52′12″N',
    '东经109°56′24″ 北纬33°52′12″',
    '37 402345.6 3749123.4',
    'X=3749123 Y=37402345',
    '高德 109.95,33.88',
    '109 56 24 33 52 12',
  ])('%s is asked about as a place', (text) => {
    expect(looksLikeCoordinates(text)).toBe(true)
  })
  it.each(['', '杏树园', 'xsy', '611002001204', '312国道', 'G40 3', '109.94'])('%s is only searched for', (text) => {
    expect(looksLikeCoordinates(text)).toBe(false)
  })
})

describe('degrees, minutes and seconds', () => {
  it('carry to the next unit', () => {
    expect(dms(109.94, ['E', 'W'])).toBe('109°56′24.00″E')
    expect(dms(33.9999999, ['N', 'S'])).toBe('34°00′00.00″N')
    expect(dms(-0.5, ['N', 'S'])).toBe('0°30′00.00″S')
  })
})

describe('recent searches', () => {
  const found = (id: number): Recent => ({ text: 'x', hit: { layer: 'village', id, name: String(id), lon: 0, lat: 0 } })
  it('stand once each, the last one first, and are eight at most', () => {
    let list: Recent[] = []
    for (const id of [1, 2, 3, 4, 5, 6, 7, 8, 9, 3]) list = withFirst(list, found(id))
    expect(list.map((r) => 'hit' in r && r.hit.id)).toEqual([3, 9, 8, 7, 6, 5, 4, 2])
  })

  it('put what was picked before above what else is found', () => {
    const list = withPicked([1, 2, 3, 4].map(found), [found(9), found(4), found(2)])
    expect(list.map((r) => 'hit' in r && r.hit.id)).toEqual([4, 2, 1, 3])
  })
})
