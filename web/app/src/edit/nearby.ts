// The lines of a layer around what is in view, exactly as they are stored, to snap to.

import { onBeforeUnmount, shallowRef, watch } from 'vue'
import type { ShallowRef } from 'vue'
import { itemsIn } from '../api/editing/items'
import { useLive } from '../state/live'
import { useMap } from '../state/map'
import type { Line } from './lines'

export type Near = Line & { name: string }

/** Before this zoom there is too much in view, and too small to be met. */
const FROM_ZOOM = 11
const MOST = 2000

/** The lines while a layer is asked for; lines of several parts are left out, since they are not split. */
export function useNearby(layer: () => string | undefined): ShallowRef<Near[]> {
  const { map } = useMap()
  const { changes } = useLive()
  const lines = shallowRef<Near[]>([])
  let asking: AbortController | undefined

  async function read(): Promise<void> {
    const of = layer()
    asking?.abort()
    if (!of || !map.value || map.value.getZoom() < FROM_ZOOM) {
      lines.value = []
      return
    }
    asking = new AbortController()
    const [[west, south], [east, north]] = map.value.getBounds().toArray()
    const [dx, dy] = [(east - west) / 4, (north - south) / 4]
    const bounds = [west - dx, south - dy, east + dx, north + dy]
    const found = await itemsIn(of, bounds, MOST, asking.signal).catch(() => undefined)
    if (!found) return
    lines.value = found.flatMap(({ id, geometry: g, properties }) => {
      const name = [properties['number'], properties['name']].filter(Boolean).join(' ')
      return g?.type === 'LineString' ? [{ id, name, coordinates: g.coordinates }] : []
    })
  }

  watch([layer, changes, map], ([, , on], _, onCleanup) => {
    const again = () => void read()
    again()
    on?.on('moveend', again)
    onCleanup(() => on?.off('moveend', again))
  }, { immediate: true })
  onBeforeUnmount(() => asking?.abort())
  return lines
}
