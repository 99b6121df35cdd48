// A layer as a file: the path to fetch it from, narrowed as the map is.

import type { FeatureCollection, Geometry } from 'geojson'
import { countyOf } from './areas'
import type { Lang, Layer } from './layers'
import { get } from './server'

/** Systems that can be chosen: of GIS offices and of phones' maps. */
export const exportSystems = ['EPSG:4326', 'EPSG:4490', 'GCJ-02', 'BD-09'] as const
export type ExportSystem = (typeof exportSystems)[number]

export interface Export {
  layer: Layer
  /** The id of one of the catalogue's formats that can be written. */
  format: string
  system: ExportSystem
  lang: Lang
  /** The code of the county or town that everything is narrowed to. */
  area?: string | undefined
  year?: number | undefined
  /** CQL2 text. */
  filter?: string | undefined
}

const has = (layer: Layer, field: string) => layer.fields.some((f) => f.id === field)

/** The parameter that narrows a layer to an area, if it says where its features are. */
export function areaOf(layer: Layer, area: string | undefined): Record<string, string> {
  if (!area) return {}
  const county = countyOf(area)
  if (area !== county && (layer.level === 'town' || has(layer, 'town'))) return { area }
  return layer.level === 'county' || has(layer, 'county') ? { area: county } : {}
}

export function exportPath(e: Export): string {
  const asked = new URLSearchParams({ f: e.format, headings: e.lang, values: 'titles', ...areaOf(e.layer, e.area) })
  if (e.system !== 'EPSG:4326') asked.set('crs', e.system)
  if (e.year !== undefined && has(e.layer, 'year')) asked.set('year', String(e.year))
  if (e.filter) asked.set('filter', e.filter)
  const derives = e.layer.fields.some((f) => f.derived && e.filter?.includes(f.id))
  if (derives && e.year !== undefined) asked.set('states', String(e.year)) // as of when the filter's states are
  return layerPath(e.layer.id, Object.fromEntries(asked))
}

/** The path of a layer, narrowed by parameters of api/export. */
export function layerPath(layer: string, asked: Record<string, string>): string {
  return `api/export/${layer}?${new URLSearchParams(asked)}`
}

/** The features of a layer. */
export function readLayer<G extends Geometry | null, P>(
  layer: string,
  narrowed: Record<string, string>,
  signal?: AbortSignal,
): Promise<FeatureCollection<G, P>> {
  return get<FeatureCollection<G, P>>(layerPath(layer, { f: 'geojson', ...narrowed }), signal)
}
