import { describe, expect, it } from 'vitest'
import type { Field, Lang, Value } from '../src/api/layers'
import { distance, lonLat, valueText } from '../src/words/format'
import { scaleOf } from '../src/map/scale'
import { layer } from './catalog'

function field(layerId: string, id: string): Field {
  const found = layer(layerId).fields.find((f) => f.id === id)
  if (!found) throw new Error(`no field ${id}`)
  return found
}

describe('values', () => {
  it.each<[string, string, Value | undefined, Lang, string | undefined]>([
    ['village', 'population', 1915, 'zh', '1,915 人'],
    ['village', 'population', 1915, 'en', '1,915 people'],
    ['village', 'population', 0, 'zh', '0 人'],
    ['village', 'population', null, 'zh', undefined],
    ['village', 'population', undefined, 'zh', undefined],
    ['village', 'note', '', 'zh', undefined],
    ['village', 'tap_water_rate', 92.456, 'zh', '92.5%'],
    ['village', 'exit_year', 2018, 'zh', '2018'],
    ['village', 'clinic', true, 'zh', '是'],
    ['village', 'clinic', false, 'en', 'No'],
    ['village', 'exit_status', '已销号', 'en', 'Struck off'],
    ['road', 'cost_wan', 12.5, 'zh', '12.5 万元'],
    ['site', 'facilities', 'school,clinic', 'zh', '学校、卫生室'],
    ['site', 'facilities', 'school,clinic', 'en', 'School, Clinic'],
    ['village', 'name', '店子村', 'en', '店子村'],
  ])('%s.%s = %j reads in %s as %j', (layerId, id, value, lang, text) => {
    expect(valueText(field(layerId, id), value, lang)).toBe(text)
  })
})

describe('distances', () => {
  it.each<[number, Lang, string]>([
    [7.4, 'zh', '7 米'],
    [574, 'zh', '570 米'],
    [1234, 'zh', '1.23 公里'],
    [12_345, 'en', '12.3 km'],
  ])('%d m in %s is %s', (metres, lang, text) => {
    expect(distance(metres, lang)).toBe(text)
  })
})

describe('places', () => {
  it.each<[number, number, string]>([
    [109.93966, 33.86259, '109.9397°E 33.8626°N'],
    [-70, -33, '70.0000°W 33.0000°S'],
    [469.9, 33, '109.9000°E 33.0000°N'],
  ])('%d, %d is %s', (lon, lat, text) => {
    expect(lonLat(lon, lat)).toBe(text)
  })
})

describe('the scale bar', () => {
  it.each([3, 8, 8.7, 12, 17.9])('shows a round distance that fits at zoom %d', (zoom) => {
    const { px, metres } = scaleOf(zoom, 33.8)
    expect(String(metres)).toMatch(/^[125]0*$/)
    expect(px).toBeGreaterThan(35)
    expect(px).toBeLessThanOrEqual(96)
  })
})
