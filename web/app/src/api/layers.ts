// The catalogue as the server sends it (GET api/layers): every layer with its
// fields, from which map style, legends, themes and cards derive.

import { get } from './server'

export type Lang = 'zh' | 'en'
export type Words = { zh: string; en: string }
export type GeometryKind = 'point' | 'line' | 'polygon'
export type Bounds = [west: number, south: number, east: number, north: number]
export type FieldType = 'text' | 'code' | 'list' | 'int' | 'float' | 'bool' | 'year' | 'date'
export type Value = string | number | boolean | null
export type Properties = Record<string, Value | undefined>

export interface Choice {
  value: string
  title: Words
  color?: string
}

export interface Field {
  id: string
  type: FieldType
  title: Words
  unit?: string
  group?: string
  tile?: boolean
  required?: boolean
  values?: Choice[]
  min?: number
  max?: number
  ref?: string
}

/** What tiles leave out before the layer's last zoom. */
export interface Show {
  thin?: { below: number }
  /** Before this zoom tiles hold counts instead of points. */
  cluster?: { below: number }
}

export interface Layer {
  id: string
  title: Words
  note?: Words
  group: string
  geometry: GeometryKind[]
  min_zoom: number
  max_zoom: number
  show?: Show
  color: string
  color_by?: string
  fields: Field[]
  count: number
  bounds?: Bounds | null
  tiles?: boolean
}

export interface Dataset {
  name: string
  layers?: string[]
  source?: string | null
  licence?: string | null
  synthetic?: boolean | null
  note?: string | null
}

/** Raster tiles of the ground's heights (tiles/dem/{z}/{x}/{y}.png, terrarium, 512 px). */
export interface Relief {
  max_zoom: number
  bounds: Bounds
}

export interface Catalog {
  layers: Layer[]
  relief?: Relief
  bounds?: Bounds | null
  datasets: Dataset[]
  /** Origins of outside basemaps that the server lets the page ask. */
  basemaps?: string[]
  version: string
}

export function getCatalog(): Promise<Catalog> {
  return get<Catalog>('api/layers')
}

export function layerOf(catalog: Catalog, id: string): Layer | undefined {
  return catalog.layers.find((l) => l.id === id)
}

export function fieldOf(layer: Layer, id: string): Field | undefined {
  return layer.fields.find((f) => f.id === id)
}

/** The layers that have tiles to draw, in the catalogue's order. */
export function mapped(catalog: Catalog): Layer[] {
  return catalog.layers.filter((l) => l.tiles !== false && l.geometry.length > 0)
}

/** The items in order of first appearance, under the key that each gives. */
export function groupBy<T>(items: readonly T[], key: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const k = key(item)
    const group = groups.get(k)
    if (group) group.push(item)
    else groups.set(k, [item])
  }
  return [...groups]
}

/** The field of a layer that colours it, where the catalogue names one whose choices have colours. */
export function colourField(layer: Layer): Field | undefined {
  if (!layer.color_by) return undefined
  const field = fieldOf(layer, layer.color_by)
  return field?.values?.some((c) => c.color) ? field : undefined
}
