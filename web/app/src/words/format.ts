// Values, distances and places as people read them.

import type { Choice, Field, Lang, Value } from '../api/layers'
import { messages } from '.'

/** The locale by which numbers and times are written. */
export const locale: Record<Lang, string> = { zh: 'zh-CN', en: 'en-GB' }

/** Names one after the other. */
export function listed(names: readonly string[], lang: Lang): string {
  return names.join(messages(lang).between.names)
}

/** Statements one after the other. */
export function told(statements: readonly string[], lang: Lang): string {
  return statements.join(messages(lang).between.statements)
}

export function number(value: number, lang: Lang, digits = 0): string {
  return value.toLocaleString(locale[lang], { maximumFractionDigits: digits })
}

/** A day and a time of it, by the clock of the one who looks. */
export function momentText(at: Date, lang: Lang): string {
  return at.toLocaleString(locale[lang], { year: 'numeric', month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit' })
}

export function unit(id: string | undefined, lang: Lang): string {
  return id ? (messages(lang).units[id] ?? id) : ''
}

/** A number with its unit; Chinese units and % close up. */
export function measure(value: number, unitId: string | undefined, lang: Lang, digits = 1): string {
  const text = number(value, lang, digits)
  const name = unit(unitId, lang)
  if (!name) return text
  return name === '%' ? `${text}%` : `${text} ${name}`
}

/** A distance: metres to the ten below 1 km, then kilometres. */
export function distance(metres: number, lang: Lang): string {
  if (metres < 1000) return measure(metres < 100 ? Math.round(metres) : Math.round(metres / 10) * 10, 'm', lang, 0)
  return measure(metres / 1000, 'km', lang, metres < 10_000 ? 2 : 1)
}

export function choiceOf(field: Field, value: Value | undefined): Choice | undefined {
  return field.values?.find((c) => c.value === value)
}

/** A field's value as text, or undefined where it is unknown. Booleans are the caller's to draw. */
export function valueText(field: Field, value: Value | undefined, lang: Lang): string | undefined {
  if (value === null || value === undefined || value === '') return undefined
  const m = messages(lang)
  if (typeof value === 'boolean') return value ? m.card.yes : m.card.no
  if (typeof value === 'number') {
    return field.type === 'year' ? String(value) : measure(value, field.unit, lang)
  }
  const items = field.type === 'list' ? value.split(',') : [value]
  const texts = items.map((item) => {
    const title = choiceOf(field, item)?.title
    return title ? title[lang] || title.zh : item
  })
  return listed(texts, lang)
}

/** Longitude and latitude in degrees with their halves of the world: “109.9390°E 33.8660°N”. */
export function lonLat(lon: number, lat: number): string {
  const wrapped = ((((lon + 180) % 360) + 360) % 360) - 180
  const one = (v: number, plus: string, minus: string) => `${Math.abs(v).toFixed(4)}°${v < 0 ? minus : plus}`
  return `${one(wrapped, 'E', 'W')} ${one(lat, 'N', 'S')}`
}
