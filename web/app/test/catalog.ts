// The catalogue as the server sent it over the demo store, for tests only.

import type { Catalog, Layer } from '../src/api/layers'
import { layerOf } from '../src/api/layers'
import json from './catalog.json'

export const catalog = json as unknown as Catalog

export function layer(id: string): Layer {
  const found = layerOf(catalog, id)
  if (!found) throw new Error(`no layer ${id}`)
  return found
}
