// Drawing a line or an area on the map, by terra-draw, which is loaded when it is
// first used.

import type { LineString, Polygon } from 'geojson'
import { onBeforeUnmount, ref, shallowRef } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import type { TerraDraw } from 'terra-draw'
import { useMap } from '../state/map'
import { useChosen } from '../state/chosen'
import { palettes } from './style/palette'

export type DrawMode = 'linestring' | 'polygon' | 'rectangle'

export interface Drawing {
  /** What is being drawn, as far as it has come. */
  shape: ShallowRef<LineString | Polygon | undefined>
  mode: Ref<DrawMode | undefined>
  /** True once the shape is complete. */
  done: Ref<boolean>
  start: (mode: DrawMode) => Promise<void>
  /** Takes the shape off the map. */
  clear: () => void
}

export function useDrawing(): Drawing {
  const { scheme } = useChosen()
  const { map, picker } = useMap()
  const shape = shallowRef<LineString | Polygon>()
  const mode = ref<DrawMode>()
  const done = ref(false)
  let draw: TerraDraw | undefined
  const swallow = () => true

  async function start(to: DrawMode): Promise<void> {
    clear()
    const [{ TerraDraw, TerraDrawLineStringMode, TerraDrawPolygonMode, TerraDrawRectangleMode }, { TerraDrawMapLibreGLAdapter }] =
      await Promise.all([import('terra-draw'), import('terra-draw-maplibre-gl-adapter')])
    if (!map.value) return
    const colour = palettes[scheme.value].selected as `#${string}`
    const area = { fillColor: colour, fillOpacity: 0.1, outlineColor: colour, outlineWidth: 2 }
    draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map: map.value }),
      modes: [
        new TerraDrawLineStringMode({ styles: { lineStringColor: colour, lineStringWidth: 3 } }),
        new TerraDrawPolygonMode({ styles: area }),
        new TerraDrawRectangleMode({ styles: area }),
      ],
    })
    draw.start()
    draw.setMode(to)
    draw.on('change', () => read(draw))
    draw.on('finish', () => {
      read(draw)
      done.value = true
      draw?.setMode('static')
      // The click that ended the shape is not to choose what lies under it.
      setTimeout(() => picker.value === swallow && (picker.value = undefined))
    })
    mode.value = to
    picker.value = swallow
  }

  function read(from: TerraDraw | undefined): void {
    const drawn = from?.getSnapshot().find((f) => f.geometry.type === (mode.value === 'linestring' ? 'LineString' : 'Polygon'))
    shape.value = drawn?.geometry as LineString | Polygon | undefined
  }

  function clear(): void {
    draw?.stop()
    draw = shape.value = mode.value = undefined
    done.value = false
    if (picker.value === swallow) picker.value = undefined
  }

  onBeforeUnmount(clear)
  return { shape, mode, done, start, clear }
}
