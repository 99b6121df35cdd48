// What is near a place (GET api/near).

import { get } from './server'

export interface Near {
  layer: string
  id: number
  name?: string | null
  code?: string | null
  metres: number
  lon: number
  lat: number
}

/** The k nearest features of each layer, by the straight line. */
export async function near(lon: number, lat: number, layers: string[], k: number, signal?: AbortSignal): Promise<Near[]> {
  const query = `lon=${lon.toFixed(6)}&lat=${lat.toFixed(6)}&layer=${layers.map(encodeURIComponent).join(',')}&k=${k}`
  return (await get<{ results: Near[] | null }>(`api/near?${query}`, signal)).results ?? []
}
