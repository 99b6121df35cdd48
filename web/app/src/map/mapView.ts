// The MapLibre map: what the app tells it and what it tells the app.

import { Map as MapLibre, setWorkerUrl } from 'maplibre-gl'
import type { MapGeoJSONFeature, MapMouseEvent, PointLike, StyleSpecification } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import 'maplibre-gl/dist/maplibre-gl.css'
import type { Bounds, Catalog, Layer, Properties } from '../api/layers'
import type { Padding } from './free'
import type { Camera } from '../state/address'
import type { Drawn } from './style/choropleth'
import { catalogueId } from './style/layers'
import { countClasses, idOf } from './count'
import { drawImage } from './images'
import { makeProgramsAhead } from './programs'
import type { Theme } from './style/theme'

// A file of our own, which the page's content security policy lets run.
setWorkerUrl(workerUrl)

export interface Pointed {
  layer: string
  id: number | undefined
  properties: Properties
  /** A county or town that is coloured by the theme. */
  theme?: boolean
}

export interface Listener {
  moved(camera: Camera): void
  hovered(at: { x: number; y: number; lon: number; lat: number } | undefined, feature: Pointed | undefined): void
  clicked(at: { lon: number; lat: number }, feature: Pointed | undefined): void
  /** Everything in view has been drawn. */
  settled(): void
}

const REACH_PX = 6 // how near a click must come
const CHINA: Bounds = [73, 18, 135, 54]
const notPointed = /:(land|glow|outline|.*-edge)$/

export class MapView {
  readonly map: MapLibre

  constructor(
    container: HTMLElement,
    style: StyleSpecification,
    start: { camera: Camera | undefined; bounds: Bounds | undefined; padding: Padding },
    private readonly to: Listener,
  ) {
    openCanvas()
    this.map = new MapLibre({
      container,
      style,
      ...(start.camera
        ? { center: [start.camera.lon, start.camera.lat] as [number, number], zoom: start.camera.zoom }
        : { bounds: start.bounds ?? CHINA, fitBoundsOptions: { padding: start.padding } }),
      maxZoom: 18,
      minZoom: 3,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      attributionControl: false,
      validateStyle: import.meta.env.DEV,
      // Tiles change at any moment: ask the server each time, which mostly answers 304.
      transformRequest: (address, kind) => (String(kind) === 'Tile' ? { url: address, cache: 'no-cache' } : { url: address }),
      fadeDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 150,
    })
    makeProgramsAhead(this.map)
    this.map.touchZoomRotate.disableRotation()
    this.map.keyboard.disableRotation()
    this.map.getCanvas().setAttribute('role', 'application')
    this.map.setMissingStyleImageResolver((id) => {
      const image = drawImage(id)
      if (image && !this.map.hasImage(id)) this.map.addImage(id, image.data, { pixelRatio: image.pixelRatio })
    })
    this.map.on('error', ({ error }) => isGivenUp(error) || console.error(error.message))
    this.map.on('moveend', () => this.to.moved(this.camera()))
    this.map.on('idle', () => this.to.settled())
    this.map.on('click', (e) => this.to.clicked({ lon: e.lngLat.lng, lat: e.lngLat.lat }, this.at(e.point)))
    this.listenToPointer()
  }

  camera(): Camera {
    const { lng, lat } = this.map.getCenter()
    return { zoom: this.map.getZoom(), lat, lon: lng }
  }

  setStyle(style: StyleSpecification): void {
    this.map.setStyle(style, { diff: true, validate: import.meta.env.DEV, transformStyle: keepDrawing })
  }

  /** Zooms in as far as the first view must be. */
  atLeast(zoom: number): void {
    if (this.map.getZoom() < zoom) this.map.setZoom(zoom)
  }

  jump(camera: Camera): void {
    this.map.jumpTo({ center: [camera.lon, camera.lat], zoom: camera.zoom })
  }

  fit(bounds: Bounds, padding: Padding, maxZoom = 14): void {
    this.map.fitBounds(bounds, { padding, maxZoom, duration: 900 })
  }

  /** Asks again for the tiles of sources; those in hand stay on the map until the new ones are there. */
  refresh(sources: Iterable<string>): void {
    for (const source of sources) if (this.map.getSource(source)) this.map.refreshTiles(source)
  }

  count(theme: Theme, catalog: Catalog, layer: Layer, area: string | undefined): Map<string, number> {
    return countClasses(this.map, theme, catalog, layer, area)
  }

  destroy(): void {
    this.map.remove()
  }

  // Points before lines before areas; within those, what lies on top.
  private at(point: { x: number; y: number }): Pointed | undefined {
    const box: [PointLike, PointLike] = [
      [point.x - REACH_PX, point.y - REACH_PX],
      [point.x + REACH_PX, point.y + REACH_PX],
    ]
    const layers = this.map
      .getLayersOrder()
      .filter((id) => catalogueId(id) !== undefined && !notPointed.test(id))
    const rank = (f: MapGeoJSONFeature) => (f.geometry.type.includes('Point') ? 0 : f.geometry.type.includes('Line') ? 1 : 2)
    const found = this.map.queryRenderedFeatures(box, { layers })
    const best = found.sort((a, b) => rank(a) - rank(b))[0]
    const drawn = best?.layer.metadata as Drawn | undefined
    const layer = best && (drawn?.layer ?? catalogueId(best.layer.id))
    if (!best || !layer) return undefined
    return { layer, id: idOf(best), properties: best.properties, theme: best.layer.id.endsWith(':theme') }
  }

  private listenToPointer(): void {
    let last: MapMouseEvent | undefined
    let frame = 0
    const look = () => {
      frame = 0
      if (!last) return
      const feature = this.map.isMoving() ? undefined : this.at(last.point)
      this.map.getCanvas().style.cursor = feature ? 'pointer' : ''
      this.to.hovered({ x: last.point.x, y: last.point.y, lon: last.lngLat.lng, lat: last.lngLat.lat }, feature)
    }
    this.map.on('mousemove', (e) => {
      last = e
      frame ||= requestAnimationFrame(look)
    })
    this.map.on('mouseout', () => {
      last = undefined
      this.to.hovered(undefined, undefined)
    })
  }
}

/**
 * Draws nothing on a canvas like that on which MapLibre draws words. The first drawing of a page waits for the graphics
 * card: here, where the map's own context waits for it anyway, and not when the first words are due.
 */
function openCanvas(): void {
  new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })?.clearRect(0, 0, 1, 1)
}

/** Whether an error only says that a tile is not wanted any more; that is how contours under way end. */
function isGivenUp(error: { name?: string; message: string }): boolean {
  return error.name === 'AbortError' || ['', 'aborted', 'canceled'].includes(error.message)
}

/** What tools add to the map by themselves; terra-draw's names begin with td. */
const isDrawing = (id: string) => id.startsWith('td-')

/** The next style with what is being drawn on top. */
function keepDrawing(before: StyleSpecification | undefined, next: StyleSpecification): StyleSpecification {
  if (!before) return next
  return {
    ...next,
    sources: { ...next.sources, ...Object.fromEntries(Object.entries(before.sources).filter(([id]) => isDrawing(id))) },
    layers: [...next.layers, ...before.layers.filter((l) => isDrawing(l.id))],
  }
}
