// What is near a place (GET api/near).

import type { Answer } from './server'
import { get } from './server'

/** A feature that was found by the straight line, whose length is always told. */
export type Near = Answer<'NearHit', { id: number; metres: number }>

/** The k nearest features of each layer, by the straight line. */
export async function near(lon: number, lat: number, layers: string[], k: number, signal?: AbortSignal): Promise<Near[]> {
  const query = `lon=${lon.toFixed(6)}&lat=${lat.toFixed(6)}&layer=${layers.map(encodeURIComponent).join(',')}&k=${k}`
  return (await get<{ results: Near[] | null }>(`api/near?${query}`, signal)).results ?? []
}
