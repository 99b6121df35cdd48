import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec'
import { describe, expect, it } from 'vitest'
import { mapped } from '../src/api/layers'
import { moved } from '../src/map/style/arrange'
import type { Arrangement } from '../src/map/style/arrange'
import { BASEMAP, addresses, faultOf, originOf } from '../src/map/style/basemap'
import { catalogueId } from '../src/map/style/layers'
import { light } from '../src/map/style/palette'
import { buildStyle, empty } from '../src/map/style/style'
import type { StyleData } from '../src/map/style/style'
import { themeOf } from '../src/map/style/themes'
import { catalog } from './catalog'

const all = mapped(catalog).map((l) => l.id)

function build(arrangement?: Arrangement, more: Partial<StyleData> = {}) {
  const view = { palette: light, layers: all, theme: themeOf(catalog, undefined), hidden: [], arrangement }
  return buildStyle(catalog, view, (l) => `http://here/tiles/${l}/{z}/{x}/{y}.mlt`, { countyNames: empty, selected: empty, ...more })
}

describe("the user's order and opacity of layers", () => {
  it('keeps the style valid for every layer at any opacity', () => {
    for (const id of all) {
      const style = build({ order: [], opacity: { [id]: 0.35 } })
      expect(validateStyleMin(style as never).map((e) => `${id}: ${e.message}`)).toEqual([])
      expect(style.layers, id).not.toEqual(build().layers)
    }
  })

  it('changes no layer but the one that is faded', () => {
    const usual = build().layers
    for (const [i, l] of build({ order: [], opacity: { road: 0.5 } }).layers.entries()) {
      if (catalogueId(l.id) !== 'road') expect(l).toEqual(usual[i])
    }
  })

  it('scales what a zoom interpolates', () => {
    const calm = build().layers.find((l) => l.id === 'road:good')?.paint as Record<string, unknown>
    const faded = build({ order: [], opacity: { road: 0.5 } }).layers.find((l) => l.id === 'road:good')?.paint as Record<string, unknown>
    expect(calm['line-opacity']).toEqual(['interpolate', ['linear'], ['zoom'], 8, 0.65, 10.5, 1])
    expect(faded['line-opacity']).toEqual(['interpolate', ['linear'], ['zoom'], 8, 0.325, 10.5, 0.5])
  })

  it('lays layers as they are ordered, points under lines too', () => {
    const order = ['road', 'village', ...all.filter((id) => !['road', 'village'].includes(id))]
    const ids = build({ order, opacity: {} }).layers.map((l) => l.id)
    expect(ids.indexOf('road:planned')).toBeGreaterThan(ids.indexOf('village:point'))
    expect(ids.indexOf('village:point')).toBeGreaterThan(ids.indexOf('town:point'))
    expect(ids[1]).toBe('county:land')
  })

  it.each([
    ['b', 1, 'a,c,b,d'],
    ['b', -1, 'b,a,c,d'],
    ['a', -1, 'a,b,c,d'],
    ['a', 9, 'b,c,d,a'],
  ])('moves %s by %i', (id, by, want) => {
    expect(moved(['a', 'b', 'c', 'd'], id, by).join()).toBe(want)
  })
})

describe('an outside basemap', () => {
  const tianditu =
    'https://t{s}.tianditu.gov.cn/img_w/wmts?SERVICE=WMTS&TILEMATRIX={TileMatrix}&TILEROW={TileRow}&TILECOL={TileCol}&tk=secret'

  it('is asked at the addresses that its template stands for', () => {
    expect(addresses('https://a.org/{z}/{x}/{y}.png')).toEqual(['https://a.org/{z}/{x}/{y}.png'])
    const all = addresses(tianditu)
    expect(all).toHaveLength(8)
    expect(all[3]).toBe('https://t3.tianditu.gov.cn/img_w/wmts?SERVICE=WMTS&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=secret')
  })

  it.each([
    ['no address', 'tiles', ['https://a.org'], 'address'],
    ['another scheme', 'ftp://a.org/{z}/{x}/{y}', ['ftp://a.org'], 'address'],
    ['no row', 'https://a.org/{z}/{x}', ['https://a.org'], 'numbers'],
    ['a site that is not allowed', 'https://b.org/{z}/{x}/{y}', ['https://a.org'], 'origin'],
    ['none allowed', 'https://a.org/{z}/{x}/{y}', [], 'origin'],
    ['a site whose name only ends alike', 'https://eviltianditu.gov.cn/{z}/{x}/{y}', ['https://*.tianditu.gov.cn'], 'origin'],
    ['one that is allowed', 'https://a.org/{z}/{x}/{y}', ['https://a.org'], undefined],
    ['subdomains that are allowed', tianditu, ['https://*.tianditu.gov.cn'], undefined],
  ] as const)('is refused or not: %s', (_, template, allowed, fault) => {
    expect(faultOf(template, allowed)).toBe(fault)
  })

  it('tells the origin that the server is to be started with', () => {
    expect(originOf(tianditu)).toBe('https://*.tianditu.gov.cn')
    expect(originOf('http://10.0.0.5:8088/{z}/{x}/{y}.png')).toBe('http://10.0.0.5:8088')
    expect(faultOf(tianditu, [originOf(tianditu)])).toBeUndefined()
  })

  it('lies under everything, in place of the land, while it is on', () => {
    const basemap = { template: tianditu, attribution: '', on: true }
    const style = build(undefined, { basemap })
    expect(validateStyleMin(style as never)).toEqual([])
    expect(style.layers[1]).toMatchObject({ type: 'raster', source: BASEMAP })
    expect(style.layers.some((l) => l.id === 'county:land')).toBe(false)
    expect(build(undefined, { basemap: { ...basemap, on: false } })).toEqual(build())
  })
})
