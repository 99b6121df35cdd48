// Thematic colourings of villages, derived from the fields of the catalogue that
// tiles hold: a choice has its own colours, a yes or no two, a percentage classes
// against its target, a year and a count a ramp. A theme's classes compile to a
// map expression and to a plain test, so that map, legend, counts and cards agree.

import type { Catalog, Choice, Criterion, Field, Layer, Properties, Ratio, Service, Words } from '../../api/layers'
import { fieldOf, levelLayer } from '../../api/layers'
import { both, heading } from '../../words'
import { headlineOfField, headlineOfFirst, headlineOfRatio } from './headline'
import { answers } from './palette'
import { PLAN, unknown } from './theme'
import type { Condition, Theme, ThemeClass } from './theme'

/** What a percentage is coloured by of which nothing is asked: well on, and half-way. */
const usualTargets = [95, 80, 60]

/** Whether a boolean's value is what one wishes for. */
export function isGood(field: Field, value: boolean): boolean {
  return field.good ? field.good.includes(String(value)) : value
}

/** Whether a field says something of the feature at all. */
export function applies(field: Field, properties: Properties): boolean {
  const asked = field.theme?.scope
  return !asked || properties[asked] !== false
}

/** The themes of villages: those that the plan is measured by, in their order, then one for each field. */
export function themesOf(catalog: Catalog): Theme[] {
  const layer = levelLayer(catalog, 'village')
  const all = layer ? fieldThemes(layer, catalog) : []
  const plan = all.filter((t) => t.plan).sort((a, b) => (a.plan ?? 0) - (b.plan ?? 0))
  return [...plan, ...all.filter((t) => !t.plan)]
}

function fieldThemes(layer: Layer, catalog: Catalog): Theme[] {
  const has = (id: string) => fieldOf(layer, id)?.tile === true
  const ratios = (layer.ratios ?? []).filter((r) => has(r.part) && has(r.over))
  return layer.fields.flatMap((field) => [
    ...ratios.filter((r) => r.part === field.id).map((r) => ratioTheme(r, catalog)),
    ...(field.tile ? fieldTheme(layer, field, catalog) : []),
  ])
}

const criteriaOf = (catalog: Catalog): Criterion[] => catalog.services.flatMap((s) => [...s.criteria, ...(s.targets ?? [])])

/** The criterion that sets a limit to a field. */
function criterionOf(field: Field, catalog: Catalog): Criterion | undefined {
  return criteriaOf(catalog).find((c) => c.field === field.id && c.limit !== undefined)
}

/** Breaks with the limit of a criterion in the place of the first, so far as it is below the second. */
function limited(breaks: number[], code: string | undefined, catalog: Catalog): number[] {
  const limit = criteriaOf(catalog).find((c) => c.code === code)?.limit
  if (limit === undefined) return breaks
  return [limit, ...breaks.slice(1).filter((b) => b > limit)]
}

function ratioTheme(given: Ratio, catalog: Catalog): Theme {
  const { breaks: usual = [], area_breaks: areas } = given.theme
  const ratio: Ratio = {
    ...given,
    theme: {
      ...given.theme,
      breaks: limited(usual, given.limit, catalog),
      ...(areas ? { area_breaks: limited(areas, given.limit, catalog) } : {}),
    },
  }
  const { id, part, over, group } = ratio
  const { plan, title, breaks = [] } = ratio.theme
  return {
    id,
    title: title ?? ratio.title,
    group: plan ? PLAN : group,
    of: `${part}/${over}`,
    ...(plan ? { plan } : {}),
    classes: [...ranges(breaks, [answers.yes, ...answers.ramp.slice(1)], '%', part, over), unknown],
    headline: headlineOfRatio(ratio),
  }
}

function fieldTheme(layer: Layer, field: Field, catalog: Catalog): Theme[] {
  const service = catalog.services.find((s) => s.field === field.id)
  const asked = service?.targets?.find((t) => t.of === service.id) ?? criterionOf(field, catalog)
  const own = service ? stateClasses(service, catalog.states) : classesOf(field, catalog)
  if (!own) return []
  const { plan, scope, title } = field.theme ?? {}
  const out = scope && fieldOf(layer, scope)?.tile ? [outOf(scope)] : []
  const theme: Theme = {
    id: field.id,
    title: title ?? field.title,
    group: plan ? PLAN : (field.group ?? ''),
    ...(plan ? { plan } : {}),
    classes: [...out, ...own, unknown],
  }
  const headline = field.derived && field.type === 'int' ? headlineOfFirst(theme) : headlineOfField(field, theme, asked)
  return [headline ? { ...theme, headline } : theme]
}

/** Villages by the states of a service, the best first; what it never is has no class. */
function stateClasses(service: Service, states: readonly Choice[]): ThemeClass[] {
  const between = service.criteria.some((c) => c.basic !== undefined)
  return states.flatMap((s): ThemeClass[] => {
    if (s.value === 'unknown' || (s.value === 'basically' && !between) || (s.value === 'inapplicable' && !service.asked)) return []
    const quiet = s.value === 'inapplicable' ? { quiet: true } : {}
    return [
      { key: s.value, title: heading(s.title), color: s.color ?? answers.unknown, when: { field: service.field, is: s.value }, ...quiet },
    ]
  })
}

/** The theme of that id, or else the one that the catalogue colours villages by. */
export function themeOf(catalog: Catalog, id: string | undefined): Theme | undefined {
  const themes = themesOf(catalog)
  const usual = levelLayer(catalog, 'village')?.color_by
  return themes.find((t) => t.id === id) ?? themes.find((t) => t.id === usual) ?? themes[0]
}

function outOf(field: string): ThemeClass {
  return {
    key: 'out',
    title: both((m) => m.theme.notPoverty),
    color: answers.outOfScope,
    when: { field, is: false },
    quiet: true,
  }
}

function classesOf(field: Field, catalog: Catalog): ThemeClass[] | undefined {
  const asked = criterionOf(field, catalog)
  if (field.values?.some((c) => c.color)) {
    return field.values.map((c) => ({
      key: c.value,
      title: c.title,
      color: c.color ?? answers.unknown,
      when: { field: field.id, is: c.value },
    }))
  }
  if (field.type === 'bool') {
    return [true, false].map((is) => ({
      key: is ? 'yes' : 'no',
      title: both((m) => (is ? m.card.yes : m.card.no)),
      color: isGood(field, is) ? answers.yes : answers.no,
      when: { field: field.id, is },
    }))
  }
  if (field.type === 'year') return years(field, catalog.plan.years.slice(1))
  if (field.unit === '%') {
    const goals = asked ? goalsOf(asked) : usualTargets
    return ranges([...goals].reverse(), [...answers.targets].reverse(), '%', field.id).reverse()
  }
  if (asked?.limit !== undefined && field.type === 'float') {
    return ranges([asked.limit, asked.limit * 4], [answers.no, answers.targets[1], answers.yes], field.unit ?? '', field.id)
  }
  if (field.derived && field.theme?.breaks) return lackClasses(field, field.theme.breaks)
  const bounds = field.theme?.breaks
  return bounds && ranges(bounds, [...answers.ramp], field.unit ?? '', field.id)
}

/** Classes from the lowest to the highest: below the first bound, between bounds, from the last on. */
export function ranges(bounds: number[], colors: string[], unit: string, field: string, over?: string): ThemeClass[] {
  return colors.slice(0, bounds.length + 1).map((color, i) => {
    const from = bounds[i - 1]
    const below = bounds[i]
    const when: Condition = { field }
    if (over) when.over = over
    if (from !== undefined) when.from = from
    if (below !== undefined) when.below = below
    return { key: `${from ?? ''}-${below ?? ''}`, title: rangeTitle(from, below, unit), color, when }
  })
}

function rangeTitle(from: number | undefined, below: number | undefined, unit: string): Words {
  return both((m) => {
    const name = m.units[unit] ?? unit
    const u = name && (name === '%' ? '%' : ` ${name}`)
    if (from === undefined) return `< ${below}${u}`
    if (below === undefined) return `≥ ${from}${u}`
    return `${from} – ${below}${u}`
  })
}

function years(field: Field, of: readonly number[]): ThemeClass[] {
  const last = of.length - 1
  return of.map((year, i) => {
    const when: Condition = { field: field.id }
    if (i > 0) when.from = year
    if (i < last) when.below = year + 1
    const sign = i === 0 ? '≤ ' : i === last ? '≥ ' : ''
    const title = `${sign}${year}`
    return {
      key: String(year),
      title: { zh: title, en: title },
      color: answers.years[Math.round((i * (answers.years.length - 1)) / Math.max(last, 1))] ?? answers.unknown,
      when,
    }
  })
}

/** The bounds of a percentage by what is asked of it, in falling order: reached, basically reached, and far from it. */
function goalsOf({ limit = 0, basic }: Criterion): number[] {
  const low = basic ?? limit - 20
  return [limit, low, low - (basic === undefined ? 30 : 20)]
}

/** How many services are lacking: none, one, two and so on. */
function lackClasses(field: Field, breaks: readonly number[]): ThemeClass[] {
  return [0, ...breaks].map((from, i) => {
    const below = breaks[i]
    const title = both((m) => (from === 0 ? m.theme.lacksNone : m.theme.lacks(from, below === undefined)))
    const when: Condition = { field: field.id, from, ...(below === undefined ? {} : { below }) }
    return { key: `${from}${below === undefined ? '-' : ''}`, title, color: answers.targets[Math.min(i, 3)] as string, when }
  })
}
