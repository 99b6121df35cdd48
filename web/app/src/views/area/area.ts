// What is known of a county or town, gathered from the questions that each view asks by
// itself.

import type { Point } from 'geojson'
import type { AreaCoverage } from '../../api/coverage'
import { summarise } from '../../api/coverage'
import { areaOf, readLayer } from '../../api/export'
import type { Catalog, Layer, Service } from '../../api/layers'
import { fieldOf, levelLayer } from '../../api/layers'
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
  /** By service's id, the towns of a county. */
  towns: Map<string, AreaCoverage[]>
  /** How many towns a county has. */
  townCount: number
  progress: AreaProgress | undefined
  /** Of the progress: the year that it is told for. */
  year: number
  sites: Site[]
  /** The registered poor of its villages, and those of them who are poor still. */
  poor: number | undefined
  stillPoor: number | undefined
}

export async function getAreaDossier(
  catalog: Catalog,
  code: string,
  year: number | undefined,
  signal: AbortSignal,
): Promise<AreaDossier> {
  const { services } = catalog
  const county = code.length === 6
  const of = (by: 'county' | 'town') => Promise.all(services.map((s) => summarise(s.id, by, year, signal)))
  const [own, parts, report, sites, poor] = await Promise.all([
    of(county ? 'county' : 'town'),
    county ? of('town') : [],
    getReport({ year, area: code }, signal),
    getSites(catalog, code, signal),
    getPoor(code, signal),
  ])
  const within = (towns: AreaCoverage[] = []) => towns.filter((a) => a.code.startsWith(code))
  return {
    services: services.flatMap((service, i) => {
      const area = own[i]?.find((a) => a.code === code)
      return area ? [{ service, area }] : []
    }),
    towns: new Map(services.map((s, i) => [s.id, within(parts[i])])),
    townCount: within(parts[0]).length,
    progress: report.areas.find((a) => a.code === code),
    year: report.year,
    sites,
    ...poor,
  }
}

async function getPoor(code: string, signal: AbortSignal): Promise<Pick<AreaDossier, 'poor' | 'stillPoor'>> {
  const areas = await summariseVillages(
    { by: code.length === 6 ? 'county' : 'town', area: code, field: 'poor_population,remaining_poor', year: undefined },
    signal,
  )
  const fields = areas.find((a) => a.code === code)?.fields
  return { poor: fields?.['poor_population']?.sum, stillPoor: fields?.['remaining_poor']?.sum }
}

/** The town that is a county's seat: the great one among its towns. */
export async function seatOf(catalog: Catalog, county: string): Promise<{ name: string; lon: number; lat: number } | undefined> {
  const towns = levelLayer(catalog, 'town')
  const great = towns?.draw?.great
  if (!towns || !great) return undefined
  const found = await readLayer<Point, { name: string }>(towns.id, { area: county, filter: `${great.field} = '${great.value}'` })
  const [seat] = found.features
  const [lon, lat] = seat?.geometry.coordinates ?? []
  return seat && lon !== undefined && lat !== undefined ? { name: seat.properties.name, lon, lat } : undefined
}

/** The layer of places that people move to: it says how many live there already. */
export function siteLayer(catalog: Catalog): Layer | undefined {
  return catalog.layers.find((l) => fieldOf(l, 'occupied'))
}

async function getSites(catalog: Catalog, code: string, signal: AbortSignal): Promise<Site[]> {
  const layer = siteLayer(catalog)
  if (!layer) return []
  const found = await readLayer<null, Site>(layer.id, areaOf(layer, code), signal)
  return found.features.map((f) => f.properties).sort((a, b) => (b.people ?? 0) - (a.people ?? 0))
}

/** The share of villages that the plan asks for, where the service has such a target. */
export function targetOf(service: Service): number | undefined {
  return service.targets?.find((t) => t.of === service.id)?.limit
}

/** Areas that lack a service, by the people without it. */
export function ranked(areas: readonly AreaCoverage[]): AreaCoverage[] {
  return [...areas].sort(
    (a, b) =>
      b.people.not - a.people.not ||
      b.villages.not - a.villages.not ||
      b.villages.unknown - a.villages.unknown ||
      a.code.localeCompare(b.code),
  )
}
