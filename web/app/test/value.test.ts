import { describe, expect, it } from 'vitest'
import { layerOf } from '../src/api/layers'
import { classOf } from '../src/map/style/theme'
import { themeOf } from '../src/map/style/themes'
import { themeValue } from '../src/map/style/value'
import { catalog } from './catalog'

const village = layerOf(catalog, 'village')!

describe('what a theme says of a village', () => {
  it.each([
    ['tap_water_rate', { tap_water_rate: 87 }, '87%', '87%'],
    ['incidence', { population: 1000, poor_population: 123 }, '12.3%', '12.3%'],
    ['mbps', { mbps: 8 }, '8 Mbit/s', '8 Mbit/s'],
    ['elevation', { elevation: 812 }, '812 米', '812 m'],
    ['tap_water_rate', {}, '未知', 'Unknown'],
  ])('%s of %j is its number where there is one', (id, properties, zh, en) => {
    const theme = themeOf(catalog, id)!
    expect(theme.id).toBe(id)
    const c = classOf(theme, properties, 1)!
    expect(themeValue(theme, c, village, properties, 'zh')).toBe(zh)
    expect(themeValue(theme, c, village, properties, 'en')).toBe(en)
  })
})
