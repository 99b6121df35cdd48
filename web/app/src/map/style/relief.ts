// The ground: shaded from the north-west and, closer, with contours. Both derive in
// the browser from the server's tiles of heights.

import type { LayerSpecification, SourceSpecification } from 'maplibre-gl'
import type { Relief } from '../../api/layers'
import { regular } from './fonts'
import type { Palette } from './palette'

/** The switch among the layers that turns the ground on. */
export const RELIEF = 'relief'
const DEM = 'dem'
const CONTOURS = 'contours'
const TILE_PX = 512
/** Contours before this zoom would be a blur. */
const CONTOURS_FROM = 11

export interface ReliefTiles {
  heights: string
  /** Vector tiles of contours with `ele` and `level` (0 thin, 1 bold); none without a worker. */
  contours: string | undefined
}

/** Metres between contours, thin and bold, by zoom. */
export const thresholds: Record<number, [number, number]> = { 11: [100, 500], 12: [50, 250], 13: [20, 100], 15: [10, 50] }

export function reliefSources(relief: Relief, tiles: ReliefTiles): Record<string, SourceSpecification> {
  const { bounds } = relief
  return {
    [DEM]: { type: 'raster-dem', tiles: [tiles.heights], encoding: 'terrarium', tileSize: TILE_PX, maxzoom: relief.max_zoom, bounds },
    ...(tiles.contours ? { [CONTOURS]: { type: 'vector', tiles: [tiles.contours], minzoom: CONTOURS_FROM, maxzoom: 15, bounds } } : {}),
  }
}

export function reliefShade(palette: Palette): LayerSpecification {
  return {
    id: 'relief-shade',
    type: 'hillshade',
    source: DEM,
    paint: {
      'hillshade-shadow-color': palette.shade,
      'hillshade-highlight-color': palette.light,
      'hillshade-accent-color': palette.shade,
      'hillshade-exaggeration': ['interpolate', ['linear'], ['zoom'], 7, 0.26, 10, 0.36, 13, 0.22],
    },
  }
}

export function reliefLines(palette: Palette): LayerSpecification[] {
  const common = { source: CONTOURS, 'source-layer': 'contours', minzoom: CONTOURS_FROM }
  return [
    {
      ...common,
      id: 'relief-contour',
      type: 'line',
      paint: { 'line-color': palette.contour, 'line-opacity': 0.55, 'line-width': ['match', ['get', 'level'], 1, 1, 0.5] },
    },
    {
      ...common,
      id: 'relief-height',
      type: 'symbol',
      minzoom: 12,
      filter: ['==', ['get', 'level'], 1],
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 420,
        'text-field': ['to-string', ['get', 'ele']],
        'text-font': regular,
        'text-size': 10,
      },
      paint: { 'text-color': palette.contour, 'text-halo-color': palette.inside, 'text-halo-width': 1.2 },
    },
  ]
}
