// A question about a place on the map: a right click or, by finger, a long press.

import type { Map as MapLibre, MapMouseEvent, MapTouchEvent } from 'maplibre-gl'

const PRESS_MS = 600

/** Tells of the places that are asked about, until the map goes. */
export function listenForQuestions(map: MapLibre, asked: (at: { lon: number; lat: number }) => void): void {
  let timer = 0
  const tell = (e: MapMouseEvent | MapTouchEvent) => asked({ lon: e.lngLat.lng, lat: e.lngLat.lat })
  const stop = () => clearTimeout(timer)
  map.on('contextmenu', tell)
  // Not every browser makes a contextmenu event of a long press.
  map.on('touchstart', (e) => {
    stop()
    if (e.points.length === 1) timer = window.setTimeout(() => tell(e), PRESS_MS)
  })
  map.on('touchmove', stop)
  map.on('touchend', stop)
  map.on('touchcancel', stop)
}
