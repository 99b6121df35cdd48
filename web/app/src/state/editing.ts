// What is being edited on the page, and what was, to be undone.

import { computed, inject, reactive, ref, shallowRef } from 'vue'
import type { ComputedRef, InjectionKey, Ref, ShallowRef } from 'vue'
import { submit } from '../api/editing/edits'
import type { Feature } from '../api/features'
import type { Layer } from '../api/layers'
import { mayEdit } from '../api/imports'
import { History } from '../edit/history'
import type { Change, Target } from '../edit/history'
import type { Shape } from '../edit/merge'
import type { Link } from './link'

/** A feature as somebody fills it in. */
export interface Draft {
  layer: Layer
  /** Of a feature that is there; a new one has no id. */
  target: Target
  /** As it was when it was read; undefined of a new one. */
  was: Shape | undefined
  now: Shape
}

export interface Editing {
  /** Whether this person may edit here; nobody may edit the past. */
  may: ComputedRef<boolean>
  draft: ShallowRef<Draft | undefined>
  canUndo: Ref<boolean>
  canRedo: Ref<boolean>
  ask: () => Promise<void>
  /** Begins to edit a feature, or a new one of a layer. */
  open: (layer: Layer, feature?: Feature) => void
  commit: (changes: Change[], reason?: string) => Promise<Target[]>
  /** What would be undone, or done again. */
  next: (back: boolean) => readonly Change[] | undefined
  undo: () => Promise<Change[] | undefined>
  redo: () => Promise<Change[] | undefined>
  /** Takes news of changes: features that changed with what was edited here just before, other than those edited. */
  hear: (change: News) => void
  /** Those features, by the layer. */
  followed: ShallowRef<{ layer: string; ids: number[] } | undefined>
}

/** The part of the news that editing reads. */
export interface News {
  layers: Record<string, { ids?: number[] }>
}

/** How long after an edit changes of derived values may be its doing. */
const FOLLOWS_MS = 10_000

export const editingKey: InjectionKey<Editing> = Symbol('editing')

export function useEditing(): Editing {
  const editing = inject(editingKey)
  if (!editing) throw new Error('useEditing needs an app that provides the state')
  return editing
}

/** What is stored of a feature: derived fields are found anew. */
export function shapeOf(layer: Layer, from: { properties: Feature['properties']; geometry: Feature['geometry'] }): Shape {
  const stored = layer.fields.filter((f) => !f.derived)
  return { values: Object.fromEntries(stored.map((f) => [f.id, from.properties[f.id] ?? null])), geometry: from.geometry }
}

export function createEditing({ at }: Pick<Link, 'at'>): Editing {
  const allowed = ref(false)
  const may = computed(() => allowed.value && !at.value)
  const draft = shallowRef<Draft>()
  const canUndo = ref(false)
  const canRedo = ref(false)
  const followed = shallowRef<{ layer: string; ids: number[] }>()
  const history = new History(submit)
  let edited = new Set<string>()
  let until = 0

  async function commit(changes: Change[], reason?: string): Promise<Target[]> {
    followed.value = undefined
    until = Date.now() + FOLLOWS_MS
    edited = new Set(changes.map((c) => `${c.target.layer}/${c.target.id}`))
    return then(history.commit(changes, reason))
  }

  function hear({ layers }: News): void {
    if (Date.now() > until) return
    for (const [layer, { ids = [] }] of Object.entries(layers)) {
      if ([...edited].some((e) => e.startsWith(`${layer}/`))) continue // which may be somebody else's edits as well
      followed.value = { layer, ids: [...new Set([...(followed.value?.ids ?? []), ...ids])] }
    }
  }

  async function then<T>(doing: Promise<T>): Promise<T> {
    const result = await doing
    canUndo.value = history.canUndo
    canRedo.value = history.canRedo
    return result
  }

  function open(layer: Layer, feature?: Feature): void {
    const was = feature && shapeOf(layer, feature)
    const empty = { properties: {}, geometry: null }
    draft.value = {
      layer,
      target: { layer: layer.id, id: feature?.id ?? 0, etag: feature?.etag ?? '' },
      was,
      now: reactive<Shape>(shapeOf(layer, feature ?? empty)),
    }
  }

  return {
    may,
    draft,
    canUndo,
    canRedo,
    ask: async () => {
      allowed.value = (await mayEdit().catch(() => 'refused')) === 'allowed'
    },
    open,
    commit,
    next: (back) => history.next(back),
    undo: () => then(history.undo()),
    redo: () => then(history.redo()),
    hear,
    followed,
  }
}
