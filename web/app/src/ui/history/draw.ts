// A geometry before and after a change, over the map: what was is dashed, what came is full.

import type { Feature, FeatureCollection } from 'geojson'
import type { LayerSpecification } from 'maplibre-gl'
import type { Places } from '../../api/records/history'
import type { Overlay } from '../../map/style/overlay'
import { marks } from '../../map/style/palette'

const PAST = 'past'

export function pastOverlay(places: Places): Overlay {
  const one = (side: 'before' | 'after'): Feature[] =>
    places[side] ? [{ type: 'Feature', geometry: places[side], properties: { side } }] : []
  const data: FeatureCollection = { type: 'FeatureCollection', features: [...one('before'), ...one('after')] }
  return { sources: { [PAST]: data }, layers: (['before', 'after'] as const).flatMap(layersOf) }
}

function layersOf(side: 'before' | 'after'): LayerSpecification[] {
  const color = marks.past[side]
  const of = (kind: string) => ({
    source: PAST,
    filter: ['all', ['==', ['get', 'side'], side], ['==', ['geometry-type'], kind]] as unknown as boolean,
  })
  const dashed = side === 'before' ? { 'line-dasharray': [1.6, 1.4] } : {}
  return [
    { ...of('Polygon'), id: `past-area-${side}`, type: 'fill', paint: { 'fill-color': color, 'fill-opacity': 0.12 } },
    {
      source: PAST,
      filter: ['all', ['==', ['get', 'side'], side], ['!=', ['geometry-type'], 'Point']] as unknown as boolean,
      id: `past-line-${side}`,
      type: 'line',
      layout: { 'line-join': 'round' },
      paint: { 'line-color': color, 'line-width': side === 'before' ? 3 : 3.5, ...dashed },
    },
    {
      ...of('Point'),
      id: `past-point-${side}`,
      type: 'circle',
      paint: {
        'circle-radius': 8,
        'circle-color': color,
        'circle-opacity': side === 'before' ? 0.2 : 0.85,
        'circle-stroke-color': color,
        'circle-stroke-width': 2.5,
      },
    },
  ]
}
