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
  ...bare, id: 'stop', geometry: ['point'], color_by: 'kind', fields: [...bare.fields, kinds],
  draw: { order: 95, off: true, symbol: 'diamond', marked: true, label: { from: 10 }, great: { field: 'kind', value: 'main', symbol: 'seat', label: 9, rest: 11 } },
}
const pipe: Layer = { ...bare, id: 'pipe', geometry: ['line'] }
const plot: Layer = { ...bare, id: 'plot', geometry: ['polygon'] }
const all: Catalog = { ...catalog, layers: [...catalog.layers, stop, pipe, plot] }
const build = (layers: string[]) =>
  buildStyle(all, { palette: light, layers, theme: undefined, hidden: [] }, (l) => `http://here/${l}/{z}/{x}/{y}.mlt`, { countyNames: empty, selected: empty })

describe('a further layer', () => {
  it('is drawn as it is declared, in a style that is valid', () => {
    const style = build(['stop', 'pipe', 'plot'])
    expect(validateStyleMin(style as never).map((e) => e.message)).toEqual([])
    const ids = style.layers.map((l) => l.id)
    for (const id of ['stop:point', 'stop:name', 'stop:great-name', 'pipe:line', 'pipe:name', 'plot:area', 'plot:edge', 'plot:name']) expect(ids).toContain(id)
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
