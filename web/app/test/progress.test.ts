import { describe, expect, it } from 'vitest'
import type { AreaProgress, Point, Progress, VillageProgress, VillageState } from '../src/api/progress'
import { tablePath, villageStates } from '../src/api/progress'
import { progressTheme, reached, tintOf, villageColours } from '../src/map/style/progress'
import { byClass, classOf } from '../src/map/style/theme'
import { gauge, lines, range } from '../src/views/progress/curve'
import { figure, rate } from '../src/words/figures'

function point(year: number, planned: number | null, actual: number | null, basis?: Point['basis']): Point {
  return { year, planned, actual, up_to: null, ...(basis ? { basis } : {}) }
}

const villages: Point[] = [
  point(2015, 0, 0, 'records'),
  point(2016, 258, 251, 'records'),
  point(2017, 547, 426, 'records'),
  point(2018, 699, null),
]
const roads: Point[] = [point(2016, 86, 84, 'records'), point(2017, 89, 87, 'records'), point(2018, 93, 91, 'works')]

describe('a curve', () => {
  const box = { width: 110, height: 50, edge: 5 }

  it('runs from edge to edge, and upwards', () => {
    expect(lines(villages, range(villages, false), box)).toEqual({
      planned: 'M5.0 45.0L38.3 30.2L71.7 13.7L105.0 5.0',
      actual: 'M5.0 45.0L38.3 30.6L71.7 20.6',
      expected: 'M71.7 20.6',
      tip: { x: expect.closeTo(71.67, 2) as number, y: expect.closeTo(20.62, 2) as number },
    })
  })

  it('goes on as expected where the numbers end', () => {
    const drawn = lines(roads, [80, 100], box)
    expect(drawn.actual).toBe('M5.0 37.0L55.0 31.0')
    expect(drawn.expected).toBe('M55.0 31.0L105.0 23.0')
  })

  it('of nothing is nothing', () => {
    expect(lines([], range([], false), box)).toEqual({ planned: '', actual: '', expected: '', tip: undefined })
    expect(lines([point(2017, null, null)], [0, 1], box).tip).toBeUndefined()
  })

  it.each([
    ['a count from nothing', villages, false, [0, 699]],
    ['a share near its numbers', roads, true, [80, 100]],
    ['a share near nothing from nothing', [point(2017, 5, 3)], true, [0, 100]],
    ['zeros', [point(2017, 0, 0)], false, [0, 1]],
  ])('shows %s', (_, series, share, wanted) => {
    expect(range(series, share)).toEqual(wanted)
  })
})

describe('a bar', () => {
  const progress = (unit: string, actual: number | null, planned: number | null, final: number | null): Progress => ({
    indicator: 'road', unit, actual, planned, final, up_to: null, standing: '', needed_per_year: null, pace_per_year: null, series: [],
  })
  it.each([
    ['a share against a hundred', progress('%', 87, 89, 97), { filled: 0.87, target: 0.89 }],
    ['a count against its last target', progress('people', 25, 50, 100), { filled: 0.25, target: 0.5 }],
    ['more than was planned', progress('people', 120, 50, 100), { filled: 1, target: 50 / 120 }],
    ['the unknown', progress('people', null, 50, 100), { filled: 0, target: 0.5 }],
    ['nothing planned', progress('county', 0, 0, null), { filled: 0, target: undefined }],
  ])('shows %s', (_, p, wanted) => {
    expect(gauge(p)).toEqual(wanted)
  })
})

describe('figures', () => {
  it.each([
    [242_242, 'people', '24.22 万', '242,242'],
    [9_999, 'people', '9,999', '9,999'],
    [426, 'village', '426', '426'],
    [87.24, '%', '87.2%', '87.2%'],
  ])('of %d %s read %s and %s', (value, unit, zh, en) => {
    expect(figure(value, unit, 'zh')).toBe(zh)
    expect(figure(value, unit, 'en')).toBe(en)
  })

  it('of a year round up what must be whole', () => {
    expect(rate(136.5, 'village', 'zh')).toBe('137')
    expect(rate(82_586, 'people', 'zh')).toBe('8.3 万')
    expect(rate(3.27, '%', 'en')).toBe('3.3 points')
  })
})

describe('the villages on the map', () => {
  const village = (id: number, state: VillageState) => ({ id, state }) as VillageProgress
  const words = { zh: '', en: '' }
  const names = Object.fromEntries(villageStates.map((s) => [s, words])) as Record<VillageState, typeof words>
  const theme = progressTheme(words, [village(1, 'late'), village(2, 'out'), village(3, 'late'), village(4, 'later')], names, words)

  it('are coloured by state, and quiet where the plan does not speak of them', () => {
    expect([1, 2, 3, 4, 5].map((id) => classOf(theme, {}, id)?.key)).toEqual(['late', 'out', 'late', 'later', 'rest'])
    expect(theme.classes.map((c) => c.key)).toEqual(['late', 'later', 'out', 'rest'])
    expect(JSON.stringify(byClass(theme, (c) => c.color))).toContain(villageColours.late)
  })

  it('lie in counties coloured by what they have reached of the plan', () => {
    const area = (code: string, actual: number | null, planned: number | null) =>
      ({ code, indicators: [{ indicator: 'road', actual, planned }] }) as unknown as AreaProgress
    const tint = tintOf(
      [area('1', 100, 100), area('2', 96, 100), area('3', 85, 100), area('4', 0, 100), area('5', null, 100), area('6', 1, 0)],
      'road',
    )
    expect([...tint]).toEqual(reached.map((r, i) => [String(i + 1), r.color]))
    expect(tintOf([area('1', 1, 1)], 'water').size).toBe(0)
    const open = { code: '1', indicators: [{ indicator: 'road', actual: 1, planned: 2, standing: 'open' }] } as unknown as AreaProgress
    expect(tintOf([open], 'road').size).toBe(0)
  })

  it('are exported as they are listed', () => {
    expect(tablePath({ year: 2018, area: '611026105' }, 'villages', 'xlsx', ['late'])).toBe(
      'api/progress?year=2018&area=611026&table=villages&state=late&f=xlsx',
    )
    expect(tablePath({ year: undefined, area: undefined }, 'areas', 'csv', [])).toBe('api/progress?table=areas&f=csv')
  })
})
