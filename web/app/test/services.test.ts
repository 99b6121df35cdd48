import { describe, expect, it } from 'vitest'
import type { AreaCoverage, VillageCoverage } from '../src/api/coverage'
import type { ServiceState } from '../src/api/layers'
import { serviceOf } from '../src/api/layers'
import { coverageTheme } from '../src/map/style/coverage'
import { classOf } from '../src/map/style/theme'
import { targetOf } from '../src/views/area/area'
import { rollUp } from '../src/views/coverage/rollup'
import { catalog } from './catalog'

const service = (id: string) => catalog.services.find((s) => s.id === id)!
const none = { reached: 0, basically: 0, not: 0, unknown: 0, inapplicable: 0 }
const area = (villages: Partial<Record<ServiceState, number>>) => ({ villages: { ...none, ...villages }, people: none }) as AreaCoverage

describe('services', () => {
  it('are taken from the catalogue, the first where none or no such is named', () => {
    expect(serviceOf(catalog, 'water')?.id).toBe('water')
    expect(serviceOf(catalog, undefined)).toBe(catalog.services[0])
    expect(serviceOf(catalog, 'moon')).toBe(catalog.services[0])
    expect(serviceOf(undefined, 'water')).toBeUndefined()
  })

  it('say whether works can be planned, and whether the way out decides', () => {
    expect(catalog.services.filter((s) => s.programme).map((s) => s.id)).toEqual(['road', 'water', 'broadband'])
    expect(catalog.services.filter((s) => s.by_road).map((s) => s.id)).toEqual(['road'])
  })

  it.each([
    ['road', 97],
    ['water', undefined], // its targets are of people, not of villages
    ['clinic', undefined],
  ])('%s has the target %s for its share of villages', (id, target) => {
    expect(targetOf(service(id))).toBe(target)
  })
})

describe('villages by state', () => {
  const states = catalog.states.map((s) => ({ ...s, color: s.color ?? '' }))
  const village = (id: number, state: ServiceState) => ({ id, state }) as VillageCoverage
  const theme = coverageTheme(service('road').title, [village(1, 'not'), village(2, 'unknown'), village(3, 'not')], states)

  it('are coloured as the catalogue says, those that are not listed as the best', () => {
    const color = (state: ServiceState) => states.find((s) => s.value === state)?.color
    expect([1, 2, 3, 4].map((id) => classOf(theme, {}, id)?.key)).toEqual(['not', 'unknown', 'not', 'reached'])
    expect(theme.classes.map((c) => c.color)).toEqual((['not', 'unknown', 'reached'] as const).map(color))
  })

  it('are shared by those that are asked', () => {
    expect(rollUp([area({ reached: 2, not: 1, inapplicable: 7 }), area({ basically: 1 })])).toMatchObject({ asked: 4, share: 75 })
    expect(rollUp([area({ inapplicable: 3 })]).share).toBeUndefined()
  })
})
