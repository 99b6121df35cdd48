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
  waterText: string
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
  waterText: '#3d7ea6',
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
  waterText: '#7fb6d8',
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
