// How a layer's features look, as plain data: legends draw it as SVG, the map as
// images and lines. Shapes say what a thing is, colours (the catalogue's) which kind.

import type { Choice, Field, Layer } from '../../api/layers'
import { colourField } from '../../api/layers'

export type Shape = 'dot' | 'speck' | 'ring' | 'seat' | 'square' | 'drop' | 'mast' | 'house' | 'hexagon' | 'diamond'

export type Look =
  | { kind: 'icon'; shape: Shape; color: string; mark?: string }
  | { kind: 'line'; color: string; width: number; dash?: number[]; casing?: string; opacity?: number }
  | { kind: 'area'; color: string; hatched: boolean; outline: boolean }

/** Outlines in a box of 24 × 24; holes are cut by the even-odd rule. */
export const shapes: Record<Shape, string> = {
  dot: 'M12 5a7 7 0 1 0 0 14a7 7 0 1 0 0-14z',
  speck: 'M12 7.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9z',
  ring: 'M12 5a7 7 0 1 0 0 14a7 7 0 1 0 0-14zM12 8.6a3.4 3.4 0 1 0 0 6.8a3.4 3.4 0 1 0 0-6.8z',
  seat:
    'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zM12 5.8a6.2 6.2 0 1 0 0 12.4a6.2 6.2 0 1 0 0-12.4z' +
    'M12 8.4a3.6 3.6 0 1 0 0 7.2a3.6 3.6 0 1 0 0-7.2z',
  square: 'M6 3h12a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3z',
  drop: 'M12 2.5C15.6 7 18.6 10.6 18.6 14.4a6.6 6.6 0 0 1-13.2 0C5.4 10.6 8.4 7 12 2.5z',
  mast: 'M12 3L21 20H3z',
  house: 'M12 3l9.5 8.5H19V21H5v-9.5H2.5z',
  hexagon: 'M12 2.5l8.3 4.75v9.5L12 21.5l-8.3-4.75v-9.5z',
  diamond: 'M12 2.5L21.5 12L12 21.5L2.5 12z',
}

/** The look of a layer's features as a whole or, given a choice of its colour field, of that kind. */
export function lookOf(layer: Layer, choice?: Choice): Look {
  const color = choice?.color ?? layer.color
  switch (layer.geometry[0]) {
    case 'line':
      return { kind: 'line', color, width: 2.5, ...(layer.draw?.dash ? { dash: layer.draw.dash } : {}) }
    case 'polygon':
      return { kind: 'area', color, hatched: layer.draw?.hatched === true, outline: layer.level !== undefined }
    default:
      return iconOf(layer, color, choice)
  }
}

function iconOf(layer: Layer, color: string, choice?: Choice): Look & { kind: 'icon' } {
  const { symbol, great, marked } = layer.draw ?? {}
  const shape = shapeNamed((choice && great && choice.value === great.value ? great.symbol : undefined) ?? symbol)
  const mark = choice && marked ? choice.title.zh.charAt(0) : undefined
  return mark ? { kind: 'icon', shape, color, mark } : { kind: 'icon', shape, color }
}

/** A shape by its name; what this page cannot draw is a dot. */
function shapeNamed(name: string | undefined): Shape {
  return name !== undefined && Object.hasOwn(shapes, name) ? (name as Shape) : 'dot'
}

/** The name of the image of an icon or a hatch; all that is needed to draw it stands in it. */
export function imageName(look: Look & { kind: 'icon' }): string {
  return ['icon', look.shape, look.color, look.mark ?? ''].join('|')
}

export function hatchName(color: string): string {
  return ['hatch', color].join('|')
}

/** What an image name stands for; undefined for names that are none of ours. */
export function parseImageName(name: string): Look | undefined {
  const [kind, a, b, c] = name.split('|')
  if (kind === 'hatch' && a) return { kind: 'area', color: a, hatched: true, outline: false }
  if (kind !== 'icon' || !a || !b || !(a in shapes)) return undefined
  const look: Look = { kind: 'icon', shape: a as Shape, color: b }
  return c ? { ...look, mark: c } : look
}

/** The choices that colour a layer, with the field they are of. */
export function colouring(layer: Layer): { field: Field; choices: Choice[] } | undefined {
  const field = colourField(layer)
  return field && { field, choices: (field.values ?? []).filter((c) => c.color) }
}
