// The whole map style as a function of the catalogue and of what the user has
// chosen. The map is given a new one at every choice and applies the difference.

import type { FeatureCollection } from 'geojson'
import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl'
import type { Bounds, Catalog, GeometryKind, Layer } from '../../api/layers'
import { levelLayer, mapped, outlinesOf } from '../../api/layers'
import { arranged, faded } from './arrange'
import type { Arrangement } from './arrange'
import { basemapLayer, basemapSource } from './basemap'
import type { Basemap } from './basemap'
import { TOWNS } from './choropleth'
import type { Choropleth } from './choropleth'
import { COUNTY_NAMES, labelsOf } from './labels'
import { layersOf } from './layers'
import type { Overlay } from './overlay'
import type { Drawing } from './layers'
import type { Palette } from './palette'
import { RELIEF, reliefLines, reliefShade, reliefSources } from './relief'
import type { Theme } from './theme'
import type { ReliefTiles } from './relief'

export interface View {
  palette: Palette
  /** Ids of the layers switched on. */
  layers: readonly string[]
  theme: Theme | undefined
  /** Keys of the theme's classes that are switched off. */
  hidden: readonly string[]
  /** The code of the county or town that villages are narrowed to. */
  area?: string | undefined
  /** Colours of counties, by code. */
  tint?: ReadonlyMap<string, string> | undefined
  choropleth?: Choropleth | undefined
  arrangement?: Arrangement | undefined
}

/** What a style shows beside the catalogue's tiles. */
export interface StyleData {
  countyNames: FeatureCollection
  selected: FeatureCollection
  overlays?: readonly Overlay[]
  relief?: ReliefTiles | undefined
  basemap?: Basemap | undefined
}

/** Ground that hardly changes travels in one tile, everything else in its own, so that a change re-fetches little. */
export const GROUND = 'ground'
export const SELECTED = 'selected'

// Up to so many villages every tile holds them all, so that the map and its counts
// are exact at any zoom; more are thinned and clustered as the catalogue declares.
const WHOLE_UP_TO = 5000

/** Whether tiles hold all features of a layer at every zoom. */
export function isWhole(layer: Layer): boolean {
  return layer.level === 'village' && layer.count <= WHOLE_UP_TO
}

export const empty: FeatureCollection = { type: 'FeatureCollection', features: [] }

export function sourceOf(layer: Layer): string {
  return layer.draw?.ground ? GROUND : layer.id
}

/** The source in which places are drawn by their outlines, where there are some. */
export function outlineSource(catalog: Catalog, layer: Layer): string | undefined {
  return outlinesOf(catalog, layer.id) && `${layer.id}-outlines`
}

/** All sources that hold something of a layer. */
export function sourcesOf(catalog: Catalog, layer: Layer): string[] {
  const places = catalog.layers.filter((l) => l.id === layer.id || l.id === layer.outlines)
  return [sourceOf(layer), ...places.map((l) => `${l.id}-outlines`)]
}

/** The address of tiles of layers: all of them, whole, or by outlines. */
export type TileUrl = (layers: string, which: { whole: boolean; outlined?: boolean }) => string

export function defaultLayers(catalog: Catalog): string[] {
  const layers = mapped(catalog).filter((l) => !l.draw?.off)
  return [...layers.map((l) => l.id), ...(catalog.relief ? [RELIEF] : [])]
}

export function buildStyle(
  catalog: Catalog,
  view: View,
  tileUrl: TileUrl,
  data: StyleData,
): StyleSpecification {
  const shown = pileUp(mapped(catalog))
  const overlays = data.overlays ?? []
  const over = overlays.flatMap((o) => o.layers)
  const drawing = (layer: Layer): Drawing => ({
    palette: view.palette,
    source: sourceOf(layer),
    visible: view.layers.includes(layer.id),
    theme: view.theme,
    hidden: view.hidden,
    area: view.area,
    tint: view.tint,
    choropleth: shown.some((l) => l.level === 'village' && view.layers.includes(l.id)) ? view.choropleth : undefined,
    clustered: !isWhole(layer) && layer.draw?.cluster !== undefined,
    outlines: outlineSource(catalog, layer),
    townOutlines: towns && outlineSource(catalog, towns),
    places: placesOf(layer),
  })
  const towns = levelLayer(catalog, 'town')
  // Towns stand for villages from afar, so they are there where villages are.
  const placesOf = (layer: Layer): Drawing['places'] => {
    const places = shown.find((l) => l.id === layer.outlines)
    if (!places) return undefined
    const own = drawing(places)
    return { layer: places, drawing: places.level === 'town' ? { ...own, visible: own.choropleth !== undefined } : own }
  }
  const relief = catalog.relief && view.layers.includes(RELIEF) ? data.relief : undefined
  const basemap = data.basemap?.on ? data.basemap : undefined
  const arrangement = view.arrangement ?? usual
  const drawn = faded(shown.flatMap((l) => layersOf(l, drawing(l))), arrangement).filter((l) => !basemap || !isLand(l))
  const labels = faded(byWeight(shown).flatMap((l) => labelsOf(l, drawing(l))), arrangement)
  // Lines of overlays lie under the points, so that no way hides where it leads; where the user
  // has put the layers in an order, that is how they lie.
  const above: LayerSpecification[] = arrangement.order.length ? [] : drawn.filter(isPoint)
  const below = drawn.filter((l) => !isLand(l) && !above.includes(l))
  return {
    version: 8,
    name: 'Cuntu',
    sources: {
      ...(basemap ? basemapSource(basemap) : {}),
      ...(catalog.relief && relief ? reliefSources(catalog.relief, relief) : {}),
      ...tileSources(shown, catalog.bounds ?? undefined, tileUrl),
      ...outlineSources(catalog, shown, tileUrl),
      [COUNTY_NAMES]: { type: 'geojson', data: data.countyNames },
      ...(view.choropleth ? { [TOWNS]: { type: 'geojson', data: view.choropleth.towns } } : {}),
      [SELECTED]: { type: 'geojson', data: data.selected },
      ...Object.fromEntries(overlays.flatMap((o) => Object.entries(o.sources).map(([id, data]) => [id, { type: 'geojson', data }]))),
    },
    layers: [
      { id: 'outside', type: 'background', paint: { 'background-color': view.palette.outside } },
      ...(basemap ? [basemapLayer] : []),
      ...drawn.filter(isLand),
      ...(relief ? [reliefShade(view.palette), ...(relief.contours ? reliefLines(view.palette) : [])] : []),
      ...(arrangement.order.length ? arranged(below, arrangement) : below),
      ...selectedUnder(view.palette),
      ...over.filter((l) => !isPoint(l)),
      ...above,
      ...over.filter(isPoint),
      ...selectedRing(view.palette),
      ...labels,
    ],
    transition: { duration: 150, delay: 0 },
  }
}

const usual: Arrangement = { order: [], opacity: {} }
const isPoint = (l: LayerSpecification) => l.type === 'symbol' || l.type === 'circle'
const isLand = (l: LayerSpecification) => l.id.endsWith(':land')

// Of two names that collide the later one stays: a county's before any other.
function byWeight(pile: Layer[]): Layer[] {
  return [...pile.filter((l) => l.level !== 'county'), ...pile.filter((l) => l.level === 'county')]
}

/** Heights of layers that declare none. */
const usualOrder: Record<GeometryKind, number> = { polygon: 25, line: 55, point: 115 }

/** The layers in the order in which they lie if nobody changes it, from the ground up. */
export function pileUp(layers: Layer[]): Layer[] {
  const height = (l: Layer) => l.draw?.order ?? usualOrder[l.geometry[0] ?? 'point']
  return [...layers].sort((a, b) => height(a) - height(b))
}

function tileSources(
  layers: Layer[],
  bounds: Bounds | undefined,
  tileUrl: TileUrl,
): Record<string, SourceSpecification> {
  const bySource = new Map<string, Layer[]>()
  for (const l of layers) bySource.set(sourceOf(l), [...(bySource.get(sourceOf(l)) ?? []), l])
  return Object.fromEntries(
    [...bySource].map(([id, members]) => [
      id,
      {
        type: 'vector',
        encoding: 'mlt',
        tiles: [tileUrl(members.map((m) => m.id).join(','), { whole: members.every(isWhole) })],
        minzoom: Math.min(...members.map((m) => m.min_zoom)),
        maxzoom: Math.max(...members.map((m) => m.max_zoom)),
        ...(bounds ? { bounds: roomy(bounds) } : {}),
      } satisfies SourceSpecification,
    ]),
  )
}

function outlineSources(catalog: Catalog, layers: Layer[], tileUrl: TileUrl): Record<string, SourceSpecification> {
  return Object.fromEntries(
    layers.flatMap((places) => {
      const outlines = outlinesOf(catalog, places.id)
      const id = outlineSource(catalog, places)
      if (!outlines || !id) return []
      const source: SourceSpecification = {
        type: 'vector',
        encoding: 'mlt',
        tiles: [tileUrl(places.id, { whole: false, outlined: true })],
        minzoom: outlines.min_zoom,
        maxzoom: outlines.max_zoom,
        ...(catalog.bounds ? { bounds: roomy(catalog.bounds) } : {}),
      }
      return [[id, source]]
    }),
  )
}

// Room for what an edit may add beyond today's outermost features.
function roomy([w, s, e, n]: Bounds): Bounds {
  const margin = 0.5
  return [Math.max(w - margin, -180), Math.max(s - margin, -85), Math.min(e + margin, 180), Math.min(n + margin, 85)]
}

function selectedUnder(palette: Palette): LayerSpecification[] {
  return [
    {
      id: 'selected-area',
      type: 'fill',
      source: SELECTED,
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': palette.selected, 'fill-opacity': 0.06 },
    },
    {
      id: 'selected-line',
      type: 'line',
      source: SELECTED,
      filter: ['!=', ['geometry-type'], 'Point'],
      layout: { 'line-join': 'round', 'line-cap': 'round' },
      paint: { 'line-color': palette.selected, 'line-width': 3, 'line-opacity': 0.9 },
    },
  ]
}

function selectedRing(palette: Palette): LayerSpecification[] {
  return [
    {
      id: 'selected-point',
      type: 'circle',
      source: SELECTED,
      filter: ['==', ['geometry-type'], 'Point'],
      paint: {
        'circle-color': palette.selected,
        'circle-opacity': 0.12,
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 7, 9, 14, 18],
        'circle-stroke-color': palette.selected,
        'circle-stroke-width': 2.5,
      },
    },
  ]
}
