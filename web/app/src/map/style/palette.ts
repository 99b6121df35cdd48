// The colours of the ground under the data, which no layer of the catalogue
// declares, and those of a theme's answers. Data colours are the catalogue's.

export interface Palette {
  outside: string
  inside: string
  /** Land outside the area that the map is narrowed to. */
  aside: string
  casing: string
  /** The ground in shadow, in light, and its contours. */
  shade: string
  light: string
  contour: string
  countyGlow: string
  text: string
  textSoft: string
  halo: string
  isDark: boolean
  selected: string
}

export const light: Palette = {
  outside: '#e6eaea',
  inside: '#fbfaf6',
  aside: '#eef0ee',
  casing: '#ffffff',
  shade: '#5b6b60',
  light: '#ffffff',
  contour: '#a98f6b',
  countyGlow: '#cfd6d3',
  text: '#232a35',
  textSoft: '#515a68',
  halo: '#ffffff',
  isDark: false,
  selected: '#0b57d0',
}

/** For a projector in a dark room. */
export const dark: Palette = {
  outside: '#12161b',
  inside: '#1b2128',
  aside: '#161b21',
  casing: '#11151a',
  shade: '#05080b',
  light: '#3c4a57',
  contour: '#6f6450',
  countyGlow: '#2b343e',
  text: '#eef1f4',
  textSoft: '#b6bfca',
  halo: '#14181d',
  isDark: true,
  selected: '#7db3ff',
}

export const palettes = { light, dark } as const

const good = '#2a7f9e'
const fair = '#8fbcae'
const poor = '#e6a532'
const bad = '#c8452d'

/** Answers that themes colour; told apart with any kind of colour vision. */
export const answers = {
  yes: good,
  no: bad,
  unknown: '#aab0bb',
  outOfScope: '#c3c8c4',
  /** From a target that is met to one far away. */
  targets: [good, fair, poor, bad],
  /** Little to much. */
  ramp: ['#f1dfa4', '#e9b765', '#d98445', '#b8503a', '#7d2a35'],
  /** Early to late. */
  years: ['#1f5673', good, '#62a9a9', '#b5c480', poor],
} as const

/** Counties and towns by one number, from little to much: lightness falls, for any kind of colour vision. */
export const areaRamp = ['#f0f2e3', '#cfe2cf', '#9ccabf', '#62a8ad', '#33809a', '#1c5276'] as const

/** Places by a score from 0 to 100. */
export const scoreRamp: readonly [score: number, color: string][] = [
  [30, '#7d2a35'],
  [50, '#d98445'],
  [65, '#f1dfa4'],
  [80, '#62a9a9'],
  [95, '#1f5673'],
]

/** What views draw over the map. */
export const marks = {
  /** Out of the question. */
  out: '#9aa3a8',
  /** A village whose year is yet to come. */
  later: '#8a7fb8',
  /** Works within the budget, and those beyond it. */
  works: { now: good, later: '#e06a1f' },
  plan: { line: '#7a4f9a', kept: good, fresh: '#c2476b', left: bad },
  critical: '#8a3ffc',
  rows: '#2563eb',
  /** A geometry before and after a change. */
  past: { before: '#c2476b', after: good },
  problems: bad,
  place: '#c8331f',
} as const

/** The same as text and signs of the interface, which need more contrast; for tokens.css. */
export const cssColours: Record<'light' | 'dark', Record<string, string>> = {
  light: {
    '--c-yes': '#1f6f8c',
    '--c-no': '#b23a24',
    '--c-later': '#b2510f',
    '--c-out': marks.out,
    '--c-unknown': answers.unknown,
    '--c-rows': marks.rows,
    '--c-before': marks.past.before,
  },
  dark: {
    '--c-yes': '#6bb8d6',
    '--c-no': '#f08a68',
    '--c-later': '#f0a060',
    '--c-out': marks.out,
    '--c-unknown': answers.unknown,
    '--c-rows': '#7db3ff',
    '--c-before': '#ea86a4',
  },
}
