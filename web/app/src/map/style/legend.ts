// Legends, from the same looks and classes that the map is drawn with.

import type { Layer, Ways, Words } from '../../api/layers'
import { fieldOf } from '../../api/layers'
import { both } from '../../words'
import { apartDash, apartWidth, isGood, plannedDash, plannedOpacity, roughDash } from './ways'
import { light } from './palette'
import type { Look } from './symbols'
import type { ThemeClass } from './theme'
import { colouring, lookOf } from './symbols'

export interface LegendEntry {
  key: string
  title: Words
  look: Look
}

/** The rows of a layer's legend; none where one symbol says it all or a theme colours it. */
export function legendOf(layer: Layer): LegendEntry[] {
  if (layer.level === 'village') return []
  if (layer.draw?.ways) return waysLegend(layer, layer.draw.ways)
  const by = colouring(layer)
  if (!by) return []
  return by.choices.map((choice) => ({ key: choice.value, title: choice.title, look: lookOf(layer, choice) }))
}

export function classLook(c: ThemeClass): Look {
  return { kind: 'icon', shape: 'dot', color: c.color }
}

function waysLegend(layer: Layer, ways: Ways): LegendEntry[] {
  const classes = fieldOf(layer, ways.class)?.values ?? []
  const made = fieldOf(layer, ways.made)
  const { apart } = ways
  const kinds = (apart && fieldOf(layer, apart.field)?.values?.filter((k) => k.value === apart.value)) ?? []
  const line = (color: string, more: object = {}): Look => ({ kind: 'line', color, width: 3, ...more })
  return [
    ...classes.slice(0, ways.great).map((c) => ({ key: c.value, title: c.title, look: line(c.color ?? layer.color, { width: 4 }) })),
    ...(made?.values ?? []).map((s) => {
      const good = isGood(made, s.value)
      const suffix = both((m) => (good ? m.theme.hardened : m.theme.unhardened))
      return {
        key: s.value,
        title: { zh: `${s.title.zh} · ${suffix.zh}`, en: `${s.title.en} · ${suffix.en}` },
        look: line(s.color ?? layer.color, good ? {} : { dash: roughDash }),
      }
    }),
    ...kinds.map((k) => ({ key: k.value, title: k.title, look: line(light.text, { width: apartWidth, dash: apartDash }) })),
    {
      key: 'planned',
      title: both((m) => m.theme.planned),
      look: line(layer.color, { dash: plannedDash, opacity: plannedOpacity }),
    },
  ]
}
