// What an office's first day asks of the server: how far its data are, and workbooks to fill in.

import type { Answer } from '../server'
import { get, url } from '../server'
import type { Catalog } from '../layers'

export type Guide = Answer<'GuideGuide'>
export type Step = Guide['steps'][number]
export type Data = Step['data'][number]

export function getGuide(signal?: AbortSignal): Promise<Guide> {
  return get<Guide>('api/guide', signal)
}

/** The address of the workbook to fill in for a layer. */
export function templateOf(layer: string): string {
  return url(`api/templates/${layer}.xlsx`)
}

/** Whether the map has nothing to show yet: no village is there. */
export function isBlank(catalog: Catalog): boolean {
  return catalog.layers.some((l) => l.level === 'village' && l.count === 0)
}
