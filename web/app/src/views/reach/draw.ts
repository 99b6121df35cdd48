// The bands on the map: each holds the nearer ones, so that their tints add up inwards.

import type { Feature, FeatureCollection, MultiPolygon, Position } from 'geojson'
import type { LayerSpecification } from 'maplibre-gl'
import type { Reach } from '../../state/address'
import { medium } from '../../map/style/fonts'
import type { Palette } from '../../map/style/palette'
import { limits } from '../../api/catchment'
import type { Bands } from '../../api/catchment'
import type { Overlay } from '../../map/style/overlay'

const BANDS = 'reach-bands'
const TINT = 0.15

/** How dense the tint of the band with the number is. */
export function density(band: number, by: Reach['by']): number {
  return 1 - (1 - TINT) ** (limits[by].length - band)
}

export function bandsOverlay(bands: Bands, from: Reach, label: (limit: number) => string, palette: Palette): Overlay {
  const features = bands.features.flatMap((f, i): Feature[] =>
    f.geometry ? [{ type: 'Feature', geometry: f.geometry, properties: { band: i } }] : [],
  )
  const labels = bands.features.flatMap((f, i): Feature[] => {
    const at = f.geometry && northmost(f.geometry)
    return at
      ? [{ type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties: { label: label(limits[from.by][i] ?? 0) } }]
      : []
  })
  const place: Feature = { type: 'Feature', geometry: { type: 'Point', coordinates: [from.lon, from.lat] }, properties: { place: true } }
  const data: FeatureCollection = { type: 'FeatureCollection', features: [...features.reverse(), ...labels, place] }
  return { sources: { [BANDS]: data }, layers: layers(palette) }
}

// A label on an outline as ragged as a valley's would find no straight piece to stand on.
function northmost(area: MultiPolygon): Position | undefined {
  let most: Position | undefined
  for (const p of area.coordinates.flatMap(([ring = []]) => ring)) if (!most || (p[1] ?? 0) > (most[1] ?? 0)) most = p
  return most
}

function layers(palette: Palette): LayerSpecification[] {
  const areas = { source: BANDS, filter: ['has', 'band'] as unknown as boolean }
  const place = { source: BANDS, filter: ['has', 'place'] as unknown as boolean }
  return [
    { ...areas, id: 'reach-area', type: 'fill', paint: { 'fill-color': palette.selected, 'fill-opacity': TINT, 'fill-antialias': false } },
    {
      ...areas,
      id: 'reach-edge',
      type: 'line',
      layout: { 'line-join': 'round' },
      paint: { 'line-color': palette.selected, 'line-width': 0.9, 'line-opacity': 0.5 },
    },
    {
      id: 'reach-limit',
      source: BANDS,
      type: 'symbol',
      filter: ['has', 'label'],
      layout: { 'text-field': ['get', 'label'], 'text-font': medium, 'text-size': 12.5, 'text-anchor': 'bottom', 'text-padding': 1 },
      paint: { 'text-color': palette.selected, 'text-halo-color': palette.halo, 'text-halo-width': 2 },
    },
    {
      ...place,
      id: 'reach-place',
      type: 'circle',
      paint: { 'circle-radius': 7, 'circle-color': palette.selected, 'circle-stroke-color': palette.halo, 'circle-stroke-width': 2.5 },
    },
  ]
}
