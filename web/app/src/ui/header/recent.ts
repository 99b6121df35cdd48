// What was found lately, kept in this browser for the next time.

import type { Reading } from '../../api/locate'
import type { Hit } from '../../api/search'

/** A feature or a place, with the text that found it. */
export type Recent = { text: string; hit: Hit } | { text: string; reading: Reading }

const KEY = 'cuntu.recent'
const KEPT = 8

export function recents(): Recent[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(kept) ? (kept as Recent[]).filter((r) => 'hit' in r || 'reading' in r) : []
  } catch {
    return []
  }
}

export function remember(now: Recent): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(withFirst(recents(), now)))
  } catch {
    // A browser that keeps nothing has no recent searches.
  }
}

export function forget(): void {
  localStorage.removeItem(KEY)
}

/** What was found, with what was picked before on top: the latest pick first, as it is called now. */
export function withPicked(found: Recent[], picks: Recent[]): Recent[] {
  const keys = picks.map(keyOf)
  const again = keys.flatMap((key) => found.find((r) => keyOf(r) === key) ?? [])
  return [...again, ...found.filter((r) => !keys.includes(keyOf(r)))]
}

/** The list with one put first, the same one further down taken out. */
export function withFirst(list: Recent[], now: Recent): Recent[] {
  return [now, ...list.filter((r) => keyOf(r) !== keyOf(now))].slice(0, KEPT)
}

function keyOf(r: Recent): string {
  return 'hit' in r ? `${r.hit.layer}/${r.hit.id}` : `${r.reading.system.id}/${r.reading.lon}/${r.reading.lat}`
}
