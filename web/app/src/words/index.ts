// The words of the app in the tongue that is set, and texts of the catalogue in it.

import { computed, ref } from 'vue'
import type { ComputedRef } from 'vue'
import type { Lang, Words } from '../api/layers'
import { en } from './en'
import { zh } from './zh'
import type { Messages } from './zh'

const dictionaries: Record<Lang, Messages> = { zh, en }

export function messages(lang: Lang): Messages {
  return dictionaries[lang]
}

export const lang = ref<Lang>('zh')

/** The dictionary in use; in templates `t.panel.title`. */
export const t = computed(() => dictionaries[lang.value])

/** A text of the catalogue, in Chinese where there is no English. */
export function say(words: Words | undefined): string {
  return words ? words[lang.value] || words.zh : ''
}

/** A text of the catalogue as it stands by itself, with a capital. */
export function heading(words: Words): Words {
  return { zh: words.zh, en: words.en.charAt(0).toUpperCase() + words.en.slice(1) }
}

/** The same text of the dictionary in both tongues, for legends and themes. */
export function both(pick: (m: Messages) => string): Words {
  return { zh: pick(zh), en: pick(en) }
}

/** The words of a view in the tongue that is set: `const w = useWords(words)`. */
export function useWords<T>(words: Record<Lang, T>): ComputedRef<T> {
  return computed(() => words[lang.value])
}
