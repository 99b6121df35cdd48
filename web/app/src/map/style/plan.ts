// The themes that the plan is measured by: how villages stand with what is promised to
// every one of them, by the states that the server writes into their tiles.

import { headlineOfFirst, headlineOfValues } from './headline'
import { both } from '../../words'
import { answers } from './palette'
import type { Theme, ThemeClass } from './theme'
import { PLAN } from './theme'

/** Services with a theme of their own, and its place among those that the plan is measured by. */
const services = { road: 30, water: 40, broadband: 50, power: 60 } as const
const LACKS = 80

/** Themes of states that tiles have beside the catalogue's fields. */
export function stateThemes(): Theme[] {
  return [...(Object.keys(services) as (keyof typeof services)[]).map(serviceTheme), overview()]
}

const last: ThemeClass = { key: 'unknown', title: both((m) => m.theme.unknown), color: answers.unknown, quiet: true }

function serviceTheme(service: keyof typeof services): Theme {
  const field = `cov_${service}`
  const state = (key: 'reached' | 'basically' | 'not', color: string): ThemeClass => ({
    key,
    title: both((m) => m.coverage.states[key]),
    color,
    when: { field, is: key },
  })
  const theme: Theme = {
    id: field,
    title: both((m) => (service === 'water' ? m.theme.water : m.coverage.services[service])),
    group: PLAN,
    plan: services[service],
    classes: [
      state('reached', answers.yes),
      // Only water has a state between (T/CHES 18-2018).
      ...(service === 'water' ? [state('basically', answers.targets[1])] : []),
      state('not', answers.no),
      last,
    ],
  }
  return { ...theme, headline: headlineOfValues(theme, ['reached', 'basically']) }
}

function overview(): Theme {
  const field = 'cov_lacks'
  const lacking = (key: string, from: number, below: number | undefined, color: string): ThemeClass => ({
    key,
    title: both((m) => (from === 0 ? m.theme.lacksNone : m.theme.lacks(from, below === undefined))),
    color,
    when: { field, from, ...(below === undefined ? {} : { below }) },
  })
  const [none, one, two, more] = answers.targets
  const theme: Theme = {
    id: field,
    title: both((m) => m.theme.overview),
    group: PLAN,
    plan: LACKS,
    classes: [lacking('0', 0, 1, none), lacking('1', 1, 2, one), lacking('2', 2, 3, two), lacking('3-', 3, undefined, more), last],
  }
  return { ...theme, headline: headlineOfFirst(theme) }
}
