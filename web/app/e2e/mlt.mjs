// Usage: node mlt.mjs FILE [--time|--json]
//
// Holds MapLibre tiles against Mapbox tiles of the same content, each read by its own
// format's reader. The file holds pairs of them: a name and the two tiles in turn, each
// with its length before it in four bytes, the lowest first. What comes out is how many
// features were the same; the first that is not is told as an error. With --time it is, in
// microseconds a pair, how long reading the one and the other takes instead. With --json it
// is what the MapLibre tiles hold, a line each.

import { VectorTile } from '@mapbox/vector-tile'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { register } from 'node:module'
import process from 'node:process'
import { PbfReader } from 'pbf'

register('./extensions.mjs', import.meta.url)
const { decodeTile, GEOMETRY_TYPE } = await import('@maplibre/mlt')

const input = readFileSync(process.argv[2])
let at = 0
const next = () => {
  const size = input.readUInt32LE(at)
  const bytes = new Uint8Array(input.subarray(at + 4, at + 4 + size))
  at += 4 + size
  return bytes
}

const points = (geometry) => geometry.map((part) => part.map((p) => [p.x, p.y]))

// Twice the area of a ring, by its sign which way it turns.
const area = (ring) => ring.reduce((sum, p, i) => sum + ring.at(i - 1)[0] * p[1] - p[0] * ring.at(i - 1)[1], 0)

/** How many rings the polygons have that the rings of a Mapbox tile make up. */
function polygons(rings) {
  const sizes = []
  for (const ring of rings) {
    if (sizes.length === 0 || area(ring) > 0) sizes.push(0)
    sizes[sizes.length - 1]++
  }
  return sizes
}

/** The same of a feature of a MapLibre tile. */
function grouped(vector, i) {
  const { geometryOffsets, partOffsets } = vector.topologyVector
  const [from, to] = geometryOffsets ? [geometryOffsets[i], geometryOffsets[i + 1]] : [i, i + 1]
  return Array.from({ length: to - from }, (_, k) => partOffsets[from + k + 1] - partOffsets[from + k])
}

function types(type, geometry) {
  if (type === 3) return polygons(geometry).length > 1 ? GEOMETRY_TYPE.MULTIPOLYGON : GEOMETRY_TYPE.POLYGON
  const single = type === 1 ? GEOMETRY_TYPE.POINT : GEOMETRY_TYPE.LINESTRING
  const several = type === 1 ? GEOMETRY_TYPE.MULTIPOINT : GEOMETRY_TYPE.MULTILINESTRING
  return geometry.length > 1 ? several : single
}

/** Microseconds a tile, at best of some rounds, until all that MapLibre asks of one is there. */
function time(tiles, read) {
  let best = Infinity
  for (let round = 0; round < 15; round++) {
    const began = performance.now()
    for (const tile of tiles) read(tile)
    best = Math.min(best, performance.now() - began)
  }
  return (best * 1000) / tiles.length
}

function readMVT(tile) {
  for (const layer of Object.values(new VectorTile(new PbfReader(tile)).layers)) {
    for (let i = 0; i < layer.length; i++) layer.feature(i).loadGeometry()
  }
}

function readMLT(tile) {
  for (const table of decodeTile(tile)) {
    for (const feature of table.getFeatures()) points(feature.geometry.coordinates)
  }
}

if (process.argv[3] === '--time') {
  const tiles = [[], []]
  while (at < input.length) {
    next()
    tiles.forEach((list) => list.push(next()))
  }
  process.stdout.write(`${time(tiles[0], readMVT)} ${time(tiles[1], readMLT)}\n`)
}

/** A tile with what its features are; whole numbers that are no numbers are said to be such. */
function plain(tile) {
  return decodeTile(tile).map((table) => ({
    name: table.name,
    extent: table.extent,
    features: table.getFeatures().map((f, i) => ({
      id: f.id,
      type: f.geometry.type,
      parts: points(f.geometry.coordinates),
      rings:
        f.geometry.type === GEOMETRY_TYPE.POLYGON || f.geometry.type === GEOMETRY_TYPE.MULTIPOLYGON
          ? grouped(table.geometryVector, i)
          : undefined,
      properties: f.properties,
    })),
  }))
}

if (process.argv[3] === '--json') {
  while (at < input.length) {
    next()
    next()
    const text = JSON.stringify(plain(next()), (_, v) => (typeof v === 'bigint' ? `bigint ${v}` : v))
    process.stdout.write(`${text}\n`)
  }
}

let same = 0
while (at < input.length) {
  const name = new TextDecoder().decode(next())
  const mvt = new VectorTile(new PbfReader(next()))
  const mlt = decodeTile(next())
  assert.deepEqual(mlt.map((t) => t.name), Object.keys(mvt.layers), `${name}: layers`)
  for (const table of mlt) {
    const layer = mvt.layers[table.name]
    const features = table.getFeatures()
    assert.equal(table.extent, layer.extent, `${name}: extent`)
    assert.equal(features.length, layer.length, `${name}: features`)
    features.forEach((got, i) => {
      const want = layer.feature(i)
      const geometry = points(want.loadGeometry())
      const what = `${name}: ${table.name}, feature ${i}`
      assert.equal(got.id, want.id, `${what}: id`)
      assert.deepEqual(points(got.geometry.coordinates), geometry, `${what}: geometry`)
      assert.equal(got.geometry.type, types(want.type, geometry), `${what}: type of geometry`)
      if (want.type === 3) assert.deepEqual(grouped(table.geometryVector, i), polygons(geometry), `${what}: polygons`)
      assert.deepEqual({ ...got.properties }, { ...want.properties }, `${what}: properties`)
      same++
    })
  }
}
if (same > 0) process.stdout.write(`${same}\n`)
