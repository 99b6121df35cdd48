// Counties with their towns (GET api/areas), and how questions are narrowed to one.

import type { Bounds } from './layers'
import type { Answer } from './server'
import { get } from './server'

/** A county with its towns, or a town. */
export type Area = Answer<'Area', { bbox?: Bounds; towns?: Area[] }>

export async function getAreas(): Promise<Area[]> {
  return (await get<{ counties: Area[] }>('api/areas')).counties
}

/** The county or town of that code, among counties with their towns. */
export function areaOfCode(counties: readonly Area[], code: string | undefined): Area | undefined {
  return counties.flatMap((c) => [c, ...(c.towns ?? [])]).find((a) => a.code === code)
}

/** The code of the county that an area is or lies in. */
export function countyOf(area: string): string {
  return area.slice(0, 6)
}

export interface Narrowing {
  /** What is complete by this year counts as existing; undefined is the present year. */
  year: number | undefined
  /** The code of a county or town. */
  area: string | undefined
}

/** Query parameters for a year and an area. */
export function narrow({ year, area }: Narrowing): URLSearchParams {
  const query = new URLSearchParams()
  if (year) query.set('year', String(year))
  if (area) query.set('area', area)
  return query
}
