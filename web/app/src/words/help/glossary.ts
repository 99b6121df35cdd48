// The glossary in both tongues.

import { en } from './glossaryEn'
import { zh } from './glossaryZh'
import type { Entry, Term } from './glossaryZh'

export type { Term } from './glossaryZh'

export const words: Record<'zh' | 'en', Record<Term, Entry>> = { zh, en }
