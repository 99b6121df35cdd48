// A plan on the map: lines from villages to sites, as wide as the people who move.

import type { Feature, FeatureCollection } from 'geojson'
import { bold } from '../../map/style/fonts'
import type { Palette } from '../../map/style/palette'
import type { Plan } from '../../api/plans'
import type { Overlay } from '../../map/style/overlay'
import { marks } from '../../map/style/palette'

const PLAN = 'siting-plan'
const { line, kept, fresh, left } = marks.plan

export function planData(plan: Plan): FeatureCollection {
  const features: Feature[] = []
  const point = (at: { lon: number; lat: number }, properties: Record<string, unknown>) =>
    features.push({ type: 'Feature', geometry: { type: 'Point', coordinates: [at.lon, at.lat] }, properties })
  for (const v of plan.villages) {
    for (const m of v.moves) {
      const s = plan.sites[m.site]
      if (s)
        features.push({
          type: 'Feature',
          geometry: {
            type: 'LineString',
            coordinates: [
              [v.lon, v.lat],
              [s.lon, s.lat],
            ],
          },
          properties: { kind: 'move', people: m.people, site: m.site, village: v.id },
        })
    }
    if (v.left_people > 0) point(v, { kind: 'left', people: v.left_people, village: v.id })
  }
  plan.sites.forEach((s, n) => {
    if (s.load_people > 0) point(s, { kind: 'site', kept: s.kept, people: s.load_people, site: n, label: `${s.name}\n${s.load_people}` })
  })
  return { type: 'FeatureCollection', features }
}

/** The whole plan; where a site is lit, its lines stand out. */
export function planOverlay(data: FeatureCollection, lit: number | undefined, palette: Palette): Overlay {
  const of = (kind: string) => ['==', ['get', 'kind'], kind] as unknown as boolean
  const mine = ['==', ['get', 'site'], lit ?? -1]
  const size = (small: number, large: number) =>
    ['interpolate', ['linear'], ['sqrt', ['get', 'people']], 0, small, 70, large] as unknown as number
  return {
    sources: { [PLAN]: data },
    layers: [
      {
        id: 'plan-move',
        source: PLAN,
        type: 'line',
        filter: of('move'),
        layout: { 'line-cap': 'round' },
        paint: {
          'line-color': (lit === undefined ? line : ['case', mine, palette.selected, line]) as unknown as string,
          'line-width': size(0.8, 7),
          'line-opacity': (lit === undefined ? 0.75 : ['case', mine, 1, 0.2]) as unknown as number,
        },
      },
      {
        id: 'plan-left',
        source: PLAN,
        type: 'circle',
        filter: of('left'),
        paint: { 'circle-radius': size(3, 9), 'circle-color': left, 'circle-stroke-color': palette.halo, 'circle-stroke-width': 1 },
      },
      {
        id: 'plan-site',
        source: PLAN,
        type: 'circle',
        filter: of('site'),
        paint: {
          'circle-radius': size(4, 16),
          'circle-color': ['case', ['get', 'kept'], kept, fresh],
          'circle-opacity': 0.9,
          'circle-stroke-color': palette.halo,
          'circle-stroke-width': 1.5,
        },
      },
      {
        id: 'plan-site-name',
        source: PLAN,
        type: 'symbol',
        filter: of('site'),
        minzoom: 9,
        layout: {
          'text-field': ['get', 'label'],
          'text-font': bold,
          'text-size': 11,
          'text-offset': [0, 1.6],
          'text-anchor': 'top',
          'symbol-sort-key': ['-', ['get', 'people']],
        },
        paint: { 'text-color': palette.text, 'text-halo-color': palette.halo, 'text-halo-width': 1.8 },
      },
    ],
  }
}

/** Colours of the legend. */
export const planColours = marks.plan
