// The small table of a sheet: of each service the share of villages that have it, and how
// many do not.

import type { Area } from '../../api/areas'
import { summarise } from '../../api/coverage'
import type { Service } from '../../api/coverage'
import { rollUp } from '../coverage/rollup'

const told: Service[] = ['road', 'water', 'broadband', 'power', 'clinic', 'school', 'culture']

export interface Figure {
  service: Service
  /** In percent of those that are asked. */
  share: number
  lacking: number
}

/** Figures of a county or town; of everything where there is none. */
export async function figuresOf(area: Area | undefined, year: number | undefined): Promise<Figure[]> {
  const by = area ? (area.code.length > 6 ? 'town' : 'county') : 'city'
  const signal = new AbortController().signal
  const all = await Promise.all(told.map((s) => summarise(s, by, year, signal)))
  return told.flatMap((service, i) => {
    const { villages, asked } = rollUp((all[i] ?? []).filter((a) => !area || a.code === area.code))
    return asked ? [{ service, share: (100 * (villages.reached + villages.basically)) / asked, lacking: villages.not }] : []
  })
}
