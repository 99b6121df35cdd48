// Features of a layer by OGC API: in a box, or a page at a time, sorted and filtered.

import type { Geometry } from 'geojson'
import type { Properties } from '../layers'
import { get } from '../server'

export interface Item {
  id: number
  geometry: Geometry | null
  properties: Properties
}

interface Page {
  features: { id: number; geometry: Geometry | null; properties: Record<string, Properties[string] | string[]> }[]
  numberMatched: number
  links: { rel: string; href: string }[]
}

async function read(layer: string, query: URLSearchParams, signal?: AbortSignal): Promise<Page> {
  return get<Page>(`ogc/collections/${encodeURIComponent(layer)}/items?${query}`, signal)
}

/** Lists are texts, as a field has them. */
function itemOf({ id, geometry, properties }: Page['features'][number]): Item {
  const values = Object.entries(properties).map(([name, v]) => [name, Array.isArray(v) ? v.join(',') : v] as const)
  return { id, geometry, properties: Object.fromEntries(values) }
}

/** Features in a box, with their exact geometry. */
export async function itemsIn(layer: string, bounds: readonly number[], limit: number, signal?: AbortSignal): Promise<Item[]> {
  const page = await read(layer, new URLSearchParams({ f: 'json', bbox: bounds.join(','), limit: String(limit) }), signal)
  return page.features.map(itemOf)
}

export interface Asked {
  /** A field's id, behind - for descending order. */
  sortby?: string | undefined
  /** A condition in CQL2. */
  filter?: string | undefined
  limit: number
  cursor?: string | undefined
}

/** A page of features without geometry, how many there are in all, and where the next page begins. */
export async function itemsPage(
  layer: string, asked: Asked, signal?: AbortSignal,
): Promise<{ items: Item[]; matched: number; cursor: string | undefined }> {
  const query = new URLSearchParams({ f: 'json', 'skip-geometry': 'true', limit: String(asked.limit) })
  for (const name of ['sortby', 'filter', 'cursor'] as const) if (asked[name]) query.set(name, asked[name])
  const page = await read(layer, query, signal)
  const next = page.links.find((l) => l.rel === 'next')?.href
  return {
    items: page.features.map(itemOf),
    matched: page.numberMatched,
    cursor: next ? (new URL(next).searchParams.get('cursor') ?? undefined) : undefined,
  }
}

/** A text as CQL2 writes it. */
export const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`
