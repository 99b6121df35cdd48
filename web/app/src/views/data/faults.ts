import { ApiError } from '../../api/server'
import type { words } from '../../words/data'

/** What went wrong, in the person's tongue where it is of a known kind; the server's words follow. */
export function faultText(error: unknown, said: (typeof words)['zh']): string {
  if (!(error instanceof ApiError)) return String(error)
  const known = said.errors
  if (error.status === 0) return known.unreachable
  if (error.status === 404) return known.expired
  if (error.status === 413) return known.tooLarge
  if (error.status === 409) return `${known.changed} ${error.detail}`
  if (error.status === 422)
    return /\.xlsx/.test(error.detail) && /\.xls\b/.test(error.detail) ? known.oldExcel : `${known.unreadable}: ${error.detail}`
  return `${said.failed}: ${error.message}`
}
