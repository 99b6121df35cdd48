// Coordinates that were pasted, as the server reads them (GET api/locate).

import { get } from './server'
import type { Answer } from './server'

export type Reading = Answer<'Reading'>

export async function locate(text: string, signal?: AbortSignal): Promise<Reading[]> {
  return (await get<{ results: Reading[] }>(`api/locate?${new URLSearchParams({ q: text })}`, signal)).results
}

/** How the server is asked about a place that is known exactly. */
export const asDegrees = (lon: number, lat: number) => `CGCS2000 ${lon.toFixed(8)}, ${lat.toFixed(8)}`
