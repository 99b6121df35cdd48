// A place that was evaluated, and candidates by their score, on the map.

import type { Feature, FeatureCollection } from 'geojson'
import type { LayerSpecification } from 'maplibre-gl'
import type { Overlay } from '../../map/style/overlay'
import { bold } from '../../map/style/fonts'
import type { Palette } from '../../map/style/palette'
import type { Candidates, Evaluation } from '../../api/siting'
import { answers, marks, scoreRamp } from '../../map/style/palette'

const PLACE = 'siting-place'
const FOUND = 'siting-found'

/** The ramp as a CSS gradient from the lowest to the highest of its totals. */
export const gradient = `linear-gradient(90deg, ${scoreRamp.map(([, c]) => c).join(', ')})`

export function colourOf(score: number): string {
  let colour = scoreRamp[0]?.[1] ?? ''
  for (const [from, c] of scoreRamp) if (score >= from - 7) colour = c
  return colour
}

/** The plot, what covers it, and a line to each nearest feature. */
export function placeOverlay(e: Evaluation, palette: Palette): Overlay {
  const at = [e.plot.lon, e.plot.lat]
  const seen = new Set<string>()
  const features: Feature[] = [{ type: 'Feature', geometry: e.plot.geometry, properties: { kind: 'plot', passes: e.passes } }]
  for (const r of e.readings) {
    const f = r.evidence.feature
    const key = f && `${f.layer}/${f.id}`
    if (!f || !key || seen.has(key) || r.group === 'avoid') continue
    seen.add(key)
    const to = [f.lon, f.lat]
    features.push({ type: 'Feature', geometry: { type: 'LineString', coordinates: [at, to] }, properties: { kind: 'ray' } })
    features.push({ type: 'Feature', geometry: { type: 'Point', coordinates: to }, properties: { kind: 'target', label: f.name } })
  }
  features.push({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: at },
    properties: { kind: 'place', passes: e.passes, label: e.total === null ? '?' : e.total.toFixed(0) },
  })
  const colour = ['case', ['get', 'passes'], answers.yes, answers.no] as unknown as string
  const of = (kind: string) => ['==', ['get', 'kind'], kind] as unknown as boolean
  return {
    sources: { [PLACE]: { type: 'FeatureCollection', features } },
    layers: [
      { id: 'siting-plot', source: PLACE, type: 'fill', filter: of('plot'), paint: { 'fill-color': colour, 'fill-opacity': 0.3 } },
      { id: 'siting-plot-line', source: PLACE, type: 'line', filter: of('plot'), paint: { 'line-color': colour, 'line-width': 2.5 } },
      {
        id: 'siting-ray',
        source: PLACE,
        type: 'line',
        filter: of('ray'),
        paint: { 'line-color': palette.selected, 'line-width': 1.4, 'line-dasharray': [2, 2], 'line-opacity': 0.8 },
      },
      {
        id: 'siting-target',
        source: PLACE,
        type: 'circle',
        filter: of('target'),
        paint: { 'circle-radius': 4.5, 'circle-color': palette.selected, 'circle-stroke-color': palette.halo, 'circle-stroke-width': 1.5 },
      },
      {
        id: 'siting-place',
        source: PLACE,
        type: 'circle',
        filter: of('place'),
        paint: { 'circle-radius': 15, 'circle-color': colour, 'circle-stroke-color': palette.halo, 'circle-stroke-width': 2 },
      },
      text('siting-target-name', PLACE, of('target'), palette.text, palette.halo, 12, [0, 1.1]),
      text('siting-total', PLACE, of('place'), '#ffffff', colour, 13),
    ],
  }
}

function text(
  id: string,
  source: string,
  filter: boolean,
  colour: string,
  halo: string,
  size: number,
  offset: [number, number] = [0, 0],
): LayerSpecification {
  return {
    id,
    source,
    type: 'symbol',
    filter,
    layout: {
      'text-field': ['get', 'label'],
      'text-font': bold,
      'text-size': size,
      'text-offset': offset,
      'text-allow-overlap': offset[1] === 0,
      'text-padding': 1,
    },
    paint: { 'text-color': colour, 'text-halo-color': halo, 'text-halo-width': offset[1] === 0 ? 0 : 1.6 },
  }
}

const NUMBERED = 20

/** Candidates by their total, the first of them numbered; those that are out small and grey. */
export function candidatesData(all: Candidates, totals: Float64Array, order: readonly number[]): FeatureCollection {
  const place = new Map(order.map((i, n) => [i, n + 1]))
  const features = all.lon.map((lon, i): Feature => {
    const rank = place.get(i)
    const properties = {
      i,
      total: Math.round(10 * (totals[i] ?? 0)) / 10,
      out: rank === undefined,
      rank: rank ?? 1e6,
      ...(rank && rank <= NUMBERED ? { label: String(rank) } : {}),
    }
    return { type: 'Feature', geometry: { type: 'Point', coordinates: [lon, all.lat[i] ?? 0] }, properties }
  })
  return { type: 'FeatureCollection', features }
}

export function foundOverlay(data: FeatureCollection, lit: number | undefined, palette: Palette): Overlay {
  const colour = ['interpolate', ['linear'], ['get', 'total'], ...scoreRamp.flat()] as unknown as string
  const radius = (far: number, near: number) => ['interpolate', ['linear'], ['zoom'], 7, far, 13, near] as unknown as number
  const numbered = ['has', 'label'] as unknown as boolean
  return {
    sources: { [FOUND]: data },
    layers: [
      {
        id: 'siting-out',
        source: FOUND,
        type: 'circle',
        filter: ['get', 'out'],
        paint: { 'circle-radius': radius(0.8, 3), 'circle-color': marks.out, 'circle-opacity': 0.6 },
      },
      {
        id: 'siting-in',
        source: FOUND,
        type: 'circle',
        filter: ['!', ['get', 'out']],
        layout: { 'circle-sort-key': ['-', ['get', 'rank']] },
        paint: { 'circle-radius': radius(1.6, 7), 'circle-color': colour, 'circle-opacity': 0.8 },
      },
      {
        id: 'siting-best',
        source: FOUND,
        type: 'circle',
        filter: numbered,
        paint: { 'circle-radius': 10, 'circle-color': colour, 'circle-stroke-color': palette.text, 'circle-stroke-width': 1.5 },
      },
      {
        id: 'siting-lit',
        source: FOUND,
        type: 'circle',
        filter: ['==', ['get', 'i'], lit ?? -1],
        paint: {
          'circle-radius': 14,
          'circle-color': 'rgba(0,0,0,0)',
          'circle-stroke-color': palette.selected,
          'circle-stroke-width': 3.5,
        },
      },
      {
        id: 'siting-rank',
        source: FOUND,
        type: 'symbol',
        filter: numbered,
        layout: {
          'text-field': ['get', 'label'],
          'text-font': bold,
          'text-size': 11,
          'text-allow-overlap': true,
          'symbol-sort-key': ['get', 'rank'],
        },
        paint: { 'text-color': ['case', ['all', ['>', ['get', 'total'], 58], ['<', ['get', 'total'], 73]], '#1d242e', '#ffffff'] },
      },
    ],
  }
}
