import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec'
import type { FillLayerSpecification, StyleSpecification } from 'maplibre-gl'
import { describe, expect, it } from 'vitest'
import { mapped } from '../src/api/layers'
import type { Catalog, Layer } from '../src/api/layers'
import { catalogueId } from '../src/map/style/layers'
import { dark, light } from '../src/map/style/palette'
import { GROUND, buildStyle, defaultLayers, empty, sourceOf } from '../src/map/style/style'
import type { View } from '../src/map/style/style'
import { themeOf, themesOf } from '../src/map/style/themes'
import { catalog, layer } from './catalog'

const view: View = { palette: light, layers: defaultLayers(catalog), theme: themeOf(catalog, undefined), hidden: [] }

function build(more: Partial<View> = {}, from: Catalog = catalog): StyleSpecification {
  const tiles = (layers: string, { whole, outlined }: { whole: boolean; outlined?: boolean }) =>
    `http://here/tiles/${layers}/{z}/{x}/{y}.mlt${whole ? '?full=1' : ''}${outlined ? '?geometry=outline' : ''}`
  return buildStyle(from, { ...view, ...more }, tiles, { countyNames: empty, selected: empty })
}

function drawnLayers(style: StyleSpecification, id: string) {
  return style.layers.filter((l) => catalogueId(l.id) === id)
}

function errors(style: StyleSpecification): string[] {
  return validateStyleMin(style as never).map((e) => e.message)
}

describe('the map style', () => {
  it.each([
    ['as the page opens', {}],
    ['with every layer on', { layers: mapped(catalog).map((l) => l.id) }],
    ['with none', { layers: [] }],
    ['in the dark', { palette: dark }],
    ['with a class switched off', { hidden: ['已销号', 'out'] }],
    ['narrowed to a county', { area: '611002' }],
    ['with counties tinted', { tint: new Map([['611002', '#2a7f9e'], ['611021', '#c8452d']]) }],
    ['narrowed to a town', { area: '611002001' }],
  ])('is valid %s', (_, more) => {
    expect(errors(build(more))).toEqual([])
  })

  it.each(themesOf(catalog).map((t) => [t.id, t] as const))('is valid with the theme %s', (_, theme) => {
    expect(errors(build({ theme }))).toEqual([])
    expect(errors(build({ theme, hidden: ['unknown'] }))).toEqual([])
  })

  it('is valid with the ground shaded under the roads', () => {
    const ground: Catalog = { ...catalog, relief: { max_zoom: 11, bounds: [108, 33, 111, 35] } }
    const relief = { heights: 'http://here/tiles/dem/{z}/{x}/{y}.png', contours: 'dem-contour://{z}/{x}/{y}' }
    const style = buildStyle(ground, { ...view, layers: defaultLayers(ground) }, (l) => `http://here/tiles/${l}/{z}/{x}/{y}.mlt`, {
      countyNames: empty,
      selected: empty,
      relief,
    })
    expect(errors(style)).toEqual([])
    const order = style.layers.map((l) => l.id)
    expect(order.indexOf('relief-shade')).toBe(order.indexOf('county:land') + 1)
    expect(order.indexOf('relief-contour')).toBeLessThan(order.indexOf('road:casing'))
  })

  it('draws every layer of the catalogue that has a geometry', () => {
    const style = build()
    for (const l of mapped(catalog)) expect(drawnLayers(style, l.id), l.id).not.toEqual([])
  })

  it('needs no font, picture or host beside the server', () => {
    const style = build()
    expect(style.glyphs).toBeUndefined()
    expect(style.sprite).toBeUndefined()
    const addresses = JSON.stringify(style).match(/https?:\/\/[^/"]+/g) ?? []
    expect(new Set(addresses)).toEqual(new Set(['http://here']))
  })

  it('hides what is switched off, but leaves the land tinted', () => {
    const style = build({ layers: [] })
    const seen = style.layers.filter((l) => l.layout?.visibility !== 'none' && catalogueId(l.id)).map((l) => l.id)
    expect(seen).toEqual(['county:land'])
  })

  it('lays the ground in one tile and every other layer in its own', () => {
    const { sources } = build()
    expect(sources[GROUND]).toMatchObject({ tiles: ['http://here/tiles/county,river,town/{z}/{x}/{y}.mlt'] })
    expect(sources['village']).toMatchObject({ tiles: ['http://here/tiles/village/{z}/{x}/{y}.mlt?full=1'], maxzoom: 14 })
    for (const l of mapped(catalog)) expect(sources, l.id).toHaveProperty(sourceOf(l))
  })

  it('piles towns on villages on roads on areas, and names over all', () => {
    const ids = build().layers.map((l) => l.id)
    const order = [
      'outside',
      'county:land',
      'reserve:area',
      'river:line',
      'road:good',
      'village:point',
      'town:point',
      'village:name',
      'town:great-name',
      'county:name',
    ]
    const places = order.map((id) => ids.indexOf(id))
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(places).not.toContain(-1)
  })

  it('draws a layer that it has never heard of by its geometry', () => {
    const mine = (id: string, geometry: Layer['geometry']): Layer => ({
      ...layer('river'),
      id,
      geometry,
      color: '#123456',
      fields: [],
    })
    const more = [mine('mine_point', ['point']), mine('mine_line', ['line']), mine('mine_area', ['polygon'])]
    const style = build({ layers: more.map((l) => l.id) }, { ...catalog, layers: [...catalog.layers, ...more] })
    expect(errors(style)).toEqual([])
    for (const l of more) {
      expect(JSON.stringify(drawnLayers(style, l.id))).toContain('#123456')
    }
  })

  it('tells hardened, unhardened and planned roads apart', () => {
    const style = build()
    const part = (name: string) => style.layers.find((l) => l.id === `road:${name}`)
    const [planned, casing, rough, hardened] = ['planned', 'casing', 'rough', 'good'].map(part)
    expect(planned?.paint).toMatchObject({ 'line-dasharray': expect.anything() as unknown })
    expect(rough?.paint).toMatchObject({ 'line-dasharray': expect.anything() as unknown })
    expect(hardened?.paint).not.toHaveProperty('line-dasharray')
    expect(casing?.paint).toMatchObject({ 'line-color': light.casing })
    expect(planned?.paint).not.toMatchObject({ 'line-dasharray': (rough?.paint as { 'line-dasharray': unknown })['line-dasharray'] })
  })

  it('thins and clusters villages only where there are many', () => {
    const many = catalog.layers.map((l) => (l.id === 'village' ? { ...l, count: 600_000 } : l))
    const style = build({}, { ...catalog, layers: many })
    expect(errors(style)).toEqual([])
    expect(style.sources['village']).toMatchObject({ tiles: ['http://here/tiles/village/{z}/{x}/{y}.mlt'] })
    expect(style.layers.map((l) => l.id)).toContain('village:cluster')
    expect(build().layers.map((l) => l.id)).not.toContain('village:cluster')
  })

  it.each(['county', 'town', 'village', undefined] as const)('is valid with areas coloured, pinned to %s', (pinned) => {
    const towns = {
      type: 'FeatureCollection' as const,
      features: [
        {
          type: 'Feature' as const,
          geometry: { type: 'Point' as const, coordinates: [110, 33.5] },
          properties: { code: '611002001', people: 9, color: '#123456' },
        },
      ],
    }
    const style = build({
      choropleth: {
        townLayer: 'town',
        pinned,
        turns: [6.4, 7],
        counties: new Map([['611002', { color: '#123456', text: '5%' }]]),
        towns,
        townLooks: new Map([['611002001', { color: '#123456', text: '5%' }]]),
      },
    })
    expect(errors(style)).toEqual([])
    const ids = style.layers.map((l) => l.id)
    expect(ids.includes('county:theme')).toBe(pinned === undefined || pinned === 'county')
    expect(ids.includes('town:theme')).toBe(pinned === undefined || pinned === 'town')
    const shown = style.layers.find((l) => l.id === 'village:point')?.layout?.visibility
    expect(shown).toBe(pinned === undefined || pinned === 'village' ? 'visible' : 'none')
  })

  it('fills places that have outlines, low in the pile, and circles those that have none', () => {
    const area = layer('county')
    const draw = { order: 11, off: true }
    const outlines = (id: string, places: string) => ({ ...area, id, level: undefined, outlines: places, count: 3, draw })
    const more = [outlines('town_area', 'town'), outlines('village_area', 'village')] as unknown as Catalog['layers']
    const known = catalog.layers.filter((l) => !l.outlines)
    const style = build({}, { ...catalog, layers: [...known, ...more] })
    expect(errors(style)).toEqual([])
    const ids = style.layers.map((l) => l.id)
    const fill = style.layers.find((l) => l.id === 'village_area:classes') as FillLayerSpecification
    expect(fill.source).toBe('village-outlines')
    expect(fill.metadata).toEqual({ layer: 'village' })
    expect(ids.indexOf('village_area:classes')).toBeLessThan(ids.findIndex((id) => id.startsWith('road:')))
    const points = style.layers.find((l) => l.id === 'village:point') as { source: string; filter: unknown }
    expect(points.source).toBe('village-outlines')
    expect(JSON.stringify(points.filter)).toContain('Point')
    expect(JSON.stringify(style.sources['village-outlines'])).toContain('geometry=outline')
    // Without outlines all is as ever.
    expect(build({}, { ...catalog, layers: known }).sources['village-outlines']).toBeUndefined()
  })

  it('works over an empty store', () => {
    const bare = { ...catalog, layers: [], bounds: null }
    expect(errors(build({ layers: [] }, bare))).toEqual([])
  })
})
