// The view as it stands in the address bar, so that every view is a link:
// #view=…&area=code&year=…&at=…&map=z/lat/lon&theme=…&level=…&hide=…&layers=…&sel=layer/key&service=…&reach=by/lat/lon/name&lang=…

import type { Lang, Level } from '../api/layers'
import { levels } from '../api/layers'

export interface Camera {
  zoom: number
  lat: number
  lon: number
}

export interface Selection {
  layer: string
  /** A division code or an id. */
  key: string
}

/** A place from which it is asked who can be got to, by minutes or by kilometres of road. */
export interface Reach {
  by: 'time' | 'road'
  lat: number
  lon: number
  name?: string
}

/** The other side of a comparison; what is not there is as on this side. */
export interface Compared {
  /** undefined is the present year. */
  year: number | undefined
  theme: string | undefined
}

/** A part that is not there is at its default. */
export interface LinkState {
  view?: string
  /** The code of a county or town. */
  area?: string
  year?: number
  /** The moment whose state is looked at, in ISO 8601. */
  at?: string
  camera?: Camera
  theme?: string
  /** Counties, towns or villages at any zoom. */
  level?: Level
  hidden?: string[]
  layers?: string[]
  /** Layers from the top down. */
  order?: string[]
  /** Opacities from 0 to 1, by layer. */
  opacity?: Record<string, number>
  compare?: Compared
  selection?: Selection
  /** The service whose gaps are looked at. */
  service?: string
  reach?: Reach
  lang?: Lang
}

export function parseLink(hash: string): LinkState {
  const state: LinkState = {}
  const parts = new URLSearchParams(hash.replace(/^#/, ''))
  const view = parts.get('view')
  if (view && /^[a-z]+$/.test(view)) state.view = view
  const area = parts.get('area')
  if (area && /^\d{6}(\d{3})?$/.test(area)) state.area = area
  const year = parts.get('year')
  if (year && /^(19|20)\d\d$/.test(year)) state.year = Number(year)
  const at = new Date(parts.get('at') ?? '')
  if (!isNaN(at.getTime())) state.at = at.toISOString()
  const camera = parseCamera(parts.get('map'))
  if (camera) state.camera = camera
  const theme = parts.get('theme')
  if (theme) state.theme = theme
  const level = levels.find((l) => l === parts.get('level'))
  if (level) state.level = level
  const hidden = list(parts.get('hide'))
  if (hidden?.length) state.hidden = hidden
  const layers = list(parts.get('layers'))
  if (layers) state.layers = layers
  const order = list(parts.get('order'))
  if (order?.length) state.order = order
  const opacity = parseFade(parts.get('fade'))
  if (opacity) state.opacity = opacity
  const compare = /^(now|(?:19|20)\d\d)(?:\/(\w+))?$/.exec(parts.get('compare') ?? '')
  if (compare) state.compare = { year: compare[1] === 'now' ? undefined : Number(compare[1]), theme: compare[2] }
  const selected = /^([^/]+)\/(.+)$/.exec(parts.get('sel') ?? '')
  if (selected?.[1] && selected[2]) state.selection = { layer: selected[1], key: selected[2] }
  const service = parts.get('service')
  if (service && /^[a-z]+$/.test(service)) state.service = service
  const reach = parseReach(parts.get('reach'))
  if (reach) state.reach = reach
  const lang = parts.get('lang')
  if (lang === 'zh' || lang === 'en') state.lang = lang
  return state
}

export function formatLink(state: LinkState): string {
  const parts: string[] = []
  const add = (key: string, value: string) => parts.push(`${key}=${encode(value)}`)
  if (state.view) add('view', state.view)
  if (state.area) add('area', state.area)
  if (state.year) add('year', String(state.year))
  if (state.at) add('at', state.at)
  if (state.camera) {
    const { zoom, lat, lon } = state.camera
    add('map', `${round(zoom, 2)}/${round(lat, 5)}/${round(lon, 5)}`)
  }
  if (state.theme) add('theme', state.theme)
  if (state.level) add('level', state.level)
  if (state.hidden?.length) add('hide', state.hidden.join(','))
  if (state.layers) add('layers', state.layers.join(','))
  if (state.order?.length) add('order', state.order.join(','))
  const fades = Object.entries(state.opacity ?? {}).filter(([, share]) => share < 1)
  if (fades.length) add('fade', fades.map(([id, share]) => `${id}:${Math.round(100 * share)}`).join(','))
  if (state.compare) add('compare', `${state.compare.year ?? 'now'}${state.compare.theme ? `/${state.compare.theme}` : ''}`)
  if (state.selection) add('sel', `${state.selection.layer}/${state.selection.key}`)
  if (state.service) add('service', state.service)
  if (state.reach) {
    const { by, lat, lon, name } = state.reach
    add('reach', [by, round(lat, 5), round(lon, 5), ...(name ? [name] : [])].join('/'))
  }
  if (state.lang) add('lang', state.lang)
  return parts.length ? `#${parts.join('&')}` : ''
}

function parseCamera(text: string | null): Camera | undefined {
  const numbers = (text ?? '').split('/').map((n) => (n.trim() === '' ? NaN : Number(n)))
  const [zoom, lat, lon] = numbers
  if (numbers.length !== 3 || zoom === undefined || lat === undefined || lon === undefined) return undefined
  if (!numbers.every(Number.isFinite)) return undefined
  if (zoom < 0 || zoom > 24 || Math.abs(lat) > 90 || Math.abs(lon) > 180) return undefined
  return { zoom, lat, lon }
}

function parseReach(text: string | null): Reach | undefined {
  const [, by, lat, lon, name] = /^(time|road)\/(-?[\d.]+)\/(-?[\d.]+)(?:\/(.+))?$/.exec(text ?? '') ?? []
  const place = { lat: Number(lat), lon: Number(lon) }
  if ((by !== 'time' && by !== 'road') || !(Math.abs(place.lat) <= 90) || !(Math.abs(place.lon) <= 180)) return undefined
  return { by, ...place, ...(name ? { name } : {}) }
}

function parseFade(text: string | null): Record<string, number> | undefined {
  const pairs = (text ?? '').split(',').flatMap((part) => {
    const [, id, percent] = /^(\w+):(\d{1,2})$/.exec(part) ?? []
    return id && percent ? [[id, Number(percent) / 100] as const] : []
  })
  return pairs.length ? Object.fromEntries(pairs) : undefined
}

function list(text: string | null): string[] | undefined {
  return text === null ? undefined : text.split(',').filter(Boolean)
}

// Slashes, commas and colons may stand as they are in a fragment, which keeps links readable.
function encode(value: string): string {
  return encodeURIComponent(value).replace(/%2F/g, '/').replace(/%2C/g, ',').replace(/%3A/g, ':')
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
