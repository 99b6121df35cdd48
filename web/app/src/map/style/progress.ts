// How progress looks: standings, and villages by how they stand with their exit.

import type { Words } from '../../api/layers'
import type { AreaProgress, Standing, VillageProgress, VillageState } from '../../api/progress'
import { villageStates } from '../../api/progress'
import { answers, marks } from './palette'
import type { Theme } from './theme'

export const villageColours: Record<VillageState, string> = {
  late: answers.no,
  due: answers.targets[2],
  later: marks.later,
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

/** How much of its target an area has reached, in falling order. */
export const reached = [
  { from: 1, color: answers.targets[0] },
  { from: 0.95, color: answers.targets[1] },
  { from: 0.85, color: answers.targets[2] },
  { from: 0, color: answers.targets[3] },
] as const

/** The colours of areas by what they have reached of an indicator's target; none where nothing is planned,
 *  or the year is yet to bring it. */
export function tintOf(areas: readonly AreaProgress[], indicator: string): Map<string, string> {
  const tint = new Map<string, string>()
  for (const area of areas) {
    const p = area.indicators.find((i) => i.indicator === indicator)
    if (!p?.planned || p.actual === null || p.standing === 'open') continue
    const share = p.actual / p.planned
    const color = reached.find((r) => share >= r.from)?.color
    if (color) tint.set(area.code, color)
  }
  return tint
}

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
