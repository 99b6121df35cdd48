// Where tiles are (GET tiles/…).

import { url } from './server'

export interface TileChoice {
  whole: boolean
  /** Places that have an outline are drawn by it. */
  outlined?: boolean
  year: number | undefined
  /** The moment of which they are; undefined is the present. */
  at?: string | undefined
}

/** The address of layers' tiles: whole ones leave nothing out; with a year, what is complete by then. */
export function tilesOf(layers: string, { whole, outlined, year, at }: TileChoice): string {
  const query = new URLSearchParams()
  if (whole) query.set('full', '1')
  if (outlined) query.set('geometry', 'outline')
  if (year) query.set('year', String(year))
  if (at) query.set('datetime', at)
  return `${url('tiles/')}${layers}/{z}/{x}/{y}.mlt${query.size ? `?${query}` : ''}`
}

/** The address of tiles of the ground's heights. */
export function heightTiles(): string {
  return `${url('tiles/dem/')}{z}/{x}/{y}.png`
}
