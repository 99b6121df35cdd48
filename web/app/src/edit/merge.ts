// Three states of a feature made one: that which both began with, theirs and mine, cell by cell. The geometry is one cell.

import type { Geometry } from 'geojson'
import type { Properties, Value } from '../api/layers'

export interface Shape {
  values: Properties
  geometry: Geometry | null
}

export const GEOMETRY = 'geometry'

/** A cell that both have changed, each to something else. */
export interface Conflict {
  /** A field's id, or GEOMETRY. */
  cell: string
  base: Value | undefined
  theirs: Value | undefined
  mine: Value | undefined
}

export interface Merged {
  /** With mine where one must choose. */
  shape: Shape
  conflicts: Conflict[]
  /** Cells that only they have changed. */
  theirs: string[]
}

export function sameGeometry(a: Geometry | null, b: Geometry | null): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

const same = (a: Value | undefined, b: Value | undefined) => (a ?? null) === (b ?? null)

export function merge(base: Shape, theirs: Shape, mine: Shape): Merged {
  const merged: Merged = { shape: { values: {}, geometry: mine.geometry }, conflicts: [], theirs: [] }
  for (const id of new Set([...Object.keys(theirs.values), ...Object.keys(mine.values)])) {
    const [was, their, my] = [base.values[id], theirs.values[id], mine.values[id]]
    merged.shape.values[id] = my ?? null
    if (same(their, was) || same(their, my)) continue
    if (same(my, was)) {
      merged.shape.values[id] = their ?? null
      merged.theirs.push(id)
    } else merged.conflicts.push({ cell: id, base: was, theirs: their, mine: my })
  }
  if (sameGeometry(theirs.geometry, base.geometry) || sameGeometry(theirs.geometry, mine.geometry)) return merged
  if (sameGeometry(mine.geometry, base.geometry)) {
    merged.shape.geometry = theirs.geometry
    merged.theirs.push(GEOMETRY)
  } else merged.conflicts.push({ cell: GEOMETRY, base: undefined, theirs: undefined, mine: undefined })
  return merged
}

/** The values that are other than before. */
export function changedValues(before: Properties, after: Properties): Properties {
  return Object.fromEntries(Object.entries(after).filter(([id, value]) => !same(value, before[id])))
}
