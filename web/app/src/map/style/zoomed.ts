// Numbers by zoom.

import type { ExpressionSpecification } from 'maplibre-gl'

/** An expression that goes straight from stop to stop. */
export function zoomed(...stops: [zoom: number, value: number][]): ExpressionSpecification {
  return ['interpolate', ['linear'], ['zoom'], ...stops.flat()] as unknown as ExpressionSpecification
}
