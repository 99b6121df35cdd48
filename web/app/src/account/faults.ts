import { ApiError } from '../api/server'
import type { words } from '../words/people/account'

type Said = (typeof words)['zh']

/** What went wrong, in the person's tongue where it is of a known kind; else the server's words. */
export function faultText(error: unknown, w: Said): string {
  if (!(error instanceof ApiError)) return String(error)
  const known = w.errors
  const wait = /possible in (?:(\d+)m)?(?:(\d+)s)?/.exec(error.detail)
  switch (error.status) {
    case 0:
      return known.unreachable
    case 401:
      return known.wrong
    case 429:
      return wait ? known.locked(`${wait[1] ? w.minutes(wait[1]) : ''}${wait[2] ? w.seconds(wait[2]) : ''} `) : known.busy
    case 503:
      return known.away
  }
  const faults = error.problem.errors?.map((f) => faultOf(f.parameter, f.detail, w)) ?? []
  return faults.join('; ') || detail(error.detail, w)
}

/** What is wrong with one part of what was sent. */
export function faultOf(part: string, said: string, w: Said): string {
  const known = w.errors
  const short = /^has (\d+) characters; from 1\d/.exec(said)
  if (/^(password|new)$/.test(part) && short) return known.short(short[1] ?? '')
  const kinds: [RegExp, string][] = [
    [/easy to guess/, known.guess],
    [/characters of \d kinds/, known.kinds],
    [/not your present password/, known.old],
    [/is the old one/, known.same],
    [/is another user's/, known.taken],
    [/must be left/, known.guard],
    [/has the duties|is an administrator, who/, known.duties],
    [/may not read/, known.read],
  ]
  if (part === 'code') return known.code
  const found = kinds.find(([pattern]) => pattern.test(said))
  if (found) return found[1]
  if (/^(login|system|audit)$/.test(part)) return known.badLogin
  return `${part}: ${said}`
}

function detail(said: string, w: Said): string {
  if (/rights to himself/.test(said)) return w.errors.self
  if (/printed last/.test(said)) return w.errors.used
  if (/^passwords do not travel/.test(said)) return w.insecure
  return `${w.errors.failed}: ${said}`
}
