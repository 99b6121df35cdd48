// Features by name, pinyin or code (GET api/search).

import type { Bounds } from './layers'
import { get } from './server'

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

export async function searchFor(q: string, limit: number, signal?: AbortSignal): Promise<Hit[]> {
  const query = new URLSearchParams({ q, limit: String(limit) })
  return (await get<{ results: Hit[] | null }>(`api/search?${query}`, signal)).results ?? []
}
