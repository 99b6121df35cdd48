// Contours from the tiles of heights, by maplibre-contour in a worker of its own; the
// library is loaded with the first map that shows the ground.

import { addProtocol } from 'maplibre-gl'
import { thresholds } from '../style/relief'

let address: Promise<string> | undefined

/** The address of vector tiles of contours over the tiles of heights. */
export function contoursOver(heights: string, maxzoom: number): Promise<string> {
  address ??= import('maplibre-contour').then(({ default: contour }) => {
    const source = new contour.DemSource({ url: heights, encoding: 'terrarium', maxzoom, worker: true, cacheSize: 60 })
    source.setupMaplibre({ addProtocol })
    return source.contourProtocolUrl({ thresholds, contourLayer: 'contours', elevationKey: 'ele', levelKey: 'level', overzoom: 1 })
  })
  return address
}
