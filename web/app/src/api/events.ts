// What the server tells by itself (GET api/events), and whether it stands in touch with its store.

import type { Bounds } from './layers'
import { url } from './server'

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
