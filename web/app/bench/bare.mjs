// What a page must at least do to show the same tiles and the same shaded ground: MapLibre and one
// map layer a layer of the catalogue, without words, theme, panel or anything else.

import { Map, setWorkerUrl } from './maplibre-gl.mjs'

setWorkerUrl(new URL('./maplibre-gl-worker.mjs', import.meta.url).href)

const { layers, bounds, relief } = await (await fetch('api/layers')).json()
const shown = layers.filter((l) => l.geometry.length && !l.draw?.off)
const groups = new globalThis.Map()
for (const l of shown) {
  const source = l.draw?.ground ? 'ground' : l.id
  groups.set(source, [...(groups.get(source) ?? []), l])
}
const at = (path) => new URL(path, document.baseURI).href
const sources = Object.fromEntries(
  [...groups].map(([id, members]) => [
    id,
    {
      type: 'vector',
      encoding: 'mlt',
      tiles: [`${at('tiles/')}${members.map((l) => l.id)}/{z}/{x}/{y}.mlt${id === 'village' ? '?full=1' : ''}`],
      maxzoom: 14,
    },
  ]),
)
const drawn = {
  polygon: (l) => ({ type: 'line', paint: { 'line-color': l.color } }),
  line: (l) => ({ type: 'line', paint: { 'line-color': l.color } }),
  point: (l) => ({ type: 'circle', paint: { 'circle-color': l.color, 'circle-radius': 4 } }),
}
const map = new Map({
  container: 'map',
  bounds,
  fitBoundsOptions: { padding: 40 },
  attributionControl: false,
  style: {
    version: 8,
    sources: {
      dem: {
        type: 'raster-dem',
        tiles: [`${at('tiles/dem/')}{z}/{x}/{y}.png`],
        encoding: 'terrarium',
        tileSize: 512,
        maxzoom: relief.max_zoom,
        bounds: relief.bounds,
      },
      ...sources,
    },
    layers: [
      { id: 'outside', type: 'background', paint: { 'background-color': '#e6eaea' } },
      { id: 'shade', type: 'hillshade', source: 'dem' },
      ...[...groups].flatMap(([source, members]) =>
        members.map((l) => ({ id: l.id, source, 'source-layer': l.id, ...drawn[l.geometry[0]](l) })),
      ),
    ],
  },
})
map.once('idle', () => performance.mark('drawn'))
