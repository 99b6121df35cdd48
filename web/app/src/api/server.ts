// The server's answers, typed. Paths are relative to the page, so that the app
// works under a prefix; no other host is ever asked.

import type { Geometry } from 'geojson'
import type { Bounds, Catalog, Properties } from './layers'

export interface Feature {
  type: 'Feature'
  id: number
  layer: string
  geometry: Geometry | null
  properties: Properties
  bbox?: Bounds
}

export interface Hit {
  layer: string
  id: number
  name: string
  code?: string | null
  title?: string | null
  lon?: number | null
  lat?: number | null
  bbox?: Bounds
}

export interface Near {
  layer: string
  id: number
  name?: string | null
  code?: string | null
  metres: number
  lon: number
  lat: number
}

export interface Change {
  /** Everything may have changed. */
  all?: boolean
  layers: Record<string, { ids?: number[]; bbox?: Bounds; count: number }>
}

export interface Readiness {
  status: 'ready' | 'degraded' | 'starting'
  reason?: string
}

/** An answer of RFC 9457 problem details, or of a server that could not be reached (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
  ) {
    super(detail || title)
  }
}

/** The absolute address of a path of this server. */
export function url(path: string): string {
  const base = document.baseURI.replace(/[?#].*$/, '').replace(/[^/]*$/, '')
  return base + path
}

/** The address of layers' tiles: whole ones leave nothing out; with a year, what is complete by then. */
export function tilesOf(layers: string, { whole, year }: { whole: boolean; year: number | undefined }): string {
  const query = new URLSearchParams()
  if (whole) query.set('full', '1')
  if (year) query.set('year', String(year))
  return `${url('tiles/')}${layers}/{z}/{x}/{y}.mlt${query.size ? `?${query}` : ''}`
}

export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return ask<T>(path, { headers: { accept: 'application/json' }, ...(signal ? { signal } : {}) })
}

export function post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const headers = { accept: 'application/json', 'content-type': 'application/json' }
  return ask<T>(path, { method: 'POST', headers, body: JSON.stringify(body), ...(signal ? { signal } : {}) })
}

async function ask<T>(path: string, request: RequestInit): Promise<T> {
  let response: Response
  try {
    response = await fetch(url(path), request)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, 'unreachable', String(error))
  }
  if (!response.ok) throw await problem(response)
  return (await response.json()) as T
}

async function problem(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as { title?: string; detail?: string }
  return new ApiError(response.status, body.title ?? response.statusText, body.detail ?? '')
}

export function getCatalog(): Promise<Catalog> {
  return get<Catalog>('api/layers')
}

/** A feature by its id or, where the layer has codes, its code. */
export function getFeature(layer: string, key: string | number, signal?: AbortSignal): Promise<Feature> {
  return get<Feature>(`api/features/${encodeURIComponent(layer)}/${encodeURIComponent(key)}`, signal)
}

export async function searchFor(q: string, limit: number, signal?: AbortSignal): Promise<Hit[]> {
  const query = new URLSearchParams({ q, limit: String(limit) })
  return (await get<{ results: Hit[] | null }>(`api/search?${query}`, signal)).results ?? []
}

/** The k nearest features of each layer, by the straight line. */
export async function near(
  lon: number,
  lat: number,
  layers: string[],
  k: number,
  signal?: AbortSignal,
): Promise<Near[]> {
  const query = `lon=${lon.toFixed(6)}&lat=${lat.toFixed(6)}&layer=${layers.map(encodeURIComponent).join(',')}&k=${k}`
  return (await get<{ results: Near[] | null }>(`api/near?${query}`, signal)).results ?? []
}

/** A county with its towns, or a town. */
export interface Area {
  code: string
  name: string
  bbox?: Bounds
  towns?: Area[]
}

/** The county or town of that code, among counties with their towns. */
export function areaOfCode(counties: readonly Area[], code: string | undefined): Area | undefined {
  return counties.flatMap((c) => [c, ...(c.towns ?? [])]).find((a) => a.code === code)
}

export async function getAreas(): Promise<Area[]> {
  return (await get<{ counties: Area[] }>('api/areas')).counties
}

/** Whether the server stands in touch with its store. A degraded answer may come as a 503. */
export async function readiness(): Promise<Readiness> {
  const response = await fetch(url('readyz'), { cache: 'no-store' })
  const body = (await response.json().catch(() => ({}))) as Partial<Readiness>
  return { ...body, status: body.status ?? (response.ok ? 'ready' : 'degraded') }
}
