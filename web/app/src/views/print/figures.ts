// The small table of a sheet: of each service the share of villages that have it, and how
// many do not.

import type { Area } from '../../api/areas'
import { summarise } from '../../api/coverage'
import type { Service, Words } from '../../api/layers'
import { rollUp } from '../coverage/rollup'

export interface Figure {
  service: string
  title: Words
  /** In percent of those that are asked. */
  share: number
  lacking: number
}

/** Figures of the services that are asked of every village, of a county or town; of everything where there is none. */
export async function figuresOf(services: readonly Service[], area: Area | undefined, year: number | undefined): Promise<Figure[]> {
  const told = services.filter((s) => !s.asked)
  const by = area ? (area.code.length > 6 ? 'town' : 'county') : 'city'
  const signal = new AbortController().signal
  const all = await Promise.all(told.map((s) => summarise(s.id, by, year, signal)))
  return told.flatMap(({ id: service, title }, i) => {
    const { villages, share } = rollUp((all[i] ?? []).filter((a) => !area || a.code === area.code))
    return share === undefined ? [] : [{ service, title, share, lacking: villages.not }]
  })
}
