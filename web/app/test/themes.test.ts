import { createExpression } from '@maplibre/maplibre-gl-style-spec'
import { describe, expect, it } from 'vitest'
import type { Theme } from '../src/map/style/theme'
import type { Properties } from '../src/api/layers'
import { byClass, classOf } from '../src/map/style/theme'
import { isGood, themeOf, themesOf } from '../src/map/style/themes'
import { catalog, layer } from './catalog'

const village = layer('village')
const themes = themesOf(catalog)

function theme(id: string): Theme {
  const found = themes.find((t) => t.id === id)
  if (!found) throw new Error(`no theme ${id}`)
  return found
}

/** The class as the map sees it. */
function drawn(t: Theme, properties: Properties): unknown {
  const made = createExpression(byClass(t, (c) => c.key), 'layers[0].paint.circle-color')
  if (made.result !== 'success') throw new Error(JSON.stringify(made.value))
  return made.value.evaluate({ zoom: 10 }, { type: 1, properties } as never)
}

describe('themes', () => {
  it('are made for every field that tiles hold and that has classes', () => {
    const ids = themes.map((t) => t.id)
    for (const id of [
      'exit_status',
      'incidence',
      'tap_water_rate',
      'water_guarantee',
      'fibre',
      'mobile_4g',
      'power',
      'clinic',
      'poverty',
      'exit_year',
    ]) {
      expect(ids).toContain(id)
    }
    for (const id of ['code', 'name', 'town', 'county', 'households', 'note', 'leader']) expect(ids).not.toContain(id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('are first those that the plan is measured by, in its order', () => {
    const plan = themes.filter((t) => t.group === 'plan')
    expect(themes.slice(0, plan.length)).toEqual(plan)
    expect(plan.map((t) => t.title.zh)).toEqual(['脱贫进度', '贫困发生率', '通硬化路', '饮水安全', '宽带', '电力', '搬迁', '达标总览'])
  })

  it('take the colours and titles of a choice from the catalogue', () => {
    const values = village.fields.find((f) => f.id === 'exit_status')?.values ?? []
    for (const v of values) {
      expect(theme('exit_status').classes).toContainEqual(expect.objectContaining({ key: v.value, title: v.title, color: v.color }))
    }
  })

  it('begin with the one that the catalogue colours the layer by', () => {
    expect(themeOf(catalog, undefined)?.id).toBe(village.color_by)
    expect(themeOf(catalog, 'no such theme')?.id).toBe(village.color_by)
    expect(themeOf(catalog, 'fibre')?.id).toBe('fibre')
  })

  it.each<[string, Properties, string]>([
    ['exit_status', { poverty: true, exit_status: '已销号' }, '已销号'],
    ['exit_status', { poverty: false, exit_status: '已销号' }, 'out'],
    ['exit_status', { exit_status: '待核查' }, '待核查'],
    ['exit_status', { poverty: true }, 'unknown'],
    ['exit_status', { poverty: true, exit_status: 'something else' }, 'unknown'],
    ['incidence', { poor_population: 29, population: 1000 }, '-3'],
    ['incidence', { poor_population: 30, population: 1000 }, '3-10'],
    ['incidence', { poor_population: 300, population: 1000 }, '30-'],
    ['incidence', { poor_population: 0, population: 0 }, 'unknown'],
    ['incidence', { population: 1000 }, 'unknown'],
    ['tap_water_rate', { tap_water_rate: 90 }, '90-'],
    ['tap_water_rate', { tap_water_rate: 89.9 }, '70-90'],
    ['tap_water_rate', { tap_water_rate: 0 }, '-40'],
    ['tap_water_rate', {}, 'unknown'],
    ['water_guarantee', { water_guarantee: 95 }, '95-'],
    ['water_guarantee', { water_guarantee: 94 }, '90-95'],
    ['fibre', { fibre: true }, 'yes'],
    ['fibre', { fibre: false }, 'no'],
    ['fibre', {}, 'unknown'],
    ['mbps', { mbps: 12 }, '12-48'],
    ['mbps', { mbps: 11.9 }, '-12'],
    ['exit_year', { poverty: true, exit_year: 2015 }, '2016'],
    ['exit_year', { poverty: true, exit_year: 2017 }, '2017'],
    ['exit_year', { poverty: true, exit_year: 2025 }, '2020'],
    ['exit_year', { poverty: false }, 'out'],
    ['cov_road', { cov_road: 'reached' }, 'reached'],
    ['cov_road', { cov_road: 'unknown' }, 'unknown'],
    ['cov_water', { cov_water: 'basically' }, 'basically'],
    ['cov_lacks', { cov_lacks: 0 }, '0'],
    ['cov_lacks', { cov_lacks: 5 }, '3-'],
    ['cov_lacks', {}, 'unknown'],
  ])('%s of %j is %s', (id, properties, key) => {
    expect(classOf(theme(id), properties)?.key).toBe(key)
  })

  it('mean the same to the map as to legends and cards', () => {
    const some: (string | number | boolean | undefined)[] = [
      undefined,
      true,
      false,
      0,
      2.9,
      3,
      12,
      39,
      40,
      89.9,
      90,
      95,
      100,
      150,
      2016,
      2019,
      2020,
      2030,
      '已销号',
      '未退出',
      'x',
    ]
    for (const t of themes) {
      const fields = new Set(['poverty', ...t.classes.flatMap((c) => (c.when && 'field' in c.when ? [c.when.field] : []))])
      for (const value of some) {
        for (const population of [undefined, 0, 100]) {
          for (const poverty of [undefined, true, false]) {
            const properties: Properties = { ...Object.fromEntries([...fields].map((f) => [f, value])), poverty, population }
            for (const k of Object.keys(properties)) if (properties[k] === undefined) delete properties[k]
            expect(drawn(t, properties), `${t.id} ${JSON.stringify(properties)}`).toBe(classOf(t, properties)?.key)
          }
        }
      }
    }
  })

  it('give each class its own key and end with the unknown', () => {
    for (const t of themes) {
      const keys = t.classes.map((c) => c.key)
      expect(new Set(keys).size, t.id).toBe(keys.length)
      expect(keys.at(-1)).toBe('unknown')
      expect(t.classes.filter((c) => !c.when)).toHaveLength(1)
    }
  })

  it('give no two classes one colour', () => {
    for (const t of themes) {
      const colors = t.classes.map((c) => c.color)
      expect(new Set(colors).size, t.id).toBe(colors.length)
    }
  })

  it('know that being a poverty village is no good news', () => {
    const field = (id: string) => village.fields.find((f) => f.id === id)!
    expect(isGood(field('poverty'), true)).toBe(false)
    expect(isGood(field('clinic'), true)).toBe(true)
    expect(theme('poverty').classes[0]?.color).toBe(theme('clinic').classes[1]?.color)
  })
})
