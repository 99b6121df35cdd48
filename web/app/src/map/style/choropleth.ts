// Villages seen from afar: counties filled, and towns filled or as circles where they have no
// outlines, by the headline of the theme, which turn into the villages themselves further in.

import type { FeatureCollection } from 'geojson'
import type {
  CircleLayerSpecification,
  ExpressionSpecification,
  FillLayerSpecification,
  FilterSpecification,
  LineLayerSpecification,
} from 'maplibre-gl'
import type { Level } from '../../api/layers'
import type { Headline } from './theme'
import type { Palette } from './palette'
import { zoomed } from './zoomed'

/** The source of one point a town; tiles of small zooms do not hold all towns. */
export const TOWNS = 'towns-by-theme'

export interface Choropleth {
  /** Which one is asked for at all zooms; undefined turns one into the other. */
  pinned: Level | undefined
  /** The zooms at which towns take over from counties, and villages from towns. */
  turns: readonly [toTowns: number, toVillages: number]
  /** The layer of towns, which the circles stand for. */
  townLayer: string
  /** Colours of counties by code, and what to write beside their names. */
  counties: ReadonlyMap<string, { color: string; text: string }>
  /** Points with code, name, people, color and text. */
  towns: FeatureCollection
  /** Colours of towns by code, and what to say of them. */
  townLooks: ReadonlyMap<string, { color: string; text: string }>
}

/** The legend of counties or towns. */
export interface AreaLegend {
  bounds: number[]
  /** How many areas are in each class of the ramp. */
  ranks: number[]
  unknown: number
}

export interface AreaMap extends Choropleth {
  /** What is seen at the map's zoom. */
  level: Level
  /** None where the theme has no number for an area. */
  headline: Headline | undefined
  legend: AreaLegend | undefined
  /** Villages by class of the theme, wherever they are. */
  classes: Map<string, number> | undefined
}

/** Zooms over which one fades into the other, half on either side. */
const FADE = 0.5

export function levelAt(c: Pick<Choropleth, 'pinned' | 'turns'>, zoom: number): Level {
  return c.pinned ?? (zoom < c.turns[0] ? 'county' : zoom < c.turns[1] ? 'town' : 'village')
}

/** The turns of a map: where all villages are in every tile they take over before a prefecture fits a phone. */
export function turnsOf(whole: boolean): readonly [number, number] {
  return whole ? [5.8, 6.4] : [7.5, 9.5]
}

/** An opacity that rises at a zoom, falls at another, or both. */
function between(from: number | undefined, to: number | undefined, opacity: number): ExpressionSpecification | number {
  const stops: [number, number][] = []
  if (from !== undefined) stops.push([from - FADE / 2, 0], [from + FADE / 2, opacity])
  if (to !== undefined) stops.push([to - FADE / 2, opacity], [to + FADE / 2, 0])
  return stops.length ? zoomed(...stops) : opacity
}

function range(
  c: Choropleth,
  level: Level,
): { minzoom: number; maxzoom: number; opacity: (o: number) => ExpressionSpecification | number } | undefined {
  if (c.pinned) return c.pinned === level ? { minzoom: 0, maxzoom: 24, opacity: (o) => o } : undefined
  const [a, b] = c.turns
  const [from, to] = { county: [undefined, a], town: [a, b], village: [b, undefined] }[level] as [number | undefined, number | undefined]
  return {
    minzoom: from === undefined ? 0 : from - FADE / 2,
    maxzoom: to === undefined ? 24 : to + FADE / 2,
    opacity: (o) => between(from, to, o),
  }
}

export function countyFill(layer: string, source: string, c: Choropleth | undefined): FillLayerSpecification[] {
  const at = c && range(c, 'county')
  if (!c?.counties.size || !at) return []
  const colour = ['match', ['get', 'code'], ...[...c.counties].flatMap(([code, { color }]) => [code, color]), 'transparent']
  return [
    {
      id: `${layer}:theme`,
      source,
      'source-layer': layer,
      type: 'fill',
      minzoom: at.minzoom,
      maxzoom: at.maxzoom,
      paint: { 'fill-color': colour as unknown as ExpressionSpecification, 'fill-opacity': at.opacity(0.82), 'fill-antialias': false },
    },
  ]
}

/** The name of a county, with its number while counties are filled. */
export function countyText(c: Choropleth | undefined): ExpressionSpecification {
  const name: ExpressionSpecification = ['get', 'name']
  if (!c?.counties.size || (c.pinned && c.pinned !== 'county')) return name
  const text = ['match', ['get', 'code'], ...[...c.counties].flatMap(([code, { text }]) => [code, `\n${text}`]), '']
  const both = ['format', name, {}, text, { 'font-scale': 0.85 }] as unknown as ExpressionSpecification
  return c.pinned ? both : (['step', ['zoom'], both, c.turns[0], name] as unknown as ExpressionSpecification)
}

/** The features of a source that have an outline, or have none. */
export const outlined: FilterSpecification = ['==', ['geometry-type'], 'Polygon']
export const notOutlined: FilterSpecification = ['==', ['geometry-type'], 'Point']

/** What map layers draw whose id does not say it: features of another layer, by their outlines. */
export interface Drawn {
  layer: string
}

const townColours = (c: Choropleth) =>
  ['match', ['get', 'code'], ...[...c.townLooks].flatMap(([code, { color }]) => [code, color]), 'transparent'] as unknown as ExpressionSpecification

/** Towns filled, as far as they have an outline. */
export function townFill(outlines: string, source: string, c: Choropleth | undefined, palette: Palette): (FillLayerSpecification | LineLayerSpecification)[] {
  const at = c && range(c, 'town')
  if (!c?.townLooks.size || !at) return []
  const { minzoom, maxzoom } = at
  const common = { source, 'source-layer': c.townLayer, minzoom, maxzoom, filter: outlined, metadata: { layer: c.townLayer } satisfies Drawn }
  return [
    {
      ...common,
      id: `${outlines}:theme`,
      type: 'fill',
      paint: { 'fill-color': townColours(c), 'fill-opacity': at.opacity(0.82), 'fill-antialias': false },
    },
    {
      ...common,
      id: `${outlines}:theme-edge`,
      type: 'line',
      layout: { 'line-join': 'round' },
      paint: { 'line-color': palette.halo, 'line-width': zoomed([6, 0.5], [10, 1.2]), 'line-opacity': at.opacity(0.8) },
    },
  ]
}

/** Towns as circles; where the source of their outlines is given, those alone that have none. */
export function townCircles(c: Choropleth | undefined, palette: Palette, outlines?: string): CircleLayerSpecification[] {
  const at = c && range(c, 'town')
  if (!c?.towns.features.length || !at) return []
  const people: ExpressionSpecification = ['number', ['get', outlines ? 'population' : 'people'], 0]
  // The area of a circle is as its people.
  const radius = (px: number): ExpressionSpecification => ['max', 3, ['*', px, ['sqrt', ['/', people, 20000]]]]
  return [
    {
      id: `${c.townLayer}:theme`,
      ...(outlines ? { source: outlines, 'source-layer': c.townLayer, filter: notOutlined } : { source: TOWNS }),
      type: 'circle',
      minzoom: at.minzoom,
      maxzoom: at.maxzoom,
      layout: { 'circle-sort-key': ['-', 0, people] },
      paint: {
        'circle-color': outlines ? townColours(c) : ['get', 'color'],
        'circle-opacity': at.opacity(0.92),
        'circle-radius': ['interpolate', ['exponential', 1.5], ['zoom'], 6, radius(8), 9, radius(20), 12, radius(40)],
        'circle-stroke-color': palette.text,
        'circle-stroke-opacity': at.opacity(0.55),
        'circle-stroke-width': 0.8,
      },
    },
  ]
}

/** How villages show beside it: from which zoom, and how strongly; undefined is not at all. */
export function villageShow(
  c: Choropleth | undefined,
): { minzoom: number; opacity: ExpressionSpecification | number; from: number | undefined } | undefined {
  if (!c) return { minzoom: 0, opacity: 1, from: undefined }
  const at = range(c, 'village')
  return at && { minzoom: at.minzoom, opacity: at.opacity(1), from: c.pinned ? undefined : c.turns[1] }
}

/** How strongly villages are filled: less further in, where roads, relief or photographs under them are looked at. */
export function villageFillOpacity(from: number | undefined, quiet: (o: number) => ExpressionSpecification | number): ExpressionSpecification {
  const stops: [number, ExpressionSpecification | number][] = [[11, quiet(0.72)], [13, quiet(0.42)], [15, quiet(0.25)]]
  const start: [number, ExpressionSpecification | number][] =
    from === undefined ? [[4, quiet(0.8)]] : [[from - FADE / 2, 0], [from + FADE / 2, quiet(0.8)]]
  return ['interpolate', ['linear'], ['zoom'], ...[...start, ...stops].flat()] as unknown as ExpressionSpecification
}
