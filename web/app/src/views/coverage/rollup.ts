// The sum of areas.

import type { AreaCoverage } from '../../api/coverage'
import type { ServiceState } from '../../api/layers'

export interface Sum {
  villages: Record<ServiceState, number>
  people: Record<ServiceState, number>
  /** Villages that the question is put to. */
  asked: number
  /** The per cent of those that are served; undefined where none is asked. */
  share: number | undefined
}

export function rollUp(areas: readonly AreaCoverage[]): Sum {
  const none = () => ({ reached: 0, basically: 0, not: 0, unknown: 0, inapplicable: 0 })
  const sum: Sum = { villages: none(), people: none(), asked: 0, share: undefined }
  for (const a of areas) {
    for (const state of Object.keys(sum.villages) as ServiceState[]) {
      sum.villages[state] += a.villages[state] ?? 0
      sum.people[state] += a.people[state] ?? 0
      if (state !== 'inapplicable') sum.asked += a.villages[state] ?? 0
    }
  }
  if (sum.asked) sum.share = (100 * (sum.villages.reached + sum.villages.basically)) / sum.asked
  return sum
}
