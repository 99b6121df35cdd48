// The tiles that the real binary serves, read by Mapbox's own reader; and that
// reader itself, held against Mapbox's fixtures, so that its word counts.

import { VectorTile } from '@mapbox/vector-tile'
import * as fixtures from '@mapbox/mvt-fixtures'
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { PbfReader } from 'pbf'
import { demo, scratch, serve, until } from './harness.mjs'

const read = (buffer) => new VectorTile(new PbfReader(new Uint8Array(buffer)))

describe('the reader', () => {
  it('reads every valid fixture as the specification has it', () => {
    let seen = 0
    fixtures.each((fixture) => {
      if (!fixture.validity.v2 || fixture.json.layers?.some((l) => !l.features)) return
      const tile = read(fixture.buffer)
      for (const layer of fixture.json.layers ?? []) {
        const known = layer.features.filter((f) => f.type > 0)
        if (known.length === 0) continue
        const got = tile.layers[layer.name]
        assert.equal(got.length, layer.features.length, fixture.description)
        layer.features.forEach((f, i) => {
          const feature = got.feature(i)
          assert.equal(feature.type, f.type ?? 0, fixture.description)
          assert.equal(Object.keys(feature.properties).length, (f.tags ?? []).length / 2, fixture.description)
          if (f.type) feature.loadGeometry()
          seen++
        })
      }
    })
    assert.ok(seen > 20, `only ${seen} features`)
  })
})

describe('the tiles of the demo', () => {
  let place, server
  before(async () => {
    place = await scratch()
    const store = join(place.dir, 'demo.gpkg')
    await demo(store)
    server = await serve(store)
  })
  after(async () => {
    await server?.stop()
    await place?.remove()
  })
  const get = async (path) => {
    const response = await fetch(server.url + path)
    assert.equal(response.status, 200, path)
    return response
  }
  const tileOf = ([lon, lat], z) => {
    const n = 2 ** z
    const y = (1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2
    return [Math.floor(((lon + 180) / 360) * n), Math.floor(y * n)]
  }

  it('hold each village of a tile where it is and as it is', async () => {
    const { layers } = await (await get('api/layers')).json()
    const fields = layers.find((l) => l.id === 'village').fields.filter((f) => f.tile)
    const first = await (await get('api/features/village/1')).json()
    const [x, y] = tileOf(first.geometry.coordinates, 11)
    // States are found after the server has begun to serve.
    let layer
    await until('a tile has villages with their states', async () => {
      layer = read(await (await get(`tiles/village/11/${x}/${y}.mvt`)).arrayBuffer()).layers.village
      return layer.length > 0 && layer.feature(0).properties.cov_road !== undefined
    })
    assert.equal(layer.version, 2)
    for (let i = 0; i < layer.length; i++) {
      const feature = layer.feature(i)
      const stored = await (await get(`api/features/village/${feature.id}`)).json()
      const { coordinates } = feature.toGeoJSON(x, y, 11).geometry
      const unit = 360 / 2 ** 11 / layer.extent
      coordinates.forEach((c, axis) => assert.ok(Math.abs(c - stored.geometry.coordinates[axis]) <= unit, `${feature.id}: ${coordinates}`))
      for (const f of fields) assert.deepEqual(feature.properties[f.id] ?? null, stored.properties[f.id], `${feature.id} ${f.id}`)
    }
  })

  it('hold only geometry that the specification allows', async () => {
    for (const z of [6, 8, 10, 12, 14]) {
      const [x, y] = tileOf([109.94, 33.87], z)
      const tile = read(await (await get(`tiles/county,road,river,reserve,hazard/${z}/${x}/${y}.mvt?full=1`)).arrayBuffer())
      for (const [name, layer] of Object.entries(tile.layers)) {
        for (let i = 0; i < layer.length; i++) {
          const feature = layer.feature(i)
          const parts = feature.loadGeometry()
          assert.ok(parts.length > 0, `${name} ${feature.id} at zoom ${z} is empty`)
          for (const part of parts) {
            if (feature.type === 2) assert.ok(part.length >= 2)
            if (feature.type === 3) assert.ok(part.length >= 4 && part[0].equals(part.at(-1)), `${name} ${feature.id}`)
            for (const p of part) assert.ok(p.x >= -64 && p.y >= -64 && p.x <= 4160 && p.y <= 4160, `${name} ${feature.id}: ${p.x} ${p.y}`)
          }
        }
      }
    }
  })
})
