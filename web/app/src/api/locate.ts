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

/** Whether a text is worth asking the server to read as coordinates: two numbers at least, of which none is a bare small one. */
export function looksLikeCoordinates(text: string): boolean {
  const numbers = text.match(/\d+(\.\d+)?/g) ?? []
  if (numbers.length < 2) return false
  if (/[°º′″]|\d\s*度\s*\d/.test(text)) return numbers.length >= 4 || /[°º].*[°º]/.test(text)
  return numbers.filter((n) => /\.\d{2}/.test(n) || n.length >= 6).length >= 2 || /^[\d\s.:,-]+$/.test(text) && numbers.length === 6
}

export async function locate(text: string, signal?: AbortSignal): Promise<Reading[]> {
  return (await get<{ results: Reading[] }>(`api/locate?${new URLSearchParams({ q: text })}`, signal)).results
}

/** How the server is asked about a place that is known exactly. */
export const asDegrees = (lon: number, lat: number) => `CGCS2000 ${lon.toFixed(8)}, ${lat.toFixed(8)}`

/** Degrees, minutes and seconds to a hundredth of a second, which is 30 cm: 109°56′24.00″E. */
export function dms(degrees: number, [plus, minus]: readonly [string, string]): string {
  const hundredths = Math.round(Math.abs(degrees) * 360_000)
  const two = (n: number) => String(n).padStart(2, '0')
  const s = (hundredths % 6000) / 100
  return `${Math.floor(hundredths / 360_000)}°${two(Math.floor(hundredths / 6000) % 60)}′${s.toFixed(2).padStart(5, '0')}″${degrees < 0 ? minus : plus}`
}
