// A file's places on the map beside what is there: the first rows in blue, and
// what is wrong in red.

import type { Feature, FeatureCollection, Position } from 'geojson'
import type { LayerSpecification } from 'maplibre-gl'
import type { Ref, ShallowRef } from 'vue'
import type { Bounds } from '../../api/layers'
import { useLive } from '../../state/live'
import type { Report, Sheet } from '../../api/imports'
import { marks } from '../../map/style/palette'
import { useMap, useOverlay } from '../../state/map'

export const ROWS = 'import:rows'
export const PROBLEMS = 'import:problems'

const BLUE = marks.rows
const RED = marks.problems

const layers: LayerSpecification[] = [
  {
    id: `${ROWS}:fill`,
    type: 'fill',
    source: ROWS,
    filter: ['==', ['geometry-type'], 'Polygon'],
    paint: { 'fill-color': BLUE, 'fill-opacity': 0.25, 'fill-outline-color': BLUE },
  },
  {
    id: `${ROWS}:line`,
    type: 'line',
    source: ROWS,
    filter: ['!=', ['geometry-type'], 'Point'],
    paint: { 'line-color': BLUE, 'line-width': 2.5 },
  },
  {
    id: `${ROWS}:point`,
    type: 'circle',
    source: ROWS,
    filter: ['==', ['geometry-type'], 'Point'],
    paint: { 'circle-color': BLUE, 'circle-radius': 6, 'circle-stroke-color': '#fff', 'circle-stroke-width': 2 },
  },
  {
    id: `${PROBLEMS}:point`,
    type: 'circle',
    source: PROBLEMS,
    paint: { 'circle-color': RED, 'circle-radius': 7, 'circle-stroke-color': '#fff', 'circle-stroke-width': 2 },
  },
]

function collection(features: Feature[]): FeatureCollection {
  return { type: 'FeatureCollection', features }
}

/** A box around geometries, or undefined where there are none. */
export function boxOf(features: Feature[]): Bounds | undefined {
  const box: Bounds = [180, 90, -180, -90]
  const widen = (at: unknown): void => {
    if (!Array.isArray(at)) return
    if (typeof at[0] !== 'number') {
      at.forEach(widen)
      return
    }
    const [x, y] = at as Position
    if (x === undefined || y === undefined) return
    box[0] = Math.min(box[0], x)
    box[1] = Math.min(box[1], y)
    box[2] = Math.max(box[2], x)
    box[3] = Math.max(box[3], y)
  }
  for (const f of features) if (f.geometry.type !== 'GeometryCollection') widen(f.geometry.coordinates)
  return box[0] > box[2] ? undefined : box
}

const ASIDE = 0.5 // degrees

/** Those about where the store's data are, lest one wrong coordinate shows half the world; all where none are. */
export function near(features: Feature[], bounds: Bounds | null | undefined): Feature[] {
  if (!bounds) return features
  const inside = features.filter((f) => {
    const box = boxOf([f])
    return box && box[0] > bounds[0] - ASIDE && box[1] > bounds[1] - ASIDE && box[2] < bounds[2] + ASIDE && box[3] < bounds[3] + ASIDE
  })
  return inside.length ? inside : features
}

/** Draws what is looked at, and moves the map to it. */
export function usePlaces(sheet: ShallowRef<Sheet | undefined>, report: ShallowRef<Report | undefined>, step: Ref<number>) {
  const { catalog } = useLive()
  const { show } = useMap()

  function rows(): Feature[] {
    return (sheet.value?.rows ?? []).flatMap((r) =>
      r.geometry ? [{ type: 'Feature' as const, geometry: r.geometry, properties: { row: r.row } }] : [],
    )
  }

  function problems(): Feature[] {
    return (report.value?.problems ?? []).flatMap((p) =>
      p.place && !p.warning
        ? [{ type: 'Feature' as const, geometry: { type: 'Point' as const, coordinates: p.place }, properties: { row: p.row ?? 0 } }]
        : [],
    )
  }

  useOverlay('import', () =>
    step.value === 1 || step.value === 2
      ? {
          sources: { [ROWS]: collection(step.value === 1 ? rows() : []), [PROBLEMS]: collection(step.value === 2 ? problems() : []) },
          layers,
        }
      : undefined,
  )

  return {
    /** Moves the map to the file's first rows. */
    sheet(): void {
      const box = boxOf(near(rows(), catalog.value?.bounds))
      if (box) show.value([box[0] - 0.01, box[1] - 0.01, box[2] + 0.01, box[3] + 0.01])
    },
    go([lon, lat]: [number, number]): void {
      show.value([lon - 0.02, lat - 0.015, lon + 0.02, lat + 0.015])
    },
  }
}
