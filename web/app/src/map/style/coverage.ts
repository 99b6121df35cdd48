// How coverage looks on the map: villages by state, and a village's way out with
// what is missing of it in red.

import type { Feature, FeatureCollection } from 'geojson'
import type { LayerSpecification } from 'maplibre-gl'
import type { Lang, ServiceState, Words } from '../../api/layers'
import type { Step, VillageCoverage, VillageDossier } from '../../api/coverage'
import { distance } from '../../words/format'
import { medium } from './fonts'
import type { Overlay } from './overlay'
import type { Palette } from './palette'
import { answers } from './palette'
import type { Theme, ThemeClass } from './theme'

/** A state as the catalogue declares it. */
interface State {
  value: ServiceState
  title: Words
  color: string
}

/** A colouring of villages by state: those listed as they are, all others as of the first of the states. */
export function coverageTheme(title: Words, listed: readonly VillageCoverage[], states: readonly State[]): Theme {
  const rest = states[0]?.value
  const ids = new Map<ServiceState, number[]>()
  for (const v of listed) if (v.state !== rest) ids.set(v.state, [...(ids.get(v.state) ?? []), v.id])
  const classes = states.flatMap(({ value: key, title, color }): ThemeClass[] => {
    if (key === rest) return []
    const among = ids.get(key)
    return among ? [{ key, title, color, quiet: key === 'inapplicable', when: { among: new Set(among) } }] : []
  })
  const others = states.slice(0, 1).map(({ value: key, title, color }): ThemeClass => ({ key, title, color, quiet: true }))
  return { id: 'coverage', title, group: '', classes: [...classes, ...others] }
}

const WAY = 'way-out'

/** The way out of a village: hardened stretches calm, missing ones red with their length. */
export function wayOverlay(dossier: VillageDossier, palette: Palette, lang: Lang): Overlay | undefined {
  if (dossier.way?.type !== 'LineString') return undefined
  const line = dossier.way.coordinates
  const stretches = joined(dossier.steps)
  const features = stretches.map((s): Feature => ({
    type: 'Feature',
    geometry: { type: 'LineString', coordinates: line.slice(s.begin, s.end + 1) },
    properties: { hardened: s.hardened },
  }))
  const lengths = stretches.flatMap((s): Feature[] => {
    const middle = line[Math.floor((s.begin + s.end) / 2)]
    if (s.hardened || !middle) return []
    return [
      {
        type: 'Feature',
        geometry: { type: 'Point', coordinates: middle },
        properties: { hardened: false, label: distance(s.metres, lang) },
      },
    ]
  })
  const data: FeatureCollection = { type: 'FeatureCollection', features: [...features, ...lengths] }
  return { sources: { [WAY]: data }, layers: wayLayers(palette) }
}

/** Steps that follow each other and are alike, as one. */
function joined(steps: readonly Step[]): Step[] {
  const list: Step[] = []
  for (const s of steps) {
    const last = list.at(-1)
    if (last && last.hardened === s.hardened && last.end === s.begin)
      list.splice(-1, 1, { ...last, end: s.end, metres: last.metres + s.metres })
    else list.push(s)
  }
  return list
}

function wayLayers(palette: Palette): LayerSpecification[] {
  const base = { source: WAY, type: 'line' as const, layout: { 'line-join': 'round' as const, 'line-cap': 'round' as const } }
  return [
    { ...base, id: 'way-casing', paint: { 'line-color': palette.halo, 'line-width': 9, 'line-opacity': 0.9 } },
    { ...base, id: 'way-hardened', filter: ['get', 'hardened'], paint: { 'line-color': palette.selected, 'line-width': 4 } },
    { ...base, id: 'way-missing', filter: ['!', ['get', 'hardened']], paint: { 'line-color': answers.no, 'line-width': 5.5 } },
    {
      id: 'way-missing-length',
      source: WAY,
      type: 'symbol',
      filter: ['has', 'label'],
      layout: {
        'text-field': ['get', 'label'],
        'text-font': medium,
        'text-size': 14,
        'text-anchor': 'left',
        'text-offset': [0.9, 0],
        'text-allow-overlap': true,
      },
      paint: { 'text-color': answers.no, 'text-halo-color': palette.halo, 'text-halo-width': 2 },
    },
  ]
}
