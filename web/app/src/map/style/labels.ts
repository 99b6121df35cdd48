// The words on the map: county > town > village > the rest, each with a halo.
// The style names no glyphs, so the browser draws every letter from the fonts of
// the machine, Latin and Chinese alike, and no font is fetched from anywhere.

import type { ExpressionSpecification, FilterSpecification, SymbolLayerSpecification } from 'maplibre-gl'
import type { Draw, Layer } from '../../api/layers'
import { fieldOf } from '../../api/layers'
import { countyText } from './choropleth'
import { bold, medium, regular } from './fonts'
import type { Drawing } from './layers'
import { zoomed } from './zoomed'

type Label = NonNullable<Draw['label']>

/** The source of one point a county for its name, which tiles would repeat. */
export const COUNTY_NAMES = 'county-names'

export function labelsOf(layer: Layer, d: Drawing): SymbolLayerSpecification[] {
  if (layer.level === 'county') return [countyNames(layer, d)]
  const label = layer.draw?.label ?? {}
  const field = label.field ?? 'name'
  if (!fieldOf(layer, field)?.tile) return []
  if (layer.geometry[0] === 'line') return [alongLines(layer, label, field, d)]
  if (layer.draw?.great) return greatNames(layer, layer.draw.great, field, d)
  return [pointNames(layer, label, field, d)]
}

function common(layer: Layer, d: Drawing, part: string) {
  return { id: `${layer.id}:${part}`, type: 'symbol' as const, source: d.source, 'source-layer': layer.id }
}

function halo(d: Drawing, color: string, width = 1.4): SymbolLayerSpecification['paint'] {
  return { 'text-color': color, 'text-halo-color': d.palette.halo, 'text-halo-width': width, 'text-halo-blur': 0.3 }
}

function visibility(d: Drawing): 'visible' | 'none' {
  return d.visible ? 'visible' : 'none'
}

function countyNames(layer: Layer, d: Drawing): SymbolLayerSpecification {
  return {
    id: `${layer.id}:name`,
    type: 'symbol',
    source: COUNTY_NAMES,
    maxzoom: 10.5,
    layout: {
      visibility: visibility(d),
      'text-field': countyText(d.choropleth),
      'text-font': bold,
      'text-size': zoomed([6, 12], [8, 16], [10, 22]),
      'text-letter-spacing': 0.25,
      'text-padding': 6,
    },
    paint: { ...halo(d, d.palette.text, 2), 'text-opacity': zoomed([9.5, 0.9], [10.5, 0.25]) },
  }
}

function greatNames(layer: Layer, great: NonNullable<Draw['great']>, field: string, d: Drawing): SymbolLayerSpecification[] {
  const isGreat: ExpressionSpecification = ['==', ['get', great.field], great.value]
  const names = (part: string, first: boolean): SymbolLayerSpecification => ({
    ...common(layer, d, part),
    minzoom: first ? great.label : great.rest,
    filter: first ? isGreat : (['!', isGreat] as ExpressionSpecification),
    layout: {
      visibility: visibility(d),
      'text-field': ['get', field],
      'text-font': first ? bold : medium,
      'text-size': first ? zoomed([8, 12.5], [13, 17]) : zoomed([9, 11.5], [13, 15]),
      'text-variable-anchor': ['left', 'right', 'top', 'bottom'],
      'text-radial-offset': 0.8,
      'text-justify': 'auto',
      'text-padding': 3,
    },
    paint: halo(d, d.palette.text, 1.6),
  })
  return [names('name', false), names('great-name', true)]
}

function pointNames(layer: Layer, { from }: Label, field: string, d: Drawing): SymbolLayerSpecification {
  return {
    ...common(layer, d, 'name'),
    minzoom: Math.max(layer.min_zoom, from ?? 12),
    layout: {
      visibility: visibility(d),
      'text-field': ['get', field],
      'text-font': regular,
      'text-size': zoomed([11, 11], [14, 13]),
      'text-variable-anchor': ['left', 'right', 'top', 'bottom'],
      'text-radial-offset': 0.85,
      'text-justify': 'auto',
      // An area cut by tiles has a name in each piece: room around it leaves one.
      'text-padding': layer.geometry[0] === 'polygon' ? 28 : 4,
      'text-max-width': 9,
    },
    paint: halo(d, layer.geometry[0] === 'polygon' ? layer.color : d.palette.textSoft),
  }
}

// Of lines with a rank the lesser are named when there is room.
function roomFor(rank: string): FilterSpecification {
  return ['<=', ['number', ['get', rank], 9], ['step', ['zoom'], 1, 10, 2, 11.5, 3, 13, 9]]
}

function alongLines(layer: Layer, { from, size, color, dark }: Label, field: string, d: Drawing): SymbolLayerSpecification {
  const rank = layer.draw?.rank
  return {
    ...common(layer, d, 'name'),
    minzoom: Math.max(layer.min_zoom, from ?? 12),
    ...(rank ? { filter: roomFor(rank) } : {}),
    layout: {
      visibility: visibility(d),
      'symbol-placement': 'line',
      'symbol-spacing': 360,
      'text-field': ['coalesce', ['get', field], ''],
      'text-font': regular,
      'text-size': size ?? 11,
      'text-max-angle': 35,
      'text-letter-spacing': 0.06,
      'text-padding': 8,
    },
    paint: halo(d, (d.palette.isDark ? dark : color) ?? d.palette.textSoft),
  }
}
