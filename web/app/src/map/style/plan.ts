// The themes that the plan is measured by: how villages stand with what is promised to
// every one of them, by the states that the server writes into their tiles.

import type { Words } from '../../api/layers'
import { both } from '../../words'
import { answers } from './palette'
import type { Theme, ThemeClass } from './theme'
import { PLAN } from './theme'

/** Those themes in their order, by their ids. */
export const planned = ['exit_status', 'incidence', 'cov_road', 'cov_water', 'cov_broadband', 'cov_power', 'move_population', 'cov_lacks']

const services = ['road', 'water', 'broadband', 'power'] as const

export function planTitle(theme: Theme): Words {
  if (theme.id === 'exit_status') return both((m) => m.theme.exit)
  if (theme.id === 'move_population') return both((m) => m.theme.move)
  if (theme.id === 'cov_water') return both((m) => m.theme.water)
  return theme.title
}

/** Themes of states that tiles have beside the catalogue's fields. */
export function stateThemes(): Theme[] {
  return [...services.map(serviceTheme), overview()]
}

const last: ThemeClass = { key: 'unknown', title: both((m) => m.theme.unknown), color: answers.unknown, quiet: true }

function serviceTheme(service: (typeof services)[number]): Theme {
  const field = `cov_${service}`
  const state = (key: 'reached' | 'basically' | 'not', color: string): ThemeClass => ({
    key,
    title: both((m) => m.coverage.states[key]),
    color,
    when: { field, is: key },
  })
  return {
    id: field,
    title: both((m) => m.coverage.services[service]),
    group: PLAN,
    classes: [
      state('reached', answers.yes),
      // Only water has a state between (T/CHES 18-2018).
      ...(service === 'water' ? [state('basically', answers.targets[1])] : []),
      state('not', answers.no),
      last,
    ],
  }
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
  return {
    id: field,
    title: both((m) => m.theme.overview),
    group: PLAN,
    classes: [lacking('0', 0, 1, none), lacking('1', 1, 2, one), lacking('2', 2, 3, two), lacking('3-', 3, undefined, more), last],
  }
}
