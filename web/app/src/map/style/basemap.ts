// A map of somebody else's under ours, by the template of its tiles' addresses. It stays in this
// browser: an address may hold the office's key, which no link and no request to our server may carry.

import type { LayerSpecification, SourceSpecification } from 'maplibre-gl'

export interface Basemap {
  /** As the user wrote it. */
  template: string
  attribution: string
  on: boolean
}

export const BASEMAP = 'basemap'
const TILE_PX = 256

/** The maps of the national platform 天地图, by its layers' names. */
export const tianditu = ['img', 'vec', 'ter'] as const

/** The template of one of them for the office's key; it takes keys of the kind for browsers. */
export function tiandituTemplate(layer: (typeof tianditu)[number], key: string): string {
  const query = new URLSearchParams({
    SERVICE: 'WMTS', REQUEST: 'GetTile', VERSION: '1.0.0', LAYER: layer, STYLE: 'default', TILEMATRIXSET: 'w', FORMAT: 'tiles', tk: key,
  })
  return `https://t{s}.tianditu.gov.cn/${layer}_w/wmts?${query.toString()}&TILECOL={x}&TILEROW={y}&TILEMATRIX={z}`
}

/** Why a template cannot be used. */
export type BasemapFault = 'address' | 'numbers' | 'origin'

/** The addresses that a template stands for, one a subdomain: {z}/{x}/{y} however the service calls them. */
export function addresses(template: string): string[] {
  const known: Record<string, string> = {
    tilematrix: 'z',
    level: 'z',
    z: 'z',
    tilecol: 'x',
    col: 'x',
    x: 'x',
    tilerow: 'y',
    row: 'y',
    y: 'y',
  }
  const plain = template.trim().replace(/\{\$?(\w+)\}/g, (whole, name: string) => {
    const id = known[name.toLowerCase()]
    return id ? `{${id}}` : whole
  })
  const names = /\{s\}/.test(plain) ? (/tianditu/.test(plain) ? ['0', '1', '2', '3', '4', '5', '6', '7'] : ['a', 'b', 'c']) : ['']
  return names.map((name) => plain.replace(/\{s\}/g, name))
}

/** What is wrong with a template; allowed are the origins that the server was started with. */
export function faultOf(template: string, allowed: readonly string[]): BasemapFault | undefined {
  const all = addresses(template)
  let origins: string[]
  try {
    origins = all.map((a) => new URL(a.replace(/[{}]/g, '')).origin)
  } catch {
    return 'address'
  }
  if (!origins.every((o) => /^https?:/.test(o))) return 'address'
  if (!all.every((a) => ['{z}', '{x}', '{y}'].every((part) => a.includes(part)))) return 'numbers'
  return origins.every((o) => allowed.some((a) => covers(a, o))) ? undefined : 'origin'
}

/** The origin of a template, as `cuntu serve --basemap` takes it: one for all its subdomains. */
export function originOf(template: string): string {
  try {
    const origins = addresses(template).map((a) => new URL(a.replace(/[{}]/g, '')).origin)
    return origins.length === 1 ? String(origins[0]) : String(origins[0]).replace(/\/\/[^.]+\./, '//*.')
  } catch {
    return ''
  }
}

function covers(allowed: string, origin: string): boolean {
  const [before = '', after] = allowed.split('//*.')
  if (after === undefined) return allowed === origin
  return origin.startsWith(`${before}//`) && origin.endsWith(`.${after}`)
}

export function basemapSource(basemap: Basemap): Record<string, SourceSpecification> {
  return { [BASEMAP]: { type: 'raster', tiles: addresses(basemap.template), tileSize: TILE_PX, maxzoom: 18 } }
}

export const basemapLayer: LayerSpecification = {
  id: 'basemap-tiles',
  type: 'raster',
  source: BASEMAP,
  paint: { 'raster-fade-duration': 0 },
}
