// The catalogue as the server sends it (GET api/layers): every layer with its
// fields, from which map style, legends, themes and cards derive.

import type { Answer } from './server'
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
  /** Found from the data and not stored. */
  derived?: boolean
  unit?: string
  group?: string
  tile?: boolean
  required?: boolean
  values?: Choice[]
  min?: number
  max?: number
  ref?: string
  /** Of values those that one wishes for. */
  good?: string[]
  theme?: FieldTheme
}

/** Of areas, whose codes a layer's features have. */
export type Level = 'county' | 'town' | 'village'
export const levels: readonly Level[] = ['county', 'town', 'village']

/** How a layer looks on the map, and what tiles leave out before its last zoom. */
export interface Draw {
  /** Its height in the pile of layers, from the ground up. */
  order?: number
  /** Off the map until somebody asks for it. */
  off?: boolean
  /** The zoom from which there is room for it. */
  from?: number
  /** Hardly changes: travels in one tile with the rest of the ground. */
  ground?: boolean
  /** The shape of a point. */
  symbol?: string
  /** Lines some pixels wide at most, so many pixels beside their course. */
  fine?: boolean
  beside?: number
  /** Strokes and gaps of a line, in widths of it. */
  dash?: number[]
  /** The first character of a feature's kind stands in its symbol. */
  marked?: boolean
  hatched?: boolean
  /** A field of whole numbers, 1 for the greatest, by which widths and names fall. */
  rank?: string
  /** Points that come before the others, and in bold: from the zoom label they are named, from rest the others are drawn. */
  great?: { field: string; value: string; symbol?: string; label: number; rest: number }
  label?: { field?: string; from?: number; size?: number; color?: string; dark?: string }
  ways?: Ways
  thin?: { below: number }
  /** Before this zoom tiles hold counts instead of points. */
  cluster?: { below: number }
}

/** Lines that people take: as wide as their class is great, broken where what they are made of is not good. */
export interface Ways {
  class: string
  great: number
  made: string
  /** Ways of a kind of their own. */
  apart?: { field: string; value: string }
}

/** How a field colours the map where its type, unit and values do not say it. */
export interface FieldTheme {
  /** Its place among the themes that the plan is measured by. */
  plan?: number
  title?: Words
  breaks?: number[]
  /** The field of yes or no without which this one says nothing. */
  scope?: string
  /** What tells counties and towns apart, where that is not the good share or the mean. */
  areas?: 'sum' | 'share' | 'none'
  over?: string
  area_breaks?: number[]
}

/** A theme of two fields: how many in a hundred of over the part is. */
export interface Ratio {
  id: string
  title: Words
  group: string
  part: string
  over: string
  /** The criterion whose limit takes the place of the first of the breaks. */
  limit?: string
  theme: FieldTheme
}

export interface Layer {
  id: string
  title: Words
  note?: Words
  group: string
  geometry: GeometryKind[]
  min_zoom: number
  max_zoom: number
  level?: Level
  /** The layer of places whose outlines its features are. */
  outlines?: string
  /** One wants to have it near. */
  near?: boolean
  draw?: Draw
  /** Of what is built: the field that says how far it is, and what that is of what is not finished. */
  works?: { year: string; status: string; pending: string[] }
  ratios?: Ratio[]
  color: string
  color_by?: string
  fields: Field[]
  count: number
  bounds?: Bounds | null
  tiles?: boolean
  /** Records: features are added and never changed. */
  append_only?: boolean
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

/** A criterion or a target with its limits; none where it is yes or no. */
export interface Criterion {
  code: string
  title: Words
  unit?: string
  field?: string
  /** The service whose state, or whose share of villages, is asked for. */
  of?: string
  limit?: number
  /** What is enough to be basically reached, where that is another than the limit. */
  basic?: number
}

/** A state of a service; inapplicable where the question is not put to the village. */
export type ServiceState = Answer<'Criterion'>['state']

/** What villages have or lack, as the server is told to judge it. */
export interface Service {
  id: string
  title: Words
  /** The field of villages that has its state. */
  field: string
  overview: boolean
  /** The way out of a village decides; answers about it tell of the way. */
  by_road?: boolean
  /** Works that bring it can be planned. */
  programme?: boolean
  /** The yes-or-no field of the villages of which it is asked. */
  asked?: string
  criteria: Criterion[]
  targets?: Criterion[]
}

/** What the plan sets targets for: a share in per cent, or a count. */
export interface PlanIndicator {
  id: string
  title: Words
  unit: string
  share: boolean
}

/** A format of files. */
export interface FileFormat {
  id: string
  title: Words
  extensions: string[]
  reads: boolean
  writes: boolean
}

export interface Catalog {
  layers: Layer[]
  relief?: Relief
  bounds?: Bounds | null
  datasets: Dataset[]
  services: Service[]
  /** Of a service, the best first. */
  states: (Choice & { value: ServiceState })[]
  plan: { years: number[]; indicators: PlanIndicator[] }
  /** Of files, in the order in which they are offered. */
  formats: FileFormat[]
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

/** The service of that id, or else the first. */
export function serviceOf(catalog: Catalog | undefined, id: string | undefined): Service | undefined {
  return catalog?.services.find((s) => s.id === id) ?? catalog?.services[0]
}

/** The level of the area that a division code stands for. */
export function levelOf(code: string): Level {
  return code.length <= 6 ? 'county' : code.length <= 9 ? 'town' : 'village'
}

/** The selection of an area by its code. */
export function areaAt(catalog: Catalog | undefined, code: string): { layer: string; key: string } | undefined {
  const layer = catalog && levelLayer(catalog, levelOf(code))
  return layer && { layer: layer.id, key: code }
}

/** The layer of areas of that level. */
export function levelLayer(catalog: Catalog, level: Level): Layer | undefined {
  return catalog.layers.find((l) => l.level === level)
}

/** The layer of the outlines of a layer's places, if there are any. */
export function outlinesOf(catalog: Catalog, places: string): Layer | undefined {
  return catalog.layers.find((l) => l.outlines === places && l.count > 0)
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
