// A layer as a file: the path to fetch it from, narrowed as the map is.

import type { Lang, Layer } from './layers'
import type { Condition, Theme } from '../map/style/themes'

/** Files that can be had, those for a desk first. */
export const exportFormats = ['xlsx', 'csv', 'gpkg', 'shp', 'geojson', 'kml'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** Systems that can be chosen: of GIS offices and of phones' maps. */
export const exportSystems = ['EPSG:4326', 'EPSG:4490', 'GCJ-02', 'BD-09'] as const
export type ExportSystem = (typeof exportSystems)[number]

export interface Export {
  layer: Layer
  format: ExportFormat
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
  const town = area.length > 6
  if (town && (layer.id === 'town' || has(layer, 'town'))) return { town: area }
  return layer.id === 'county' || has(layer, 'county') ? { county: area.slice(0, 6) } : {}
}

export function exportPath(e: Export): string {
  const asked = new URLSearchParams({ f: e.format, headings: e.lang, values: 'titles', ...areaOf(e.layer, e.area) })
  if (e.system !== 'EPSG:4326') asked.set('crs', e.system)
  if (e.year !== undefined && has(e.layer, 'year')) asked.set('year', String(e.year))
  if (e.filter) asked.set('filter', e.filter)
  if (e.filter?.includes('cov_') && e.year !== undefined) asked.set('states', String(e.year)) // as of when the filter's states are
  return `api/export/${e.layer.id}?${asked}`
}

/**
 * What the map shows of a theme as CQL2 text: all classes but the hidden ones.
 * Nothing where none is hidden, or where the classes are lists of ids.
 */
export function shownClasses(theme: Theme, hidden: readonly string[]): string | undefined {
  const conditions: string[] = []
  const before: string[] = []
  let some = false
  for (const c of theme.classes) {
    if (c.when && 'among' in c.when) return undefined
    const parts = [...before.map((b) => `NOT ${b}`)]
    if (c.when) {
      const own = `(${condition(c.when)})`
      parts.push(own)
      before.push(own)
    }
    if (hidden.includes(c.key)) some = true
    else conditions.push(parts.length ? parts.join(' AND ') : 'TRUE')
  }
  if (!some) return undefined
  return conditions.length ? conditions.map((c) => `(${c})`).join(' OR ') : 'FALSE'
}

// Each is true or false and never unknown, so that NOT is what it is on the map.
function condition(when: Exclude<Condition, { among: ReadonlySet<number> }>): string {
  if ('is' in when) {
    const value = typeof when.is === 'string' ? `'${when.is.replaceAll("'", "''")}'` : String(when.is).toUpperCase()
    return `${when.field} IS NOT NULL AND ${when.field} = ${value}`
  }
  const all = [`${when.field} IS NOT NULL`]
  let n = when.field
  if (when.over) {
    all.push(`${when.over} IS NOT NULL`, `${when.over} > 0`)
    n = `100 * ${when.field} / ${when.over}`
  }
  if (when.from !== undefined) all.push(`${n} >= ${when.from}`)
  if (when.below !== undefined) all.push(`${n} < ${when.below}`)
  return all.join(' AND ')
}
