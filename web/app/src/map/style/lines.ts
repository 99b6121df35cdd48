// Lines that are no ways: rivers by their rank, and fine ones such as pipes and cables, beside the roads along which they run.

import type { ExpressionSpecification, LineLayerSpecification } from 'maplibre-gl'
import type { Layer } from '../../api/layers'
import { plannedOpacity } from './ways'
import { zoomed } from './zoomed'

type Base = Pick<LineLayerSpecification, 'id' | 'type' | 'source' | 'source-layer' | 'minzoom'>

export function lineLayer(layer: Layer, base: Base, color: ExpressionSpecification | string, visible: boolean): LineLayerSpecification {
  const { fine, dash } = layer.draw ?? {}
  return {
    ...base,
    layout: { 'line-join': 'round', ...(dash ? {} : { 'line-cap': 'round' }), visibility: visible ? 'visible' : 'none' },
    paint: { 'line-color': color, ...(fine ? finePaint(layer) : riverPaint(layer)) },
  }
}

function finePaint(layer: Layer): LineLayerSpecification['paint'] {
  const { dash, beside = 0 } = layer.draw ?? {}
  const { status, pending } = layer.works ?? { status: '', pending: [] }
  const planned: ExpressionSpecification = ['in', ['coalesce', ['get', status], ''], ['literal', pending]]
  return {
    'line-width': zoomed([8, 0.9], [11, 1.6], [13, 2.2], [16, 3.2]),
    'line-offset': zoomed([9, beside * 0.3], [13, beside], [16, beside * 2]),
    'line-opacity': ['case', planned, plannedOpacity, 0.95],
    ...(dash ? { 'line-dasharray': dash } : {}),
  }
}

function riverPaint(layer: Layer): LineLayerSpecification['paint'] {
  const rank = layer.draw?.rank
  const share: ExpressionSpecification | number = rank ? ['/', 1, ['^', ['max', ['number', ['get', rank], 1], 1], 0.6]] : 1
  const width = (px: number): ExpressionSpecification => ['*', px, share]
  return {
    'line-width': ['interpolate', ['exponential', 1.4], ['zoom'], 6, width(1.2), 9, width(2.2), 12, width(4), 15, width(9)],
    'line-opacity': ['interpolate', ['linear'], ['zoom'], 8, ['+', 0.25, ['*', 0.6, share]], 11, 0.85],
  }
}
