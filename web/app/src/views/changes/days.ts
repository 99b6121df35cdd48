// Days and weeks as people count them, by the clock of the one who looks.

import type { Writing } from '../../api/records/history'

export type Span = 'day' | 'week' | 'month' | 'all'

const MONTH_DAYS = 30

/** Since when a span is: the start of the day, of Monday, of 30 days ago; undefined is always. */
export function since(span: Span, now: Date): Date | undefined {
  if (span === 'all') return undefined
  const back = { day: 0, week: (now.getDay() + 6) % 7, month: MONTH_DAYS }[span]
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - back)
}

export interface Day {
  key: string
  day: Date
  writings: Writing[]
}

/** Writings by the day on which they were made, in the order in which they come. */
export function daysOf(writings: readonly Writing[]): Day[] {
  const days: Day[] = []
  for (const x of writings) {
    const at = new Date(x.at)
    const key = [at.getFullYear(), at.getMonth() + 1, at.getDate()].join('-')
    if (days.at(-1)?.key !== key) days.push({ key, day: at, writings: [] })
    days.at(-1)?.writings.push(x)
  }
  return days
}

const MINUTE_MS = 60_000

/** A moment as <input type="datetime-local"> has it. */
export function localTime(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length)
}

/** The moment just before a writing. */
export function before(writing: string): string {
  return new Date(new Date(writing).getTime() - 1).toISOString()
}
