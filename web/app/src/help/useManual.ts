// The manual in the tongue that is set, as it comes.

import { computed, ref, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref, ShallowRef } from 'vue'
import { lang } from '../words'
import { loadManual } from './pages'
import type { Manual } from './pages'

export interface Opened {
  manual: ShallowRef<Manual | undefined>
  failed: Ref<boolean>
  /** Where the page is, `name` or `name#id`, in its two parts. */
  page: ComputedRef<string>
  place: ComputedRef<string | undefined>
  load: () => Promise<void>
}

export function useManual(at: Readonly<Ref<string>>): Opened {
  const manual = shallowRef<Manual>()
  const failed = ref(false)

  async function load(): Promise<void> {
    const asked = lang.value
    try {
      const pages = await loadManual(asked)
      if (asked !== lang.value) return
      manual.value = pages
      failed.value = false
    } catch {
      failed.value = true
    }
  }
  watch(lang, load, { immediate: true })
  return {
    manual,
    failed,
    page: computed(() => at.value.split('#')[0] ?? ''),
    place: computed(() => at.value.split('#')[1]),
    load,
  }
}
