import { describe, expect, it } from 'vitest'
import { mapped } from '../src/api/layers'
import { legendOf } from '../src/map/style/legend'
import { layersOf } from '../src/map/style/layers'
import { light } from '../src/map/style/palette'
import { hatchName, imageName, lookOf, parseImageName } from '../src/map/style/symbols'
import { catalog, layer } from './catalog'

describe('legends', () => {
  it('show every choice that the map colours, in its colour', () => {
    for (const l of mapped(catalog)) {
      const drawn = JSON.stringify(layersOf(l, { palette: light, source: 's', visible: true, hidden: [] }))
      for (const entry of legendOf(l)) {
        expect(drawn, `${l.id} ${entry.key}`).toContain(entry.look.color)
        expect(entry.title.zh && entry.title.en).toBeTruthy()
      }
    }
  })

  it('say which surfaces count as hardened', () => {
    const rows = legendOf(layer('road'))
    const dashed = rows.filter((r) => r.look.kind === 'line' && r.look.dash).map((r) => r.key)
    expect(dashed).toEqual(['砂石', '土路', 'cableway', 'planned'])
    expect(rows.find((r) => r.key === '水泥')?.title).toEqual({ zh: '水泥 · 硬化路', en: 'Cement · Hardened' })
  })

  it('leave villages to their theme', () => {
    expect(legendOf(layer('village'))).toEqual([])
  })

  it('mark the kinds of facility, which colours alone would not tell apart', () => {
    const marks = legendOf(layer('facility')).map((r) => (r.look.kind === 'icon' ? r.look.mark : ''))
    expect(new Set(marks).size).toBe(marks.length)
  })
})

describe('image names', () => {
  it('hold all that is needed to draw the image', () => {
    const look = lookOf(layer('facility'), layer('facility').fields.find((f) => f.id === 'kind')?.values?.[0])
    if (look.kind !== 'icon') throw new Error('a facility is a point')
    expect(parseImageName(imageName(look))).toEqual(look)
    const plain = lookOf(layer('water'))
    if (plain.kind !== 'icon') throw new Error('a waterworks is a point')
    expect(parseImageName(imageName(plain))).toEqual(plain)
    expect(parseImageName(hatchName('#4d7f5c'))).toMatchObject({ kind: 'area', color: '#4d7f5c', hatched: true })
  })

  it.each(['', 'icon', 'icon|nosuch|#fff', 'marker-15'])('refuse %j', (name) => {
    expect(parseImageName(name)).toBeUndefined()
  })
})
