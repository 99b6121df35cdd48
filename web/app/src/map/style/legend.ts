// Legends, from the same looks and classes that the map is drawn with.

import type { Layer, Words } from '../../api/layers'
import { fieldOf } from '../../api/layers'
import { both } from '../../words'
import { cableway, isHardSurface, plannedDash, plannedOpacity, roughDash } from './roads'
import { light } from './palette'
import type { Look } from './symbols'
import type { ThemeClass } from './theme'
import { colouring, lookOf } from './symbols'
import { THEMED } from './theme'

export interface LegendEntry {
  key: string
  title: Words
  look: Look
}

/** The rows of a layer's legend; none where one symbol says it all or a theme colours it. */
export function legendOf(layer: Layer): LegendEntry[] {
  if (layer.id === THEMED) return []
  if (layer.id === 'road') return roadLegend(layer)
  const by = colouring(layer)
  if (!by) return []
  return by.choices.map((choice) => ({ key: choice.value, title: choice.title, look: lookOf(layer, choice) }))
}

export function classLook(c: ThemeClass): Look {
  return { kind: 'icon', shape: 'dot', color: c.color }
}

function roadLegend(layer: Layer): LegendEntry[] {
  const classes = fieldOf(layer, 'class')?.values ?? []
  const surfaces = fieldOf(layer, 'surface')?.values ?? []
  const kinds = fieldOf(layer, 'kind')?.values?.filter((k) => k.value === cableway.value) ?? []
  const line = (color: string, more: object = {}): Look => ({ kind: 'line', color, width: 3, ...more })
  return [
    ...classes.slice(0, 3).map((c) => ({ key: c.value, title: c.title, look: line(c.color ?? layer.color, { width: 4 }) })),
    ...surfaces.map((s) => {
      const hard = isHardSurface(s)
      const suffix = both((m) => (hard ? m.theme.hardened : m.theme.unhardened))
      return {
        key: s.value,
        title: { zh: `${s.title.zh} · ${suffix.zh}`, en: `${s.title.en} · ${suffix.en}` },
        look: line(s.color ?? layer.color, hard ? {} : { dash: roughDash }),
      }
    }),
    ...kinds.map((k) => ({ key: k.value, title: k.title, look: line(light.text, { width: cableway.width, dash: cableway.dash }) })),
    {
      key: 'planned',
      title: both((m) => m.theme.planned),
      look: line(layer.color, { dash: plannedDash, opacity: plannedOpacity }),
    },
  ]
}
