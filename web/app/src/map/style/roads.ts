// Roads: width by class, colour by surface, a casing in the class's colour for the
// great ones. What is not hardened is dashed, what is not there yet is faint.

import type { DataDrivenPropertyValueSpecification, ExpressionSpecification, FilterSpecification, LineLayerSpecification } from 'maplibre-gl'
import type { Choice, Field, Layer } from '../../api/layers'
import { fieldOf } from '../../api/layers'
import type { Palette } from './palette'

type LineWidth = DataDrivenPropertyValueSpecification<number>

/** Surfaces that count as hardened where the road exists. */
const hardSurfaces = ['沥青', '水泥']

/** Dashes in line widths. */
export const roughDash = [2.2, 1.4]
export const plannedDash = [0.8, 1.6]
export const plannedOpacity = 0.45
export const cableway = { value: 'cableway', dash: [0.7, 1.1], width: 2.4 }

// Widths in pixels of the greatest class at a zoom; of the others, a share of it.
const widthStops: [zoom: number, px: number][] = [
  [6, 0.9],
  [8, 1.5],
  [10, 3],
  [12, 4.6],
  [15, 10],
]
const shares = [1, 0.84, 0.68, 0.54, 0.44, 0.44]
// Seen from far, roads stay behind the villages.
const calm: ExpressionSpecification = ['interpolate', ['linear'], ['zoom'], 8, 0.65, 10.5, 1]

const hardenedOnly: FilterSpecification = ['all', ['in', ['get', 'surface'], ['literal', hardSurfaces]], exists()]
const isCableway: ExpressionSpecification = ['==', ['get', 'kind'], 'cableway']
const roughOnly: FilterSpecification = [
  'all',
  ['!', ['in', ['get', 'surface'], ['literal', hardSurfaces]]],
  ['!', isCableway],
  exists(),
]
const cablewayOnly: FilterSpecification = ['all', isCableway, exists()]
const plannedOnly: FilterSpecification = ['!', exists()]

function exists(): ExpressionSpecification {
  return ['==', ['coalesce', ['get', 'status'], 'existing'], 'existing']
}

export function isHardSurface(choice: Choice): boolean {
  return hardSurfaces.includes(choice.value)
}

export function roadLayers(layer: Layer, source: string, palette: Palette, visible: boolean): LineLayerSpecification[] {
  const classes = fieldOf(layer, 'class')
  const surfaces = fieldOf(layer, 'surface')
  const rank = rankOf(classes)
  const color = byChoice(surfaces, layer.color)
  const base = {
    type: 'line' as const,
    source,
    'source-layer': layer.id,
    minzoom: layer.min_zoom,
  }
  const layout = { 'line-join': 'round' as const, visibility: visible ? ('visible' as const) : ('none' as const) }
  const shown = (which: FilterSpecification): FilterSpecification => ['all', which, inZoom(rank)] as FilterSpecification
  return [
    {
      ...base,
      id: `${layer.id}:planned`,
      filter: shown(plannedOnly),
      layout,
      paint: {
        'line-color': color,
        'line-width': widths(rank, 0.8),
        'line-opacity': plannedOpacity,
        'line-dasharray': plannedDash,
      },
    },
    {
      ...base,
      id: `${layer.id}:casing`,
      filter: shown(['any', hardenedOnly, roughOnly] as FilterSpecification),
      layout: { ...layout, 'line-cap': 'round' },
      paint: { 'line-color': palette.casing, 'line-width': widths(rank, 1, 1.6), 'line-opacity': 0.9 },
    },
    {
      ...base,
      id: `${layer.id}:rough`,
      filter: shown(roughOnly),
      layout,
      paint: { 'line-color': color, 'line-width': widths(rank, 0.9), 'line-dasharray': roughDash },
    },
    {
      ...base,
      id: `${layer.id}:cableway`,
      filter: shown(cablewayOnly),
      layout,
      paint: { 'line-color': palette.text, 'line-width': cableway.width, 'line-dasharray': cableway.dash },
    },
    {
      ...base,
      id: `${layer.id}:class`,
      filter: shown(['all', hardenedOnly, ['<=', rank, 2]] as FilterSpecification),
      layout: { ...layout, 'line-cap': 'round' },
      paint: { 'line-color': byChoice(classes, layer.color), 'line-width': widths(rank, 1), 'line-opacity': calm },
    },
    {
      ...base,
      id: `${layer.id}:hardened`,
      filter: shown(['all', hardenedOnly, ['>', rank, 2]] as FilterSpecification),
      layout: { ...layout, 'line-cap': 'round' },
      paint: { 'line-color': color, 'line-width': widths(rank, 1), 'line-opacity': calm },
    },
  ]
}

// The classes stand in the catalogue from the greatest to the least.
function rankOf(classes: Field | undefined): ExpressionSpecification {
  const ranks = (classes?.values ?? []).flatMap((c, i) => [c.value, i])
  if (!ranks.length) return ['literal', 0] as unknown as ExpressionSpecification
  return ['match', ['coalesce', ['get', 'class'], ''], ...ranks, 5] as unknown as ExpressionSpecification
}

// Lesser roads come in as there is room for them.
function inZoom(rank: ExpressionSpecification): ExpressionSpecification {
  return ['<=', rank, ['step', ['zoom'], 1, 8, 2, 9, 3, 10, 9]]
}

function widths(rank: ExpressionSpecification, factor: number, extra = 0): LineWidth {
  const share = ['match', rank, ...shares.flatMap((s, i) => [i, s]), shares.at(-1)]
  const stops = widthStops.flatMap(([zoom, px]) => [zoom, ['+', ['*', share, px * factor], extra]])
  return ['interpolate', ['exponential', 1.5], ['zoom'], ...stops] as unknown as LineWidth
}

function byChoice(field: Field | undefined, fallback: string): ExpressionSpecification | string {
  const pairs = (field?.values ?? []).flatMap((c) => (c.color ? [c.value, c.color] : []))
  if (!field || !pairs.length) return fallback
  return ['match', ['get', field.id], ...pairs, fallback] as unknown as ExpressionSpecification
}
