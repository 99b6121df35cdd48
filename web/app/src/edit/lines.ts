// Lines that meet: where one snaps to others, and how another is split where it is met.

import type { Position } from 'geojson'

export interface Line {
  id: number
  coordinates: Position[]
}

/** A place on a line: at a vertex, or between it and the next. */
export interface Snap {
  line: number
  position: Position
  /** The index of the vertex, or of that before the place. */
  at: number
  vertex: boolean
}

export interface Pixels {
  x: number
  y: number
}

/** Coordinates are served, and sent, to 1e-8 degrees. */
const round = (v: number) => Math.round(v * 1e8) / 1e8

/**
 * The place on lines that is nearest to a place in pixels, within a reach in pixels: a vertex before what lies between two,
 * so that ends meet ends.
 */
export function snap(lines: readonly Line[], at: Pixels, reach: number, project: (p: Position) => Pixels): Snap | undefined {
  let vertex: Snap | undefined
  let edge: Snap | undefined
  let nearest = reach
  let nearestEdge = reach * 0.75
  for (const { id, coordinates } of lines) {
    let last: Pixels | undefined
    coordinates.forEach((position, i) => {
      const here = project(position)
      const far = Math.hypot(here.x - at.x, here.y - at.y)
      if (far < nearest) {
        nearest = far
        vertex = { line: id, position, at: i, vertex: true }
      }
      if (last) {
        const share = along(last, here, at)
        const off = Math.hypot(last.x + share * (here.x - last.x) - at.x, last.y + share * (here.y - last.y) - at.y)
        if (off < nearestEdge && share > 0 && share < 1) {
          nearestEdge = off
          const from = coordinates[i - 1] as Position
          edge = { line: id, position: between(from, position, share), at: i - 1, vertex: false }
        }
      }
      last = here
    })
  }
  return vertex ?? edge
}

/** How far along a stretch, 0 to 1, the place nearest to a point is. */
function along(from: Pixels, to: Pixels, at: Pixels): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = dx * dx + dy * dy
  if (length === 0) return 0
  return Math.min(1, Math.max(0, ((at.x - from.x) * dx + (at.y - from.y) * dy) / length))
}

function between(from: Position, to: Position, share: number): Position {
  return [0, 1].map((i) => round((from[i] ?? 0) + share * ((to[i] ?? 0) - (from[i] ?? 0))))
}

/** A place that lies on a line to a centimetre. */
const ON_LINE_DEGREES = 1e-7

interface Cut {
  at: number
  share: number
  position: Position
}

/**
 * The line in parts, split where the places lie on it; one part where none does. An end of the line is no place to split it,
 * and neither is one that is not on it.
 */
export function split(line: readonly Position[], places: readonly Position[]): Position[][] {
  const cuts = places
    .flatMap((p) => cutAt(line, p) ?? [])
    .sort((a, b) => a.at - b.at || a.share - b.share)
    .filter((c, i, all) => i === 0 || !meets(c.position, (all[i - 1] as Cut).position))
  const parts: Position[][] = []
  let part: Position[] = []
  let next = 0
  for (const cut of cuts) {
    part.push(...line.slice(next, cut.at + 1))
    if (!meets(part.at(-1), cut.position)) part.push(cut.position)
    else part[part.length - 1] = cut.position
    parts.push(part)
    part = [cut.position]
    next = cut.at + 1
  }
  const rest = line.slice(next)
  parts.push([...part, ...(part.length && meets(part[0], rest[0]) ? rest.slice(1) : rest)])
  return parts
}

function cutAt(line: readonly Position[], place: Position): Cut | undefined {
  const [first, last] = [line[0], line.at(-1)]
  if (meets(first, place) || meets(last, place)) return undefined
  for (let i = 1; i < line.length; i++) {
    const [from, to] = [line[i - 1] as Position, line[i] as Position]
    if (meets(to, place)) return { at: i, share: 0, position: to }
    const flat = (p: Position): Pixels => ({ x: (p[0] ?? 0) * Math.cos(((place[1] ?? 0) * Math.PI) / 180), y: p[1] ?? 0 })
    const share = along(flat(from), flat(to), flat(place))
    if (share > 0 && share < 1 && meets(between(from, to, share), place)) return { at: i - 1, share, position: place }
  }
  return undefined
}

export function meets(a: Position | undefined, b: Position | undefined): boolean {
  return !!a && !!b && Math.abs((a[0] ?? 0) - (b[0] ?? 0)) < ON_LINE_DEGREES && Math.abs((a[1] ?? 0) - (b[1] ?? 0)) < ON_LINE_DEGREES
}
