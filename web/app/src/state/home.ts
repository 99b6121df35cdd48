// The user's own county or town, kept in this browser: where the app opens.

import { ref } from 'vue'

const KEY = 'cuntu.home'
const isArea = (code: string | null | undefined): code is string => /^\d{6}(\d{3})?$/.test(code ?? '')

/** Its code; undefined where none is marked. */
export const home = ref<string | undefined>(remembered())

function remembered(): string | undefined {
  const code = globalThis.localStorage?.getItem(KEY)
  return isArea(code) ? code : undefined
}

export function setHome(code: string | undefined): void {
  home.value = isArea(code) ? code : undefined
  if (home.value) localStorage.setItem(KEY, home.value)
  else localStorage.removeItem(KEY)
}
