// The order and the opacity that the user gives layers, laid over a style that is made.

import type { LayerSpecification } from 'maplibre-gl'
import { catalogueId } from './layers'

/** Layers' ids from the top down, and opacities from 0 to 1 by id; what is not named is as usual. */
export interface Arrangement {
  order: readonly string[]
  opacity: Readonly<Record<string, number>>
}

const opacities: Partial<Record<LayerSpecification['type'], readonly string[]>> = {
  fill: ['fill-opacity'],
  line: ['line-opacity'],
  circle: ['circle-opacity', 'circle-stroke-opacity'],
  symbol: ['icon-opacity', 'text-opacity'],
}

/** Map layers with the opacity of the layer that they draw. */
export function faded(layers: readonly LayerSpecification[], { opacity }: Arrangement): LayerSpecification[] {
  return layers.map((l) => {
    const share = opacity[catalogueId(l.id) ?? '']
    const names = opacities[l.type]
    if (share === undefined || share === 1 || !names) return l
    const paint: Record<string, unknown> = { ...l.paint }
    for (const name of names) paint[name] = times(paint[name] ?? 1, share)
    return { ...l, paint }
  })
}

// The zoom may only stand in the outermost expression, whose outputs are scaled one by one.
function times(value: unknown, share: number): unknown {
  if (typeof value === 'number') return value * share
  const parts = Array.isArray(value) ? (value as unknown[]) : []
  const from = { interpolate: 4, step: 2 }[String(parts[0])]
  return from === undefined ? ['*', value, share] : parts.map((part, i) => (i >= from && i % 2 === 0 ? times(part, share) : part))
}

/** Map layers from the ground up, in the user's order; those that it does not name stay below them. */
export function arranged(layers: readonly LayerSpecification[], { order }: Arrangement): LayerSpecification[] {
  const height = (l: LayerSpecification) => {
    const at = order.indexOf(catalogueId(l.id) ?? '')
    return at < 0 ? -1 : order.length - at
  }
  return [...layers].sort((a, b) => height(a) - height(b))
}

/** The ids with one of them moved by so many places, as far as there are any. */
export function moved(ids: readonly string[], id: string, by: number): string[] {
  const rest = ids.filter((other) => other !== id)
  const to = Math.min(Math.max(ids.indexOf(id) + by, 0), rest.length)
  return [...rest.slice(0, to), id, ...rest.slice(to)]
}
