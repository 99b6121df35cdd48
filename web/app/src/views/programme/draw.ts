// The works on the map: what is to be built, numbered in order, with the villages
// that gain.

import type { Feature, FeatureCollection } from 'geojson'
import type { LayerSpecification } from 'maplibre-gl'
import type { Words } from '../../api/layers'
import { bold } from '../../map/style/fonts'
import type { Overlay } from '../../map/style/overlay'
import type { Palette } from '../../map/style/palette'
import { answers, marks } from '../../map/style/palette'
import type { Work } from '../../api/programme'
import type { Theme } from '../../map/style/theme'

const WORKS = 'works'
const done = marks.works.now
const later = marks.works.later

/** Works up to `upTo` in the colour of what is done, those after in another; one is lit. */
export function worksOverlay(works: readonly Work[], upTo: number, lit: number | undefined, palette: Palette): Overlay {
  const features = works.flatMap((w): Feature[] => {
    if (!w.geometry) return []
    const properties = { n: w.n, now: w.n <= upTo, lit: w.n === lit }
    const at = middle(w)
    return [
      { type: 'Feature', geometry: w.geometry, properties },
      ...(at
        ? [
            {
              type: 'Feature' as const,
              geometry: { type: 'Point' as const, coordinates: at },
              properties: { ...properties, label: String(w.n) },
            },
          ]
        : []),
    ]
  })
  const data: FeatureCollection = { type: 'FeatureCollection', features }
  return { sources: { [WORKS]: data }, layers: layers(palette) }
}

/** A position half-way along the longest line of a work. */
function middle(work: Work): number[] | undefined {
  if (work.geometry?.type !== 'MultiLineString') return undefined
  const longest = [...work.geometry.coordinates].sort((a, b) => b.length - a.length)[0]
  return longest?.[Math.floor(longest.length / 2)]
}

function layers(palette: Palette): LayerSpecification[] {
  const line = { source: WORKS, type: 'line' as const, layout: { 'line-cap': 'round' as const, 'line-join': 'round' as const } }
  return [
    { ...line, id: 'works-lit', filter: ['get', 'lit'], paint: { 'line-color': palette.selected, 'line-width': 13, 'line-opacity': 0.55 } },
    {
      ...line,
      id: 'works-casing',
      paint: { 'line-color': palette.halo, 'line-width': ['interpolate', ['linear'], ['zoom'], 7, 4, 12, 9] },
    },
    {
      ...line,
      id: 'works-line',
      paint: { 'line-color': ['case', ['get', 'now'], done, later], 'line-width': ['interpolate', ['linear'], ['zoom'], 7, 2.4, 12, 5.5] },
    },
    {
      id: 'works-number',
      source: WORKS,
      type: 'symbol',
      filter: ['has', 'label'],
      layout: {
        'text-field': ['get', 'label'],
        'text-font': bold,
        'text-size': ['interpolate', ['linear'], ['zoom'], 7, 10, 11, 14],
        'symbol-sort-key': ['get', 'n'],
        'text-padding': 1,
      },
      paint: { 'text-color': ['case', ['get', 'now'], done, later], 'text-halo-color': palette.halo, 'text-halo-width': 2 },
    },
  ]
}

/** Villages by what the works do for them. */
export function worksTheme(
  gained: ReadonlySet<number>,
  lacking: ReadonlySet<number>,
  titles: { theme: Words; gained: Words; lacking: Words; others: Words },
): Theme {
  return {
    id: 'works',
    title: titles.theme,
    group: '',
    classes: [
      { key: 'gained', title: titles.gained, color: done, when: { among: gained } },
      { key: 'lacking', title: titles.lacking, color: answers.no, when: { among: lacking } },
      { key: 'others', title: titles.others, color: answers.outOfScope, quiet: true },
    ],
  }
}
