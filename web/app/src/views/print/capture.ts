// The map as pictures of 300 dots an inch. A wall map is larger than a graphics
// card can draw at once: the ground and the signs are drawn piece by piece, and the
// words, which must not be cut at the seams, in one picture over all, on the largest
// sheets somewhat coarser.

import { Map as MapLibre } from 'maplibre-gl'
import type { StyleSpecification } from 'maplibre-gl'
import type { Bounds } from '../../api/layers'
import { drawImage } from '../../map/images'
import type { Piece } from './paper'
import { RATIO, pieces } from './paper'

/** What every card that draws WebGL 2 can do, and software too. */
const MOST_PX = 4096

export interface Frame {
  width: number
  height: number
}

export interface Camera {
  center: [number, number]
  zoom: number
}

export interface Picture extends Piece {
  src: string
}

/** The map that all drawing goes through; it must be on the page, but not in view. */
async function withMap<T>(
  style: StyleSpecification,
  frame: Frame,
  ratio: number,
  camera: Camera,
  use: (map: MapLibre) => Promise<T>,
): Promise<T> {
  const box = document.createElement('div')
  Object.assign(box.style, { position: 'fixed', left: '-100000px', top: '0', width: `${frame.width}px`, height: `${frame.height}px` })
  document.body.append(box)
  const map = new MapLibre({
    container: box,
    style,
    ...camera,
    pixelRatio: ratio,
    maxCanvasSize: [MOST_PX, MOST_PX],
    interactive: false,
    attributionControl: false,
    fadeDuration: 0,
    validateStyle: false,
    canvasContextAttributes: { preserveDrawingBuffer: true },
  })
  map.setMissingStyleImageResolver((id) => {
    const image = drawImage(id)
    if (image && !map.hasImage(id)) map.addImage(id, image.data, { pixelRatio: image.pixelRatio })
  })
  try {
    await new Promise<void>((resolve) => void map.once('idle', () => resolve()))
    return await use(map)
  } finally {
    map.remove()
    box.remove()
  }
}

export interface Margins {
  top: number
  right: number
  bottom: number
  left: number
}

/** The camera that shows the bounds in the frame, clear of its margins in px. */
export function fit([w, s, e, n]: Bounds, frame: Frame, margins: Margins): Camera {
  const wide = Math.max((e - w) / 360, 1e-6)
  const high = Math.max((mercator(n) - mercator(s)) / (2 * Math.PI), 1e-6)
  const world = Math.min((frame.width - margins.left - margins.right) / wide, (frame.height - margins.top - margins.bottom) / high)
  const middle: Camera = { center: [(w + e) / 2, latitude((mercator(s) + mercator(n)) / 2)], zoom: Math.log2(world / TILE_PX) }
  return moved(middle, (margins.right - margins.left) / 2, (margins.bottom - margins.top) / 2)
}

const TILE_PX = 512
const mercator = (lat: number) => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360))
const latitude = (y: number) => (Math.atan(Math.exp(y)) * 360) / Math.PI - 90

/** The camera so many px to the right and down. */
function moved({ center: [lon, lat], zoom }: Camera, dx: number, dy: number): Camera {
  const world = TILE_PX * 2 ** zoom
  return { center: [lon + (360 * dx) / world, latitude(mercator(lat) - (2 * Math.PI * dy) / world)], zoom }
}

const isWords = (l: StyleSpecification['layers'][number]) => l.type === 'symbol' && l.layout?.['text-field'] !== undefined

/** The style without words, and the words alone over nothing. */
function split(style: StyleSpecification): { ground: StyleSpecification; words: StyleSpecification } {
  return {
    ground: { ...style, layers: style.layers.filter((l) => !isWords(l)) },
    words: { ...style, layers: style.layers.filter(isWords) },
  }
}

async function picture(map: MapLibre, at: Piece): Promise<Picture> {
  const blob = await new Promise<Blob | null>((resolve) => map.getCanvas().toBlob(resolve, 'image/png'))
  if (!blob) throw new Error('the map could not be read')
  return { ...at, src: URL.createObjectURL(blob) }
}

/** Pictures that make up the frame, the words last; `inspect` sees the map of each piece. */
export async function capture(
  style: StyleSpecification,
  frame: Frame,
  camera: Camera,
  inspect: (map: MapLibre) => void,
  progress: (share: number) => void,
): Promise<Picture[]> {
  const { ground, words } = split(style)
  const parts = pieces(frame.width, frame.height, Math.floor(MOST_PX / RATIO))
  const list: Picture[] = []
  for (const part of parts) {
    const at = moved(camera, part.x + (part.width - frame.width) / 2, part.y + (part.height - frame.height) / 2)
    list.push(
      await withMap(ground, part, RATIO, at, (map) => {
        inspect(map)
        return picture(map, part)
      }),
    )
    progress(list.length / (parts.length + 1))
  }
  const whole = { x: 0, y: 0, ...frame }
  const coarse = Math.min(RATIO, MOST_PX / Math.max(frame.width, frame.height))
  const all = await withMap(words, frame, coarse, camera, (map) => picture(map, whole))
  progress(1)
  return [...list, all]
}
