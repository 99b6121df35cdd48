// Numbers of indicators as people read them.

import type { Lang } from '../../api/layers'
import { number } from '../../words/format'

const WAN = 10_000

/** A number of an indicator's unit: people by 万 in Chinese from ten thousand on, shares with a decimal. */
export function figure(value: number, unit: string, lang: Lang): string {
  if (unit === '%') return `${number(value, lang, 1)}%`
  if (unit === 'people' && lang === 'zh' && value >= WAN) return `${number(value / WAN, lang, 2)} 万`
  return number(Math.round(value), lang)
}

/** The difference that a year brings: percentage points of shares, else as figure. */
export function rate(value: number, unit: string, lang: Lang): string {
  if (unit === '%') return lang === 'zh' ? `${number(value, lang, 1)} 个百分点` : `${number(value, lang, 1)} points`
  if (unit === 'people' && lang === 'zh' && value >= WAN) return `${number(value / WAN, lang, 1)} 万`
  return number(Math.ceil(value), lang)
}
