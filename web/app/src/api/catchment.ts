// What can be got to from a place by road, band by band, as the server answers it
// (GET api/catchment with several limits).

import type { Narrowing } from './areas'
import type { FeatureCollection, MultiPolygon } from 'geojson'
import { get } from './server'
import type { Reach } from '../state/address'
import { narrow } from './areas'

/** Bands by minutes and by kilometres. */
export const limits: Record<Reach['by'], readonly number[]> = { time: [10, 20, 30, 60], road: [5, 10, 20, 50] }

export interface BandFigures {
  minutes?: number
  metres?: number
  area_km2: number
  villages: number
  people: number
}

export interface BandVillage {
  id: number
  code: string
  name: string
  county: string
  town: string
  lon: number | null
  lat: number | null
  population: number | null
  state: string
  /** What it costs to get there, by what was asked for; neither where there is no way. */
  minutes?: number
  metres?: number
}

export interface Bands extends FeatureCollection<MultiPolygon | null, BandFigures> {
  year: number
  state: string
  villages: BandVillage[]
}

export function getBands({ by, lon, lat }: Reach, narrowing: Narrowing, signal: AbortSignal): Promise<Bands> {
  const query = narrow(narrowing)
  query.set('lon', lon.toFixed(6))
  query.set('lat', lat.toFixed(6))
  if (by === 'time') query.set('minutes', limits.time.join(','))
  else query.set('metres', limits.road.map((km) => 1000 * km).join(','))
  return get<Bands>(`api/catchment?${query}`, signal)
}

/** The villages of one band: those that are not in a smaller one. */
export interface Band {
  /** The limits in minutes or kilometres; 0 to begin with, Infinity beyond all, NaN without a way. */
  from: number
  to: number
  villages: BandVillage[]
  people: number
}

/** Villages by band, those beyond all bands and those without a way last, where there are any. */
export function bandsOf(villages: readonly BandVillage[], by: Reach['by']): Band[] {
  const steps = limits[by]
  const bands: Band[] = [...steps, Infinity, NaN].map((to, i) => ({
    from: i > steps.length ? NaN : (steps[i - 1] ?? 0),
    to,
    villages: [],
    people: 0,
  }))
  for (const v of villages) {
    const cost = by === 'time' ? v.minutes : v.metres === undefined ? undefined : v.metres / 1000
    const at = cost === undefined ? steps.length + 1 : steps.findIndex((limit) => cost <= limit)
    const band = bands[at < 0 ? steps.length : at]
    if (!band) continue
    band.villages.push(v)
    band.people += v.population ?? 0
  }
  return bands.filter((b, i) => i < steps.length || b.villages.length > 0)
}
