// Contours from the tiles of heights, by maplibre-contour in a worker of its own; the
// library is loaded with the first map that shows the ground.

import { addProtocol } from 'maplibre-gl'
import { thresholds } from './style/relief'

/** How long a tile of heights may take: a slow line, or a machine that has much to do, is no fault. */
const PATIENCE_MS = 60_000

let address: Promise<string> | undefined

type Load = Parameters<typeof addProtocol>[1]

/** The library fails with an error of its own when the map no longer wants a tile; the map would log that as a fault. */
function unlessCancelled(load: Load): Load {
  return (request, abort) =>
    load(request, abort).catch((error: unknown) => {
      throw abort.signal.aborted ? new DOMException('cancelled', 'AbortError') : error
    })
}

/** The address of vector tiles of contours over the tiles of heights. */
export function contoursOver(heights: string, maxzoom: number): Promise<string> {
  address ??= import('maplibre-contour').then(({ default: contour }) => {
    const source = new contour.DemSource({
      url: heights,
      encoding: 'terrarium',
      maxzoom,
      worker: true,
      cacheSize: 60,
      timeoutMs: PATIENCE_MS,
    })
    source.setupMaplibre({ addProtocol: (name, load) => addProtocol(name, unlessCancelled(load)) })
    return source.contourProtocolUrl({ thresholds, contourLayer: 'contours', elevationKey: 'ele', levelKey: 'level', overzoom: 1 })
  })
  return address
}
