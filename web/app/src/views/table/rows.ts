// The rows of a layer, page by page, and edits of their values.

import { ref, shallowRef, watch } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import { getFeature } from '../../api/features'
import { itemsPage, quoted } from '../../api/editing/items'
import type { Item } from '../../api/editing/items'
import type { Field, Layer, Value } from '../../api/layers'
import type { Change } from '../../edit/history'
import { shapeOf } from '../../state/editing'

const PAGE = 50

export interface Rows {
  rows: ShallowRef<Item[]>
  matched: Ref<number>
  more: Ref<boolean>
  failed: Ref<boolean>
  next: () => Promise<void>
  again: () => Promise<void>
}

/** The condition that a name has a text in it and the feature lies in an area, as far as the layer has fields for that. */
export function conditionOf(layer: Layer, text: string, area: string | undefined): string | undefined {
  const has = (id: string) => layer.fields.some((f) => f.id === id)
  const parts: string[] = []
  if (text.trim() && has('name')) parts.push(`name LIKE ${quoted(`%${text.trim().replaceAll(/[%_\\]/g, '\\$&')}%`)}`)
  const level = area?.length === 6 ? 'county' : 'town'
  if (area && has(level)) parts.push(`${level} = ${quoted(area)}`)
  return parts.join(' AND ') || undefined
}

export function useRows(layer: () => Layer | undefined, filter: () => string | undefined, sortby: () => string | undefined): Rows {
  const rows = shallowRef<Item[]>([])
  const matched = ref(0)
  const more = ref(false)
  const failed = ref(false)
  let cursor: string | undefined
  let asking: AbortController | undefined

  async function read(from: string | undefined, limit: number): Promise<void> {
    const of = layer()
    asking?.abort()
    if (!of) return
    const mine = (asking = new AbortController())
    try {
      const page = await itemsPage(of.id, { filter: filter(), sortby: sortby(), limit, cursor: from }, mine.signal)
      rows.value = from ? [...rows.value, ...page.items] : page.items
      matched.value = page.matched
      cursor = page.cursor
      more.value = cursor !== undefined
      failed.value = false
    } catch {
      failed.value = !mine.signal.aborted
    }
  }

  watch([() => layer()?.id, filter, sortby], () => read(undefined, PAGE), { immediate: true })
  return {
    rows, matched, more, failed,
    next: () => read(cursor, PAGE),
    again: () => read(undefined, Math.max(PAGE, rows.value.length)),
  }
}

/** Somebody else has changed a value since it was listed. */
export class Changed extends Error {}

const AT_ONCE = 6

/** The changes that set a field of rows to a value; each row must still have the value that is listed. */
export async function changesTo(layer: Layer, field: Field, to: Value, items: readonly Item[]): Promise<Change[]> {
  const left = [...items]
  const changes: Change[] = []
  async function work(): Promise<void> {
    for (let item = left.shift(); item; item = left.shift()) {
      const feature = await getFeature(layer.id, item.id)
      const before = shapeOf(layer, feature)
      if ((before.values[field.id] ?? null) !== (item.properties[field.id] ?? null)) throw new Changed()
      if ((before.values[field.id] ?? null) === to) continue
      const after = { values: { ...before.values, [field.id]: to }, geometry: before.geometry }
      changes.push({ target: { layer: layer.id, id: feature.id, etag: feature.etag }, before, after })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return changes
}
