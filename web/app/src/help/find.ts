// The search of the manual: every word asked for must be in a section; a word of its title counts most.

import { order } from './chapters'
import type { Manual } from './pages'

export interface Found {
  /** The page and the place on it, `name` or `name#id`. */
  target: string
  page: string
  section: string
  /** Some words around the first hit: before, the hit, after. */
  excerpt: [string, string, string]
}

const AROUND = 24

export function find(manual: Manual, asked: string, most = 12): Found[] {
  const words = asked.toLowerCase().split(/\s+/).filter(Boolean)
  if (!words.length) return []
  const hits: { rank: number; found: Found }[] = []
  for (const name of order) {
    const page = manual.get(name)
    for (const s of page?.sections ?? []) {
      const title = `${s.id ? '' : page?.title} ${s.title}`.toLowerCase()
      const text = s.text.toLowerCase()
      if (!words.every((w) => title.includes(w) || text.includes(w))) continue
      const rank = words.reduce((sum, w) => sum + (title.includes(w) ? 10 : 0) + Math.min(text.split(w).length - 1, 3), s.id ? 0 : 6)
      const target = s.id ? `${name}#${s.id}` : name
      hits.push({ rank, found: { target, page: page?.title ?? '', section: s.id ? s.title : '', excerpt: excerptOf(s.text, words) } })
    }
  }
  return hits.sort((a, b) => b.rank - a.rank).slice(0, most).map((h) => h.found)
}

function excerptOf(text: string, words: readonly string[]): Found['excerpt'] {
  const small = text.toLowerCase()
  const hit = words.map((w) => [small.indexOf(w), w.length] as const).filter(([at]) => at >= 0).sort(([a], [b]) => a - b)[0]
  if (!hit) return [text.slice(0, 2 * AROUND), '', '']
  const [at, length] = hit
  const from = Math.max(0, at - AROUND)
  const to = at + length
  const end = to + 2 * AROUND
  return [(from ? '…' : '') + text.slice(from, at), text.slice(at, to), text.slice(to, end) + (end < text.length ? '…' : '')]
}
