// Drawing a feature on the map and changing its shape, by terra-draw, which is loaded when it is first used. Lines and
// outlines snap to what is near.

import type { Geometry, LineString, Point, Polygon, Position } from 'geojson'
import { onBeforeUnmount, ref } from 'vue'
import type { Ref } from 'vue'
import type { GeoJSONStoreFeatures, TerraDraw } from 'terra-draw'
import type { GeometryKind } from '../api/layers'
import { palettes } from '../map/style/palette'
import { useChosen } from '../state/chosen'
import { useMap } from '../state/map'
import { snap } from './lines'
import type { Line } from './lines'

type Simple = Point | LineString | Polygon

const modes = { point: 'point', line: 'linestring', polygon: 'polygon' } as const
const modeOf = { Point: 'point', LineString: 'linestring', Polygon: 'polygon' } as const

/** How near, in pixels, a cursor must come to be drawn to what is there. */
const SNAP_PX = 14

/** Whether a shape can be changed on the map: one of one part and without holes. */
export function canShape(g: Geometry | null): g is Simple {
  return g?.type === 'Point' || g?.type === 'LineString' || (g?.type === 'Polygon' && g.coordinates.length === 1)
}

export interface Shaping {
  active: Ref<boolean>
  /** Begins to draw a new shape of a kind, or to change one. */
  begin: (kind: GeometryKind, shape: Geometry | null) => Promise<void>
  end: () => void
}

/** changed is told of each shape that is complete. Lines are what is near enough to snap to. */
export function useShaping(lines: () => readonly Line[], changed: (shape: Geometry) => void): Shaping {
  const { scheme } = useChosen()
  const { map, picker } = useMap()
  const active = ref(false)
  let draw: TerraDraw | undefined
  let drawing = false
  const swallow = () => true

  const toLines = (event: { containerX: number; containerY: number }): Position | undefined => {
    const on = map.value
    if (!on) return undefined
    const at = { x: event.containerX, y: event.containerY }
    return snap(lines(), at, SNAP_PX, (p) => on.project([p[0] ?? 0, p[1] ?? 0]))?.position
  }

  async function begin(kind: GeometryKind, shape: Geometry | null): Promise<void> {
    end()
    const [td, { TerraDrawMapLibreGLAdapter }] = await Promise.all([import('terra-draw'), import('terra-draw-maplibre-gl-adapter')])
    if (!map.value) return
    const colour = palettes[scheme.value].selected as `#${string}`
    const casing = palettes[scheme.value].casing as `#${string}`
    const snapping = kind === 'point' ? {} : { snapping: { toCustom: toLines } }
    const coordinates = { draggable: true, midpoints: true, deletable: true, snappable: { toCustom: toLines } }
    const area = { fillColor: colour, fillOpacity: 0.12, outlineColor: colour, outlineWidth: 2 }
    draw = new td.TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map: map.value, coordinatePrecision: 9 }),
      modes: [
        new td.TerraDrawPointMode({ styles: { pointColor: colour, pointWidth: 7, pointOutlineColor: casing, pointOutlineWidth: 2 } }),
        new td.TerraDrawLineStringMode({ styles: { lineStringColor: colour, lineStringWidth: 4 }, ...snapping }),
        new td.TerraDrawPolygonMode({ styles: area, ...snapping }),
        new td.TerraDrawSelectMode({
          allowManualDeselection: false,
          styles: {
            selectedPointColor: colour, selectedPointWidth: 9, selectedPointOutlineColor: casing, selectedPointOutlineWidth: 3,
            selectedLineStringColor: colour, selectedLineStringWidth: 4, selectedPolygonColor: colour, selectedPolygonOutlineColor: colour,
            selectionPointColor: casing, selectionPointOutlineColor: colour, selectionPointOutlineWidth: 3, selectionPointWidth: 6,
            midPointColor: colour, midPointOutlineColor: casing, midPointWidth: 4, midPointOutlineWidth: 1,
          },
          flags: {
            point: { feature: { draggable: true } },
            linestring: { feature: { draggable: false, coordinates } },
            polygon: { feature: { draggable: false, selfIntersectable: false, coordinates } },
          },
        }),
      ],
    })
    draw.start()
    draw.on('change', () => !drawing && tell())
    draw.on('finish', (id) => {
      if (!drawing) return tell()
      drawing = false
      tell()
      // The click that ended the shape is over first.
      setTimeout(() => draw?.enabled && draw.selectFeature(id))
    })
    active.value = true
    picker.value = swallow
    if (canShape(shape)) change(shape)
    else {
      drawing = true
      draw.setMode(modes[kind])
    }
  }

  function change(shape: Simple): void {
    const feature = { type: 'Feature', geometry: shape, properties: { mode: modeOf[shape.type] } } as GeoJSONStoreFeatures
    const [added] = draw?.addFeatures([feature]) ?? []
    draw?.setMode('select')
    if (added?.valid && added.id !== undefined) draw?.selectFeature(added.id)
  }

  function tell(): void {
    const drawn = draw?.getSnapshot().find((f) => !f.properties['selectionPoint'] && !f.properties['midPoint'])
    if (drawn) changed(rounded(drawn.geometry))
  }

  function end(): void {
    if (draw?.enabled) draw.stop()
    draw = undefined
    active.value = drawing = false
    // The click that ended the shape is not to choose what lies under it.
    setTimeout(() => picker.value === swallow && !active.value && (picker.value = undefined))
  }

  onBeforeUnmount(end)
  return { active, begin, end }
}

/** Coordinates as they are served, to 1e-8 degrees. */
function rounded(shape: Simple): Simple {
  const round = (p: Position): Position => p.slice(0, 2).map((v) => Math.round(v * 1e8) / 1e8)
  switch (shape.type) {
    case 'Point':
      return { type: 'Point', coordinates: round(shape.coordinates) }
    case 'LineString':
      return { type: 'LineString', coordinates: shape.coordinates.map(round) }
    case 'Polygon':
      return { type: 'Polygon', coordinates: shape.coordinates.map((ring) => ring.map(round)) }
  }
}
