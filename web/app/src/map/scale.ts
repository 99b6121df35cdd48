// The scale bar: the roundest distance that fits.

const EQUATOR_M = 40_075_016.686
const TILE_PX = 512
const MAX_PX = 96

export function metresAPixel(zoom: number, lat: number): number {
  return (EQUATOR_M * Math.cos((lat * Math.PI) / 180)) / (TILE_PX * 2 ** zoom)
}

export function scaleOf(zoom: number, lat: number): { px: number; metres: number } {
  const perPx = metresAPixel(zoom, lat)
  const most = perPx * MAX_PX
  const power = 10 ** Math.floor(Math.log10(most))
  const metres = power * ([5, 2, 1].find((n) => n * power <= most) ?? 1)
  return { px: Math.round(metres / perPx), metres }
}
