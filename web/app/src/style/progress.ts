// How progress looks: standings, and villages by how they stand with their exit.

import type { Words } from '../catalog'
import type { Standing, VillageProgress, VillageState } from '../progress'
import { villageStates } from '../progress'
import { answers } from './palette'
import type { Theme } from './themes'

export const villageColours: Record<VillageState, string> = {
  late: answers.no,
  due: answers.targets[2],
  later: '#8a7fb8',
  out: answers.yes,
  unplanned: answers.unknown,
}

export const standingColours: Record<Standing, string> = {
  ahead: answers.yes,
  on_time: answers.yes,
  late: answers.no,
  open: answers.targets[2],
  '': answers.unknown,
}

/** Told apart without colour too. */
export const standingSigns: Record<Standing, string> = { ahead: '▲', on_time: '✓', late: '▼', open: '…', '': '–' }

/** A colouring of poverty villages by their state; all others are out of the question. */
export function progressTheme(title: Words, villages: readonly VillageProgress[], names: Record<VillageState, Words>, rest: Words): Theme {
  const ids = new Map<VillageState, Set<number>>()
  for (const v of villages) ids.set(v.state, (ids.get(v.state) ?? new Set()).add(v.id))
  const classes = villageStates.flatMap((s) => {
    const among = ids.get(s)
    return among ? [{ key: s, title: names[s], color: villageColours[s], when: { among } }] : []
  })
  return { id: 'progress', title, group: '', classes: [...classes, { key: 'rest', title: rest, color: answers.outOfScope, quiet: true }] }
}
