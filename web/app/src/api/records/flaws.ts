// What is wrong with the outlines of towns and villages (GET api/outlines/flaws).

import type { Answer } from '../server'
import { get } from '../server'

export type Kind = 'overlap' | 'gap' | 'stray' | 'outside' | 'lacking' | 'unplaced'
export type Flaw = Answer<'OutlineFlaw', { kind: Kind; layer: 'town' | 'village' }>

export interface Flaws {
  count: number
  results: Flaw[]
}

export const flawsPath = (limit: number, format?: string): string => `api/outlines/flaws?limit=${limit}${format ? `&f=${format}` : ''}`

export function getFlaws(limit: number): Promise<Flaws> {
  return get<Flaws>(flawsPath(limit))
}
