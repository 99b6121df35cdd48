// Where tiles are (GET tiles/…).

import { url } from './server'

/** The address of layers' tiles: whole ones leave nothing out; with a year, what is complete by then. */
export function tilesOf(layers: string, { whole, year }: { whole: boolean; year: number | undefined }): string {
  const query = new URLSearchParams()
  if (whole) query.set('full', '1')
  if (year) query.set('year', String(year))
  return `${url('tiles/')}${layers}/{z}/{x}/{y}.mlt${query.size ? `?${query}` : ''}`
}

/** The address of tiles of the ground's heights. */
export function heightTiles(): string {
  return `${url('tiles/dem/')}{z}/{x}/{y}.png`
}
