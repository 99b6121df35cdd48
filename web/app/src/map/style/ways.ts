// Ways, as roads are: width by class, colour by what they are made of, the great ones in the
// class's colour. What is not good, as a road that is not hardened, is dashed, what is not there yet is faint.

import type {
  DataDrivenPropertyValueSpecification,
  ExpressionSpecification,
  FilterSpecification,
  LineLayerSpecification,
} from 'maplibre-gl'
import type { Field, Layer, Ways } from '../../api/layers'
import { fieldOf } from '../../api/layers'
import type { Palette } from './palette'

type LineWidth = DataDrivenPropertyValueSpecification<number>

/** Dashes in line widths. */
export const roughDash = [2.2, 1.4]
export const plannedDash = [0.8, 1.6]
export const plannedOpacity = 0.45
export const apartDash = [0.7, 1.1]
export const apartWidth = 2.4

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

/** Whether what a way is made of is good, as hardened surfaces are. */
export function isGood(field: Field | undefined, value: string): boolean {
  return field?.good?.includes(value) ?? true
}

interface Filters {
  good: FilterSpecification
  rough: FilterSpecification
  apart: FilterSpecification
  planned: FilterSpecification
}

function filtersOf(layer: Layer, ways: Ways): Filters {
  const { status, pending } = layer.works ?? { status: '', pending: [] }
  const planned: ExpressionSpecification = ['in', ['coalesce', ['get', status], ''], ['literal', pending]]
  const is = (...all: unknown[]) => ['all', ...all, ['!', planned]] as FilterSpecification
  const wished = fieldOf(layer, ways.made)?.good
  const good = wished ? ['in', ['get', ways.made], ['literal', wished]] : ['literal', true]
  const apart = ways.apart ? ['==', ['get', ways.apart.field], ways.apart.value] : ['literal', false]
  return { good: is(good), rough: is(['!', good], ['!', apart]), apart: is(apart), planned }
}

export function wayLayers(layer: Layer, ways: Ways, source: string, palette: Palette, visible: boolean): LineLayerSpecification[] {
  const classes = fieldOf(layer, ways.class)
  const rank = rankOf(classes)
  const color = byChoice(fieldOf(layer, ways.made), layer.color)
  const is = filtersOf(layer, ways)
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
      filter: shown(is.planned),
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
      filter: shown(['any', is.good, is.rough] as FilterSpecification),
      layout: { ...layout, 'line-cap': 'round' },
      paint: { 'line-color': palette.casing, 'line-width': widths(rank, 1, 1.6), 'line-opacity': 0.9 },
    },
    {
      ...base,
      id: `${layer.id}:rough`,
      filter: shown(is.rough),
      layout,
      paint: { 'line-color': color, 'line-width': widths(rank, 0.9), 'line-dasharray': roughDash },
    },
    {
      ...base,
      id: `${layer.id}:apart`,
      filter: shown(is.apart),
      layout,
      paint: { 'line-color': palette.text, 'line-width': apartWidth, 'line-dasharray': apartDash },
    },
    {
      ...base,
      id: `${layer.id}:class`,
      filter: shown(['all', is.good, ['<', rank, ways.great]] as FilterSpecification),
      layout: { ...layout, 'line-cap': 'round' },
      paint: { 'line-color': byChoice(classes, layer.color), 'line-width': widths(rank, 1), 'line-opacity': calm },
    },
    {
      ...base,
      id: `${layer.id}:good`,
      filter: shown(['all', is.good, ['>=', rank, ways.great]] as FilterSpecification),
      layout: { ...layout, 'line-cap': 'round' },
      paint: { 'line-color': color, 'line-width': widths(rank, 1), 'line-opacity': calm },
    },
  ]
}

// The classes stand in the catalogue from the greatest to the least.
function rankOf(classes: Field | undefined): ExpressionSpecification {
  const ranks = (classes?.values ?? []).flatMap((c, i) => [c.value, i])
  if (!ranks.length) return ['literal', 0] as unknown as ExpressionSpecification
  return ['match', ['coalesce', ['get', classes?.id ?? ''], ''], ...ranks, 5] as unknown as ExpressionSpecification
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
