// Where the words of the glossary stand in a text.

import type { Lang } from '../api/layers'
import { words } from '../words/help/glossary'
import type { Term } from '../words/help/glossary'

export interface Part {
  text: string
  /** The word of the glossary that the part is. */
  term?: Term
}

const known = Object.fromEntries((['zh', 'en'] as const).map((lang) => [lang, namesIn(lang)])) as Record<Lang, [string, Term][]>

/** Every name of every word, the longest first. */
function namesIn(lang: Lang): [string, Term][] {
  const marked = Object.entries(words[lang]).filter(([, entry]) => !entry.common)
  const all = marked.flatMap(([id, { names }]) => names.split(/[、,]/).map((n): [string, Term] => [n.trim().toLowerCase(), id as Term]))
  return all.sort(([a], [b]) => b.length - a.length)
}

/** The text in parts, of which one at most is a word of the glossary: the longest that stands in it. */
export function partsOf(text: string, lang: Lang): Part[] {
  const small = text.toLowerCase()
  for (const [name, term] of known[lang]) {
    const at = lang === 'zh' ? small.indexOf(name) : wholeWord(small, name)
    if (at < 0) continue
    return [{ text: text.slice(0, at) }, { text: text.slice(at, at + name.length), term }, { text: text.slice(at + name.length) }].filter(
      (p) => p.text,
    )
  }
  return [{ text }]
}

function wholeWord(text: string, word: string): number {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!/[a-z]/.test(text.charAt(at - 1)) && !/[a-z]/.test(text.charAt(at + word.length))) return at
  }
  return -1
}
