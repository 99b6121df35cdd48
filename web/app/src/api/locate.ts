// Coordinates that were pasted, as the server reads them (GET api/locate).

import { get } from './server'
import type { Words } from './layers'

export interface Reading {
  system: { id: string; title: Words }
  /** Degrees of CGCS2000. */
  lon: number
  lat: number
  order: string
  /** Which number was taken for which. */
  read: Words
  /** How far off the system's datum may put it; 0 where nothing is lost. */
  accuracy_m: number
  inside: boolean
  place: Words
  county?: { code: string; name: string }
  village?: { code: string; name: string; title: string; metres: number }
  elevation?: number
  /** Metres of the 3° zone: X northwards, Y eastwards with the zone's number. */
  grid: { epsg: number; zone: number; meridian: number; x: number; y: number }
}

export async function locate(text: string, signal?: AbortSignal): Promise<Reading[]> {
  return (await get<{ results: Reading[] }>(`api/locate?${new URLSearchParams({ q: text })}`, signal)).results
}

/** How the server is asked about a place that is known exactly. */
export const asDegrees = (lon: number, lat: number) => `CGCS2000 ${lon.toFixed(8)}, ${lat.toFixed(8)}`
