import { describe, expect, it } from 'vitest'
import { areaOf, exportPath } from '../src/api/export'
import type { Theme } from '../src/map/style/theme'
import { shownClasses } from '../src/map/style/classFilter'
import { themeOf } from '../src/map/style/themes'
import { catalog, layer } from './catalog'

const village = layer('village')

function theme(id: string): Theme {
  const found = themeOf(catalog, id)
  if (!found || found.id !== id) throw new Error(`no theme ${id}`)
  return found
}

describe('an export', () => {
  it('takes the area along where the layer says where its features are', () => {
    expect(areaOf(village, undefined)).toEqual({})
    expect(areaOf(village, '611002')).toEqual({ area: '611002' })
    expect(areaOf(village, '611002001')).toEqual({ area: '611002001' })
    expect(areaOf(layer('road'), '611002001')).toEqual({ area: '611002' })
    expect(areaOf(layer('county'), '611002')).toEqual({ area: '611002' })
    expect(areaOf(layer('town'), '611002001')).toEqual({ area: '611002001' })
    expect(areaOf(layer('river'), '611002')).toEqual({})
  })

  it('has the headings of the tongue, and the year where there is one', () => {
    const asked = (path: string) => Object.fromEntries(new URL(path, 'http://localhost').searchParams)
    const common = { format: 'csv', system: 'GCJ-02', lang: 'zh', area: '611002', year: 2018 } as const
    expect(asked(exportPath({ ...common, layer: village }))).toEqual({
      f: 'csv',
      headings: 'zh',
      values: 'titles',
      area: '611002',
      crs: 'GCJ-02',
    })
    expect(asked(exportPath({ ...common, layer: layer('road') }))['year']).toBe('2018')
    expect(exportPath({ ...common, layer: village })).toMatch(/^api\/export\/village\?/)
  })

  it('leaves out the classes that are hidden, as the map does', () => {
    expect(shownClasses(theme('exit_status'), [])).toBeUndefined()
    expect(shownClasses(theme('fibre'), ['no', 'unknown'])).toBe('((fibre IS NOT NULL AND fibre = TRUE))')
    expect(shownClasses(theme('fibre'), ['yes', 'no', 'unknown'])).toBe('FALSE')
    expect(shownClasses(theme('fibre'), ['yes', 'no'])).toBe(
      '(NOT (fibre IS NOT NULL AND fibre = TRUE) AND NOT (fibre IS NOT NULL AND fibre = FALSE))',
    )
    expect(shownClasses(theme('exit_status'), ['out', 'unknown', '待核查', '已销号'])).toBe(
      "(NOT (poverty IS NOT NULL AND poverty = FALSE) AND (exit_status IS NOT NULL AND exit_status = '未退出'))",
    )
    expect(shownClasses(theme('incidence'), ['-3', '3-10', '10-20', '20-30', 'unknown'])).toMatch(
      /\(poor_population IS NOT NULL AND population IS NOT NULL AND population > 0 AND 100 \* poor_population \/ population >= 30\)\)$/,
    )
    const among: Theme = {
      id: 'x',
      title: village.title,
      group: '',
      classes: [{ key: 'a', title: village.title, color: '#000000', when: { among: new Set([1]) } }],
    }
    expect(shownClasses(among, ['a'])).toBeUndefined()
  })
})
