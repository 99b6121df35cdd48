// The line to the server: what has changed, and whether it is in touch with its store.

import { readiness, url } from '../api/server'
import type { Change } from '../api/server'
import type { Link } from './state'

export interface Listener {
  changed(change: Change): void
  link(state: Link): void
}

const CHECK_MS = 30_000

/** Listens until the page goes; the browser's EventSource reconnects by itself. */
export function listen(to: Listener): () => void {
  let opened = false
  const events = new EventSource(url('api/events'))

  async function check(): Promise<void> {
    if (events.readyState !== EventSource.OPEN) return
    try {
      const { status } = await readiness()
      to.link(status === 'degraded' ? 'degraded' : 'live')
    } catch {
      to.link('offline')
    }
  }

  events.addEventListener('open', () => {
    // What happened while the line was down is unknown, so everything counts as changed.
    if (opened) to.changed({ all: true, layers: {} })
    opened = true
    void check()
  })
  events.addEventListener('error', () => to.link(opened ? 'offline' : 'connecting'))
  events.addEventListener('change', (e: MessageEvent<string>) => to.changed(JSON.parse(e.data) as Change))
  events.addEventListener('state', (e: MessageEvent<string>) => {
    const { connected } = JSON.parse(e.data) as { connected: boolean }
    to.link(connected ? 'live' : 'degraded')
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
