// A layer that no file of the app knows, as a server may declare it.

import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec'
import { describe, expect, it } from 'vitest'
import type { Catalog, Layer } from '../src/api/layers'
import { labelsOf } from '../src/map/style/labels'
import { layersOf } from '../src/map/style/layers'
import { legendOf } from '../src/map/style/legend'
import { light } from '../src/map/style/palette'
import { buildStyle, defaultLayers, empty, pileUp } from '../src/map/style/style'
import { imageName, lookOf } from '../src/map/style/symbols'
import { themeOf } from '../src/map/style/themes'
import { catalog } from './catalog'

const words = (text: string) => ({ zh: text, en: text })
const bare = {
  title: words('stop'), group: 'transport', min_zoom: 8, max_zoom: 14, color: '#123456', count: 3,
  fields: [{ id: 'name', type: 'text', title: words('name'), tile: true }],
} satisfies Partial<Layer>
const kinds = {
  id: 'kind', type: 'text', title: words('kind'), tile: true,
  values: [{ value: 'main', title: words('main'), color: '#aa0000' }, { value: 'side', title: words('side'), color: '#00aa00' }],
} satisfies Layer['fields'][number]

const stop: Layer = {
  ...bare,
  id: 'stop',
  geometry: ['point'],
  color_by: 'kind',
  fields: [...bare.fields, kinds],
  draw: {
    order: 95,
    off: true,
    symbol: 'diamond',
    marked: true,
    label: { from: 10 },
    great: { field: 'kind', value: 'main', symbol: 'seat', label: 9, rest: 11 },
  },
}
const pipe: Layer = { ...bare, id: 'pipe', geometry: ['line'] }
const plot: Layer = { ...bare, id: 'plot', geometry: ['polygon'] }
const all: Catalog = { ...catalog, layers: [...catalog.layers, stop, pipe, plot] }
const build = (layers: string[]) =>
  buildStyle(all, { palette: light, layers, theme: undefined, hidden: [] }, (l) => `http://here/${l}/{z}/{x}/{y}.mlt`, {
    countyNames: empty,
    selected: empty,
  })

describe('a further layer', () => {
  it('is drawn as it is declared, in a style that is valid', () => {
    const style = build(['stop', 'pipe', 'plot'])
    expect(validateStyleMin(style as never).map((e) => e.message)).toEqual([])
    const ids = style.layers.map((l) => l.id)
    for (const id of ['stop:point', 'stop:name', 'stop:great-name', 'pipe:line', 'pipe:name', 'plot:area', 'plot:edge', 'plot:name'])
      expect(ids).toContain(id)
    const image = JSON.stringify(layersOf(stop, { palette: light, source: 's', visible: true, hidden: [] }))
    expect(image).toContain(imageName({ kind: 'icon', shape: 'seat', color: '#aa0000', mark: 'm' }))
    expect(image).toContain(imageName({ kind: 'icon', shape: 'diamond', color: '#00aa00', mark: 's' }))
  })

  it('lies where its order or else its geometry says', () => {
    const pile = pileUp(all.layers.filter((l) => l.geometry.length)).map((l) => l.id)
    const at = (id: string) => pile.indexOf(id)
    expect(at('stop')).toBeGreaterThan(at('water'))
    expect(at('stop')).toBeLessThan(at('park'))
    expect(at('plot')).toBeLessThan(at('road'))
    expect(at('pipe')).toBeGreaterThan(at('road'))
    expect(at('pipe')).toBeLessThan(at('village'))
  })

  it('is off at first where it says so', () => {
    expect(defaultLayers(all)).not.toContain('stop')
    expect(defaultLayers(all)).toContain('pipe')
  })

  it('has a legend of its kinds, and a symbol of its own', () => {
    expect(legendOf(stop).map((e) => e.key)).toEqual(['main', 'side'])
    expect(lookOf(stop)).toEqual({ kind: 'icon', shape: 'diamond', color: '#123456' })
    expect(lookOf({ ...stop, draw: { symbol: 'constructor' } })).toMatchObject({ shape: 'dot' })
    expect(labelsOf({ ...pipe, fields: [] }, { palette: light, source: 's', visible: true, hidden: [] })).toEqual([])
  })
})

describe('what the server is told to judge by', () => {
  const limits = (code: string, limit: number, basic?: number): Catalog => ({
    ...catalog,
    services: catalog.services.map((s) => ({
      ...s,
      criteria: s.criteria.map((c) => (c.code === code ? { ...c, limit, ...(basic === undefined ? {} : { basic }) } : c)),
    })),
  })
  const titles = (of: Catalog, id: string) => themeOf(of, id)?.classes.map((c) => c.title.en)

  it.each([
    ['water_guarantee', 97, 'water_guarantee', '≥ 97%'],
    ['broadband_mbps', 20, 'mbps', '≥ 80 Mbit/s'],
    ['exit_incidence', 5, 'incidence', '< 5%'],
  ])('%s at %d is in the legend of %s', (code, limit, theme, title) => {
    expect(titles(catalog, theme)).not.toContain(title)
    expect(titles(limits(code, limit), theme)).toContain(title)
  })

  it('bounds areas by a limit that is moved', () => {
    const moved = themeOf(limits('water_guarantee', 97), 'water_guarantee')?.headline
    expect(moved?.breaks).toEqual([50, 70, 80, 90, 97])
  })

  it('colours a further service by its states', () => {
    const field = {
      id: 'cov_heat',
      type: 'text',
      title: words('heat'),
      tile: true,
      derived: true,
      good: ['reached'],
      values: catalog.states,
    } satisfies Layer['fields'][number]
    const more: Catalog = {
      ...catalog,
      services: [
        ...catalog.services,
        { id: 'heat', title: words('heat'), field: 'cov_heat', overview: true, criteria: [{ code: 'heat', title: words('heat') }] },
      ],
      layers: catalog.layers.map((l) => (l.level === 'village' ? { ...l, fields: [...l.fields, field] } : l)),
    }
    expect(themeOf(more, 'cov_heat')?.classes.map((c) => c.key)).toEqual(['reached', 'not', 'unknown'])
    expect(themeOf(more, 'cov_heat')?.headline?.field).toBe('cov_heat')
  })

  it('has years of the plan as they are told', () => {
    expect(titles({ ...catalog, plan: { ...catalog.plan, years: [2020, 2021, 2022, 2023] } }, 'exit_year')).toEqual(
      expect.arrayContaining(['≤ 2021', '2022', '≥ 2023']),
    )
  })
})
