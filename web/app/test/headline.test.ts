import { describe, expect, it } from 'vitest'
import { levelAt, turnsOf } from '../src/map/style/choropleth'
import type { Theme } from '../src/map/style/theme'
import { boundsOf, classCounts, questionOf, rankOf } from '../src/map/style/headline'
import { themeOf } from '../src/map/style/themes'
import type { AreaSummary, Rollup } from '../src/api/summary'
import { areaRamp } from '../src/map/style/palette'
import { catalog } from './catalog'

function theme(id: string): Theme {
  const found = themeOf(catalog, id)
  if (found?.id !== id) throw new Error(`no theme ${id}`)
  return found
}

function headline(id: string) {
  const h = theme(id).headline
  if (!h) throw new Error(`${id} has no headline`)
  return h
}

describe('the headline of an area', () => {
  it.each<[string, Rollup, number | undefined]>([
    ['cov_road', { counts: { reached: 3, basically: 0, not: 1, unknown: 6 }, unknown: 0 }, 75],
    ['cov_water', { counts: { reached: 1, basically: 1, not: 2, unknown: 0 }, unknown: 0 }, 50],
    ['cov_road', { counts: { reached: 0, not: 0, unknown: 6 }, unknown: 0 }, undefined],
    ['exit_status', { counts: { 未退出: 1, 待核查: 1, 已销号: 2 }, unknown: 5 }, 50],
    ['cov_lacks', { classes: [6, 2, 1, 1], unknown: 3 }, 60],
    ['incidence', { mean: 12.5, unknown: 0 }, 12.5],
    ['tap_water_rate', { unknown: 4 }, undefined],
    ['poor_population', { known: 0, sum: 0, unknown: 4 }, undefined],
    ['poor_population', { known: 2, sum: 310, unknown: 0 }, 310],
  ])('%s of %j is %s', (id, rollup, value) => {
    expect(headline(id).value(rollup)).toBe(value)
  })

  it('is nothing where classes are years', () => {
    expect(theme('exit_year').headline).toBeUndefined()
  })

  it('falls into the class that its bounds say', () => {
    const bounds = [50, 70, 80, 90, 95]
    expect([0, 49.9, 50, 94.9, 95, 100].map((v) => rankOf(bounds, v))).toEqual([0, 0, 1, 4, 5, 5])
    expect(areaRamp).toHaveLength(bounds.length + 1)
  })

  it('has round bounds made from the data where the theme has none, and none for a single value', () => {
    expect(boundsOf(headline('poor_population'), [120, 1800])).toEqual([500, 1000, 1500, 2000, 2500])
    expect(boundsOf(headline('poor_population'), [120])).toEqual([])
    expect(boundsOf(headline('cov_clinic'), [])).toEqual([50, 70, 80, 90, 95])
  })

  it('has what is asked of a share among its bounds', () => {
    expect(boundsOf(headline('cov_road'), [])).toEqual([50, 70, 80, 90, 97])
    expect(boundsOf(headline('water_guarantee'), [])).toEqual([50, 70, 80, 90, 95])
  })

  it('is asked for together with the classes of the theme', () => {
    expect(questionOf(theme('move_population'), headline('move_population'))).toEqual({
      own: 'move_population',
      field: 'move_population/population,move_population',
      breaks: 'move_population:1,50,150,300',
    })
    expect(questionOf(theme('incidence'), headline('incidence'))).toMatchObject({
      field: 'poor_population/population',
      breaks: 'poor_population/population:3,10,20,30',
    })
    expect(questionOf(theme('cov_road'), headline('cov_road'))).toEqual({ own: 'cov_road', field: 'cov_road' })
  })

  it('counts villages by class over areas', () => {
    const area = (fields: Record<string, Rollup>): AreaSummary => ({ code: '1', name: '', count: 0, fields })
    const roads = area({ cov_road: { counts: { reached: 3, not: 1, unknown: 2 }, unknown: 1 } })
    expect([...classCounts(theme('cov_road'), 'cov_road', [roads, roads])]).toEqual([['reached', 6], ['not', 2], ['unknown', 6]])
    const water = area({ tap_water_rate: { classes: [1, 2, 3, 4], unknown: 5 } })
    expect(Object.fromEntries(classCounts(theme('tap_water_rate'), 'tap_water_rate', [water]))).toEqual({
      '-40': 1,
      '40-70': 2,
      '70-90': 3,
      '90-': 4,
      unknown: 5,
    })
  })
})

describe('counties, towns and villages', () => {
  it('follow each other by the zoom unless one is asked for', () => {
    const turns = turnsOf(false)
    expect([5, 8, 10].map((z) => levelAt({ pinned: undefined, turns }, z))).toEqual(['county', 'town', 'village'])
    expect([5, 8, 10].map((z) => levelAt({ pinned: 'town', turns }, z))).toEqual(['town', 'town', 'town'])
  })
})
