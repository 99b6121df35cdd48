// Who made a change, as people read it.

import type { Author } from '../../api/records/history'
import type { Lang } from '../../api/layers'
import { words } from '../../words/records/history'

export interface Said {
  who: string
  whence: string
  /** More for who asks. */
  hint?: string
}

export function authorText(by: Author, lang: Lang): Said {
  const w = words[lang]
  const whence = w.origin[by.origin] ?? by.origin
  const hint = by.app && by.app !== 'cuntu' ? w.app(by.app) : undefined
  if (by.actor.startsWith('sql:')) return { who: w.role(by.actor.slice(4)), whence, ...(hint ? { hint } : {}) }
  if (by.actor === 'file') return { who: w.file, whence, hint: w.fileHint }
  return { who: by.name || by.actor || w.nobody, whence }
}
