// Features by name, pinyin or code (GET api/search).

import type { Bounds } from './layers'
import type { Answer } from './server'
import { get } from './server'

export type Hit = Answer<'Hit', { bbox?: Bounds }>

export async function searchFor(q: string, limit: number, signal?: AbortSignal): Promise<Hit[]> {
  const query = new URLSearchParams({ q, limit: String(limit) })
  return (await get<{ results: Hit[] | null }>(`api/search?${query}`, signal)).results ?? []
}
