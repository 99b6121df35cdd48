// One layer of the catalogue → the map layers that draw it, by its geometry.
// Ids are "<layer>:<part>", so that a click finds its way back to the catalogue.

import type {
  CircleLayerSpecification,
  ExpressionSpecification,
  FillLayerSpecification,
  FilterSpecification,
  LayerSpecification,
  LineLayerSpecification,
  SymbolLayerSpecification,
} from 'maplibre-gl'
import type { Layer } from '../../api/layers'
import { countyFill, notOutlined, outlined, townCircles, townFill, villageFillOpacity, villageShow } from './choropleth'
import type { Choropleth, Drawn } from './choropleth'
import { hatchName, imageName, lookOf } from './symbols'
import type { Look } from './symbols'
import { colouring } from './symbols'
import { medium } from './fonts'
import type { Palette } from './palette'
import type { Theme } from './theme'
import { lineLayer } from './lines'
import { wayLayers } from './ways'
import { byClass } from './theme'
import { zoomed } from './zoomed'

export interface Drawing {
  palette: Palette
  source: string
  visible: boolean
  theme?: Theme | undefined
  hidden: readonly string[]
  /** The code of the county or town that is looked at; others are left out or pale. */
  area?: string | undefined
  /** Colours of counties, by code, while the map shows all of them. */
  tint?: ReadonlyMap<string, string> | undefined
  /** Tiles of small zooms hold counts instead of points. */
  clustered?: boolean
  /** What villages are drawn as from afar. */
  choropleth?: Choropleth | undefined
  /** The source in which the layer's places have their outlines, where there are some. */
  outlines?: string | undefined
  /** Of outlines: the layer of the places, and how that is drawn. */
  places?: { layer: Layer; drawing: Drawing } | undefined
  /** The source of the towns' outlines. */
  townOutlines?: string | undefined
}

export function layersOf(layer: Layer, d: Drawing): LayerSpecification[] {
  if (layer.level === 'county') return countyLayers(layer, d)
  if (layer.draw?.ways) return wayLayers(layer, layer.draw.ways, d.source, d.palette, d.visible)
  if (layer.level === 'village' && d.theme) return villages(layer, d.theme, d)
  const parts: LayerSpecification[] = d.places ? filled(layer, d.places.layer, d.places.drawing) : []
  for (const kind of [...layer.geometry].reverse()) {
    if (kind === 'polygon') parts.push(...areas(layer, d))
    if (kind === 'line') parts.push(lines(layer, d))
    if (kind === 'point') parts.push(layer.draw?.symbol === 'speck' ? specks(layer, d) : icons(layer, d))
  }
  return parts
}

// Counts give way to towns and counties where there are such, and points to outlines.
function villages(layer: Layer, theme: Theme, d: Drawing): LayerSpecification[] {
  const show = villageShow(d.choropleth)
  const points = themedPoints(layer, theme, show ? d : { ...d, visible: false })
  const { minzoom, opacity } = show ?? { minzoom: 0, opacity: 1 }
  if (minzoom) points.minzoom = Math.max(points.minzoom ?? 0, minzoom)
  if (opacity !== 1) points.paint = { ...points.paint, 'circle-opacity': opacity, 'circle-stroke-opacity': opacity }
  return [
    ...(d.visible ? townCircles(d.choropleth, d.palette, d.townOutlines) : []),
    ...(d.clustered && !d.choropleth && !d.outlines ? clusters(layer, d) : []),
    points,
  ]
}

/** Places by the theme, in the shapes of their outlines; they lie where the outlines do, low in the pile. */
function filled(outlines: Layer, places: Layer, d: Drawing): LayerSpecification[] {
  if (!d.outlines || !d.visible) return []
  if (places.level === 'town') return townFill(outlines.id, d.outlines, d.choropleth, d.palette)
  const show = villageShow(d.choropleth)
  return places.level === 'village' && d.theme && show ? villageFill(outlines, places, d.theme, d, show) : []
}

function villageFill(
  outlines: Layer,
  villages: Layer,
  theme: Theme,
  d: Drawing,
  { minzoom, opacity, from }: NonNullable<ReturnType<typeof villageShow>>,
): LayerSpecification[] {
  const common = {
    source: d.outlines as string,
    'source-layer': villages.id,
    minzoom: Math.max(outlines.min_zoom, minzoom),
    filter: ['all', outlined, shownOf(theme, d), inArea(d)] as unknown as FilterSpecification,
    metadata: { layer: villages.id } satisfies Drawn,
  }
  const strength = (o: number) => byClass(theme, (c) => (c.quiet ? o * 0.5 : o)) as ExpressionSpecification | number
  return [
    {
      ...common,
      id: `${outlines.id}:classes`,
      type: 'fill',
      paint: {
        'fill-color': byClass(theme, (c) => c.color) as ExpressionSpecification,
        'fill-opacity': villageFillOpacity(from, strength),
        'fill-antialias': false,
      },
    },
    {
      ...common,
      id: `${outlines.id}:classes-edge`,
      type: 'line',
      layout: { 'line-join': 'round' },
      paint: { 'line-color': d.palette.halo, 'line-width': zoomed([7, 0.25], [9, 0.6], [13, 1.4]), 'line-opacity': opacity },
    },
  ]
}

function shownOf(theme: Theme, d: Drawing): FilterSpecification {
  if (!d.hidden.length) return ['literal', true]
  return ['in', byClass(theme, (c) => c.key), ['literal', keysShown(theme, d.hidden)]] as unknown as FilterSpecification
}

/** The zoom from which a layer is drawn. */
export function shownFrom(layer: Layer): number {
  return Math.max(layer.min_zoom, layer.draw?.from ?? 0)
}

/** The id of the catalogue's layer that a map layer draws; undefined for the ground. */
export function catalogueId(mapLayer: string): string | undefined {
  const at = mapLayer.indexOf(':')
  return at > 0 ? mapLayer.slice(0, at) : undefined
}

function common(layer: Layer, d: Drawing, part: string) {
  return { id: `${layer.id}:${part}`, source: d.source, 'source-layer': layer.id, minzoom: shownFrom(layer) }
}

function visibility(d: Drawing): 'visible' | 'none' {
  return d.visible ? 'visible' : 'none'
}

const geometryIs = (kind: 'Point' | 'Polygon' | 'LineString'): FilterSpecification => ['==', ['geometry-type'], kind]

// The land is tinted whether or not the outlines are on.
function countyLayers(layer: Layer, d: Drawing): LayerSpecification[] {
  const outline = (part: string, paint: LineLayerSpecification['paint']): LineLayerSpecification => ({
    ...common(layer, d, part),
    type: 'line',
    layout: { 'line-join': 'round', visibility: visibility(d) },
    paint,
  })
  return [
    { ...common(layer, d, 'land'), type: 'fill', paint: { 'fill-color': land(d), 'fill-antialias': false } },
    ...tint(layer, d),
    ...countyFill(layer.id, d.source, d.choropleth),
    outline('glow', { 'line-color': d.palette.countyGlow, 'line-width': zoomed([6, 3], [9, 6], [13, 12]), 'line-opacity': 0.6 }),
    outline('outline', { 'line-color': layer.color, 'line-width': zoomed([6, 0.7], [9, 1.1], [13, 1.8]), 'line-opacity': 0.8 }),
  ]
}

/** Counties by colour where they are seen whole, which gives way to what is in them further in. */
function tint(layer: Layer, d: Drawing): FillLayerSpecification[] {
  if (!d.tint?.size) return []
  const colour = ['match', ['get', 'code'], ...[...d.tint].flat(), 'transparent'] as unknown as ExpressionSpecification
  return [
    {
      ...common(layer, d, 'tint'),
      type: 'fill',
      maxzoom: 11,
      paint: { 'fill-color': colour, 'fill-opacity': zoomed([7.5, 0.34], [9, 0.26], [11, 0]), 'fill-antialias': false },
    },
  ]
}

function land(d: Drawing): ExpressionSpecification | string {
  if (!d.area) return d.palette.inside
  return ['case', ['==', ['get', 'code'], d.area.slice(0, 6)], d.palette.inside, d.palette.aside]
}

/** Whether a feature with a division code lies in the area that is looked at. */
function inArea(d: Drawing): FilterSpecification {
  return d.area ? ['==', ['slice', ['get', 'code'], 0, d.area.length], d.area] : ['literal', true]
}

function areas(layer: Layer, d: Drawing): (FillLayerSpecification | LineLayerSpecification)[] {
  const filter = layer.geometry.length > 1 ? { filter: geometryIs('Polygon') } : {}
  const fillPattern = layer.draw?.hatched ? { 'fill-pattern': byColour(layer, hatchName) } : {}
  return [
    {
      ...common(layer, d, 'area'),
      ...filter,
      type: 'fill',
      layout: { visibility: visibility(d) },
      paint: { 'fill-color': byColour(layer, (c) => c), 'fill-opacity': layer.draw?.hatched ? 0.75 : 0.22, ...fillPattern },
    },
    {
      ...common(layer, d, 'edge'),
      ...filter,
      type: 'line',
      layout: { visibility: visibility(d), 'line-join': 'round' },
      paint: { 'line-color': byColour(layer, (c) => c), 'line-width': zoomed([8, 0.6], [14, 1.6]), 'line-opacity': 0.8 },
    },
  ]
}

function lines(layer: Layer, d: Drawing): LineLayerSpecification {
  return lineLayer(layer, { ...common(layer, d, 'line'), type: 'line' }, byColour(layer, (c) => c), d.visible)
}

function themedPoints(layer: Layer, theme: Theme, d: Drawing): CircleLayerSpecification {
  const size = (px: number) => byClass(theme, (c) => (c.quiet ? px * 0.62 : px)) as ExpressionSpecification
  const kinds = d.outlines ? [notOutlined] : d.clustered ? [['!', isCluster]] : []
  const filter = ['all', ...kinds, shownOf(theme, d), inArea(d)] as unknown as FilterSpecification
  return {
    ...common(layer, d, 'point'),
    ...(d.outlines ? { source: d.outlines } : {}),
    type: 'circle',
    filter,
    layout: { visibility: visibility(d), 'circle-sort-key': byClass(theme, (c) => (c.quiet ? 0 : 1)) as ExpressionSpecification },
    paint: {
      'circle-color': byClass(theme, (c) => c.color) as ExpressionSpecification,
      'circle-radius': ['interpolate', ['exponential', 1.35], ['zoom'], 7, size(2.4), 9, size(4.2), 11, size(6), 14, size(10)],
      'circle-stroke-color': d.palette.halo,
      'circle-stroke-width': zoomed([7, 0.5], [9, 0.9], [13, 1.8]),
    },
  }
}

const isCluster: ExpressionSpecification = ['has', 'count']

function clusters(layer: Layer, d: Drawing): LayerSpecification[] {
  const base = common(layer, d, 'cluster')
  return [
    {
      ...base,
      type: 'circle',
      filter: isCluster,
      layout: { visibility: visibility(d) },
      paint: {
        'circle-color': layer.color,
        'circle-opacity': 0.85,
        'circle-radius': ['interpolate', ['linear'], ['sqrt', ['get', 'count']], 1, 5, 60, 26],
        'circle-stroke-color': d.palette.halo,
        'circle-stroke-width': 1.5,
      },
    },
    {
      ...base,
      id: `${layer.id}:cluster-count`,
      type: 'symbol',
      filter: isCluster,
      layout: {
        visibility: visibility(d),
        'text-field': ['to-string', ['get', 'count']],
        'text-font': medium,
        'text-size': 12,
        'text-allow-overlap': true,
      },
      paint: { 'text-color': d.palette.halo },
    },
  ]
}

function keysShown(theme: Theme, hidden: readonly string[]): string[] {
  return theme.classes.map((c) => c.key).filter((key) => !hidden.includes(key))
}

function specks(layer: Layer, d: Drawing): CircleLayerSpecification {
  return {
    ...common(layer, d, 'point'),
    type: 'circle',
    layout: { visibility: visibility(d) },
    paint: {
      'circle-color': byColour(layer, (c) => c),
      'circle-radius': zoomed([10, 1.6], [14, 3.6]),
      'circle-stroke-color': d.palette.halo,
      'circle-stroke-width': 0.8,
    },
  }
}

function icons(layer: Layer, d: Drawing): SymbolLayerSpecification {
  const great = layer.draw?.great
  const greatFirst = great && (['>=', ['zoom'], ['case', ['==', ['get', great.field], great.value], 0, great.rest]] as FilterSpecification)
  const filter = greatFirst ?? (layer.geometry.length > 1 ? geometryIs('Point') : undefined)
  return {
    ...common(layer, d, 'point'),
    ...(filter ? { filter } : {}),
    type: 'symbol',
    layout: {
      visibility: visibility(d),
      'icon-image': byLook(layer),
      'icon-size': zoomed([7.5, 0.42], [9, 0.6], [11, 0.78], [14, 1]),
      'icon-allow-overlap': true,
      'icon-ignore-placement': true,
    },
  }
}

function byLook(layer: Layer): ExpressionSpecification | string {
  const name = (look: Look) => (look.kind === 'icon' ? imageName(look) : '')
  const plain = name(lookOf({ ...layer, geometry: ['point'] }))
  const by = colouring(layer)
  if (!by) return plain
  const point = { ...layer, geometry: ['point' as const] }
  const pairs = by.choices.flatMap((c) => [c.value, name(lookOf(point, c))])
  return ['match', ['get', by.field.id], ...pairs, plain] as unknown as ExpressionSpecification
}

function byColour(layer: Layer, pick: (color: string) => string): ExpressionSpecification | string {
  const by = colouring(layer)
  if (!by) return pick(layer.color)
  const pairs = by.choices.flatMap((c) => [c.value, pick(c.color ?? layer.color)])
  return ['match', ['get', by.field.id], ...pairs, pick(layer.color)] as unknown as ExpressionSpecification
}
