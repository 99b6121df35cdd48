// What the server says: the catalogue, what has changed, and whether it is in touch with its store.

import { inject, ref, shallowRef } from 'vue'
import type { InjectionKey, Ref, ShallowRef } from 'vue'
import type { Area } from '../api/areas'
import { openEvents, readiness } from '../api/events'
import type { Change } from '../api/events'
import { getCatalog } from '../api/layers'
import type { Catalog } from '../api/layers'
import { ApiError } from '../api/server'

/** How the line to the server stands. */
export type Line = 'connecting' | 'live' | 'degraded' | 'offline'

export interface Live {
  catalog: ShallowRef<Catalog | undefined>
  /** Why there is no catalogue. */
  failure: Ref<string | undefined>
  /** The counties with their towns, as last read. */
  areas: ShallowRef<Area[]>
  line: Ref<Line>
  /** Rises when the selected feature may have changed in the store. */
  revision: Ref<number>
  /** Rises when anything may have changed in the store. */
  changes: Ref<number>
  load: () => Promise<void>
}

export const liveKey: InjectionKey<Live> = Symbol('live')

export function useLive(): Live {
  const live = inject(liveKey)
  if (!live) throw new Error('useLive needs an app that provides the state')
  return live
}

export function createLive(): Live {
  const catalog = shallowRef<Catalog>()
  const failure = ref<string>()

  async function load(): Promise<void> {
    try {
      catalog.value = await getCatalog()
      failure.value = undefined
    } catch (error) {
      if (!catalog.value) failure.value = error instanceof ApiError && error.status ? error.message : 'unreachable'
    }
  }

  return { catalog, failure, areas: shallowRef([]), line: ref('connecting'), revision: ref(0), changes: ref(0), load }
}

export interface Listener {
  changed(change: Change): void
  line(now: Line): void
}

const CHECK_MS = 30_000

/** Listens until the page goes; the browser's EventSource reconnects by itself. */
export function listen(to: Listener): () => void {
  let opened = false
  const events = openEvents()

  async function check(): Promise<void> {
    if (events.readyState !== EventSource.OPEN) return
    try {
      const { status } = await readiness()
      to.line(status === 'degraded' ? 'degraded' : 'live')
    } catch {
      to.line('offline')
    }
  }

  events.addEventListener('open', () => {
    // What happened while the line was down is unknown, so everything counts as changed.
    if (opened) to.changed({ all: true, layers: {} })
    opened = true
    void check()
  })
  events.addEventListener('error', () => to.line(opened ? 'offline' : 'connecting'))
  events.addEventListener('change', (e: MessageEvent<string>) => to.changed(JSON.parse(e.data) as Change))
  events.addEventListener('state', (e: MessageEvent<string>) => {
    const { connected } = JSON.parse(e.data) as { connected: boolean }
    to.line(connected ? 'live' : 'degraded')
  })
  const timer = setInterval(() => void check(), CHECK_MS)

  return () => {
    clearInterval(timer)
    events.close()
  }
}

/** Whether a change touches a feature, so far as the server has said; a long list of ids is cut off. */
export function touches(change: Change, layer: string, id: number): boolean {
  if (change.all) return true
  const at = change.layers[layer]
  if (!at) return false
  const ids = at.ids ?? []
  return ids.includes(id) || at.count > ids.length
}
