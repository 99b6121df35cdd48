// What is known of a county or town, gathered from the questions that each view asks by
// itself.

import { narrow } from '../../api/areas'
import type { Point } from 'geojson'
import type { AreaCoverage, Service } from '../../api/coverage'
import { readLayer } from '../../api/export'
import { services, summarise } from '../../api/coverage'
import { getReport } from '../../api/progress'
import type { AreaProgress } from '../../api/progress'
import { summariseVillages } from '../../api/summary'

export interface Site {
  id: number
  name: string
  people: number | null
  occupied: number | null
}

export interface AreaDossier {
  services: { service: Service; area: AreaCoverage }[]
  /** By service, the towns of a county. */
  towns: Map<Service, AreaCoverage[]>
  progress: AreaProgress | undefined
  /** Of the progress: the year that it is told for. */
  year: number
  sites: Site[]
  /** The registered poor of its villages, and those of them who are poor still. */
  poor: number | undefined
  stillPoor: number | undefined
}

export async function getAreaDossier(code: string, year: number | undefined, signal: AbortSignal): Promise<AreaDossier> {
  const county = code.length === 6
  const of = (by: 'county' | 'town') => Promise.all(services.map((s) => summarise(s, by, year, signal)))
  const [own, parts, report, sites, poor] = await Promise.all([
    of(county ? 'county' : 'town'),
    county ? of('town') : [],
    getReport({ year, area: code }, signal),
    getSites(code, signal),
    getPoor(code, signal),
  ])
  return {
    services: services.flatMap((service, i) => {
      const area = own[i]?.find((a) => a.code === code)
      return area ? [{ service, area }] : []
    }),
    towns: new Map(services.map((s, i) => [s, (parts[i] ?? []).filter((a) => a.code.startsWith(code))])),
    progress: report.areas.find((a) => a.code === code),
    year: report.year,
    sites,
    ...poor,
  }
}

async function getPoor(code: string, signal: AbortSignal): Promise<Pick<AreaDossier, 'poor' | 'stillPoor'>> {
  const areas = await summariseVillages({ by: code.length === 6 ? 'county' : 'town', area: code, field: 'poor_population,remaining_poor', year: undefined }, signal)
  const fields = areas.find((a) => a.code === code)?.fields
  return { poor: fields?.['poor_population']?.sum, stillPoor: fields?.['remaining_poor']?.sum }
}

/** The town that is a county's seat. */
export async function seatOf(county: string): Promise<{ name: string; lon: number; lat: number } | undefined> {
  const found = await readLayer<Point, { name: string }>('town', { county, filter: "kind = 'county_seat'" })
  const [seat] = found.features
  const [lon, lat] = seat?.geometry.coordinates ?? []
  return seat && lon !== undefined && lat !== undefined ? { name: seat.properties.name, lon, lat } : undefined
}

async function getSites(code: string, signal: AbortSignal): Promise<Site[]> {
  const found = await readLayer<null, Site>('site', Object.fromEntries(narrow({ year: undefined, area: code })), signal)
  return found.features.map((f) => f.properties).sort((a, b) => (b.people ?? 0) - (a.people ?? 0))
}

/** The share of those that are asked, in percent; undefined where none is. */
export function share({ villages }: AreaCoverage): number | undefined {
  const asked = villages.reached + villages.basically + villages.not + villages.unknown
  return asked ? (100 * (villages.reached + villages.basically)) / asked : undefined
}

/** The share of villages that the plan asks for, where the service has such a target. */
export function targetOf(service: Service, { targets }: AreaCoverage): number | undefined {
  return targets.find((t) => t.code === `target_${service}`)?.limit
}

/** Areas that lack a service, by the people without it. */
export function ranked(areas: readonly AreaCoverage[]): AreaCoverage[] {
  return [...areas].sort((a, b) => b.people.not - a.people.not || b.villages.not - a.villages.not || b.villages.unknown - a.villages.unknown || a.code.localeCompare(b.code))
}
