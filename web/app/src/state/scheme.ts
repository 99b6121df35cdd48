// Whether this browser likes the page light or dark.

export type Scheme = 'light' | 'dark'

const KEY = 'cuntu.scheme'

export function rememberedScheme(): Scheme {
  return globalThis.localStorage?.getItem(KEY) === 'dark' ? 'dark' : 'light'
}

export function rememberScheme(scheme: Scheme): void {
  localStorage.setItem(KEY, scheme)
}
