// Why a comment was not taken, in the person's tongue where it is of a known kind; else the server's words.

import { ApiError } from '../../api/server'
import type { words } from '../../words/records/comments'

type Said = (typeof words)['zh']

const KINDS: [RegExp, keyof Said['errors']][] = [
  [/macros/, 'macros'],
  [/encrypted/, 'encrypted'],
  [/HEIC/, 'heic'],
  [/pixels/, 'pixels'],
  [/cut off|spoilt/, 'spoilt'],
  [/name it/, 'named'],
  [/is a zip/, 'zip'],
  [/not of a kind/, 'kind'],
  [/^is empty/, 'empty'],
  [/as many as a feature/, 'full'],
]

export function faultText(error: unknown, w: Said): string {
  if (!(error instanceof ApiError)) return String(error)
  const whole: Record<number, string> = {
    0: w.errors.unreachable,
    401: w.errors.refused,
    403: w.errors.refused,
    413: w.errors.tooLarge,
    503: w.errors.away,
  }
  if (whole[error.status]) return whole[error.status] as string
  const faults = (error.problem.errors ?? []).map(({ parameter, detail }) => {
    const kind = KINDS.find(([pattern]) => pattern.test(detail))?.[1]
    const file = /^file\[\d+\] (.*)/.exec(parameter)?.[1]
    return [file ?? '', kind ? w.errors[kind] : `${file ? '' : `${parameter}${w.between}`}${detail}`].filter(Boolean).join(w.between)
  })
  return faults.join('\n') || error.message
}
