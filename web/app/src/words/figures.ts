// Numbers of indicators as people read them.

import type { Lang } from '../api/layers'
import { messages } from '.'
import { number } from './format'

const WAN = 10_000

/** A number of an indicator's unit: people by 万 in Chinese from ten thousand on, shares with a decimal. */
export function figure(value: number, unit: string, lang: Lang): string {
  if (unit === '%') return `${number(value, lang, 1)}%`
  if (unit === 'people' && lang === 'zh' && value >= WAN) return messages(lang).tenThousands(number(value / WAN, lang, 2))
  return number(Math.round(value), lang)
}

/** The difference that a year brings: percentage points of shares, else as figure. */
export function rate(value: number, unit: string, lang: Lang): string {
  if (unit === '%') return messages(lang).points(number(value, lang, 1))
  if (unit === 'people' && lang === 'zh' && value >= WAN) return messages(lang).tenThousands(number(value / WAN, lang, 1))
  return number(Math.ceil(value), lang)
}
