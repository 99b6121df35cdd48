// What the server tells by itself (GET api/events), whether it stands in touch with its store, and which rows of that it
// leaves out, since their layers cannot hold them (GET api/left-out).

import type { Bounds } from './layers'
import { get, url } from './server'

export interface Change {
  /** Everything may have changed. */
  all?: boolean
  layers: Record<string, { ids?: number[]; bbox?: Bounds; count: number }>
}

export interface Readiness {
  status: 'ready' | 'degraded' | 'starting'
  reason?: string
}

/** The line to the server, which the browser takes up again by itself. */
export function openEvents(): EventSource {
  return new EventSource(url('api/events'))
}

/** Whether the server stands in touch with its store. A degraded answer may come as a 503. */
export async function readiness(): Promise<Readiness> {
  const response = await fetch(url('readyz'), { cache: 'no-store' })
  const body = (await response.json().catch(() => ({}))) as Partial<Readiness>
  return { ...body, status: body.status ?? (response.ok ? 'ready' : 'degraded') }
}

export interface LeftOutRow {
  layer: string
  id: number
  code?: string
  name?: string
  /** The field at fault; "geometry" for the place. */
  field: string
  reason: string
  /** What is wrong and what is allowed, in English; it follows the field's name. */
  detail: string
}

export interface LeftOut {
  count: number
  /** The first, by layer and id. */
  rows: LeftOutRow[]
}

export function leftOut(limit: number): Promise<LeftOut> {
  return get<LeftOut>(`api/left-out?limit=${limit}`)
}
