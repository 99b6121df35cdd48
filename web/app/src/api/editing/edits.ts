// Edits of features, several at once (POST api/edits), all done or none.

import type { Geometry } from 'geojson'
import type { Properties } from '../layers'
import { ApiError, json, send } from '../server'
import type { Problem } from '../server'

export interface Edit {
  op: 'insert' | 'update' | 'delete'
  layer: string
  id?: number
  /** The tag of the state of which the edit was made. */
  base?: string
  /** The fields to set. */
  values?: Properties
  /** null takes the geometry away; where it is left out, the feature keeps its own. */
  geometry?: Geometry | null
}

export interface Done {
  id: number
  etag?: string
  problem?: Problem
}

/** A feature as it is now, where an edit was made of another state. */
export interface Current {
  id: number
  geometry: Geometry | null
  properties: Properties
  etag: string
}

const ATTEMPTS = 4
const PAUSE_MS = 1000

/** Edits all or none. What is sent again because the network broke happens once, for it has the same key. */
export async function submit(edits: readonly Edit[], reason?: string): Promise<Done[]> {
  const headers = { 'idempotency-key': newKey(), 'x-cuntu-page': '1' }
  for (let attempt = 1; ; attempt++) {
    try {
      return (await json<{ edits: Done[] }>(send('POST', 'api/edits', { edits, ...(reason ? { reason } : {}) }, headers))).edits
    } catch (error) {
      const again = error instanceof ApiError && (error.status === 0 || error.status === 503)
      if (!again || attempt === ATTEMPTS) throw error
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt))
    }
  }
}

/** crypto.randomUUID is there on secure pages alone. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('')
}

/** What is there where an edit was made of another state; null where it is gone; undefined of any other error. */
export function currentOf(error: unknown): Current | null | undefined {
  if (!(error instanceof ApiError) || error.problem.current === undefined) return undefined
  return error.problem.current as Current | null
}
