// What to print, as it stands in the address: the view of url.ts and, of the sheet,
// #…&paper=A3&orientation=portrait&title=…&atlas=1.

import type { Orientation, Paper } from './paper'
import { papers } from './paper'

export interface PrintOptions {
  paper: Paper
  orientation: Orientation
  /** The battle map's heading; "" makes one. */
  title: string
  /** A sheet of the whole and one for each county. */
  atlas: boolean
  /** The id of a plan of settlements that is kept, to be printed with its tables. */
  scenario?: string
}

export function parsePrint(hash: string): PrintOptions {
  const parts = new URLSearchParams(hash.replace(/^#/, ''))
  const paper = parts.get('paper') ?? ''
  return {
    paper: paper in papers ? (paper as Paper) : 'A3',
    orientation: parts.get('orientation') === 'portrait' ? 'portrait' : 'landscape',
    title: parts.get('title') ?? '',
    atlas: parts.get('atlas') === '1',
    ...(parts.get('scenario') ? { scenario: parts.get('scenario') ?? '' } : {}),
  }
}

/** The address of the page that prints the view of `hash`. */
export function printAddress(hash: string, options: PrintOptions): string {
  const parts = new URLSearchParams({ paper: options.paper, orientation: options.orientation })
  if (options.title) parts.set('title', options.title)
  if (options.atlas) parts.set('atlas', '1')
  if (options.scenario) parts.set('scenario', options.scenario)
  return `?print=1${hash || '#'}${hash.length > 1 ? '&' : ''}${parts}`
}
