import { ref } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import type { words } from '../words/people/account'
import { faultText } from './faults'

interface Attempt {
  busy: Ref<boolean>
  failure: Ref<string | undefined>
  /** Runs something that asks the server, once at a time, and keeps what went wrong. */
  attempt: <T>(run: () => Promise<T>) => Promise<T | undefined>
}

export function useAttempt(w: ComputedRef<(typeof words)['zh']>): Attempt {
  const busy = ref(false)
  const failure = ref<string>()
  async function attempt<T>(run: () => Promise<T>): Promise<T | undefined> {
    if (busy.value) return undefined
    busy.value = true
    failure.value = undefined
    try {
      return await run()
    } catch (error) {
      failure.value = faultText(error, w.value)
      return undefined
    } finally {
      busy.value = false
    }
  }
  return { busy, failure, attempt }
}
