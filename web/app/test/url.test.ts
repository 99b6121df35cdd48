import { describe, expect, it } from 'vitest'
import { formatLink, parseLink } from '../src/state/address'
import type { LinkState } from '../src/state/address'

describe('links', () => {
  it.each<[string, LinkState]>([
    ['#map=9.5/33.87/109.94', { camera: { zoom: 9.5, lat: 33.87, lon: 109.94 } }],
    ['#theme=tap_water_rate&hide=-40,unknown', { theme: 'tap_water_rate', hidden: ['-40', 'unknown'] }],
    ['#theme=cov_road&level=town', { theme: 'cov_road', level: 'town' }],
    ['#layers=county,village', { layers: ['county', 'village'] }],
    ['#layers=', { layers: [] }],
    ['#sel=village/611002001204', { selection: { layer: 'village', key: '611002001204' } }],
    ['#reach=time/33.86/109.94', { reach: { by: 'time', lat: 33.86, lon: 109.94 } }],
    ['#reach=road/33.86/-109.9/A', { reach: { by: 'road', lat: 33.86, lon: -109.9, name: 'A' } }],
    ['#order=road,village', { order: ['road', 'village'] }],
    ['#fade=road:35,village:80', { opacity: { road: 0.35, village: 0.8 } }],
    ['#compare=2015', { compare: { year: 2015, theme: undefined } }],
    ['#compare=now/tap_water_rate', { compare: { year: undefined, theme: 'tap_water_rate' } }],
    ['#view=coverage&service=water', { view: 'coverage', service: 'water' }],
    ['#lang=en', { lang: 'en' }],
    ['', {}],
  ])('%s says what it should and comes back the same', (hash, state) => {
    expect(parseLink(hash)).toEqual(state)
    expect(formatLink(state)).toBe(hash)
  })

  it('carry Chinese class names', () => {
    const state: LinkState = { hidden: ['已销号', '未退出'] }
    expect(parseLink(formatLink(state))).toEqual(state)
  })

  it.each([
    '#map=',
    '#map=1/2',
    '#map=a/b/c',
    '#map=9/91/0',
    '#map=99/0/0',
    '#map=//',
    '#sel=village',
    '#reach=time/33',
    '#reach=rail/1/2',
    '#reach=time/91/0',
    '#lang=fr',
    '#level=city',
    '#nonsense',
    '#compare=15',
    '#compare=soon/x',
    '#fade=road:200',
    '#fade=road',
    '#theme=',
  ])('ignore %s', (hash) => {
    expect(parseLink(hash)).toEqual({})
  })

  it('are short: seven digits are a centimetre too many', () => {
    expect(formatLink({ camera: { zoom: 9.123456, lat: 33.12345678, lon: 109.98765432 } })).toBe('#map=9.12/33.12346/109.98765')
  })
})
