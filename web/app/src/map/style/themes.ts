// Thematic colourings of villages, derived from the fields of the catalogue that
// tiles hold: a choice has its own colours, a yes or no two, a percentage classes
// against its target, a year and a count a ramp. A theme's classes compile to a
// map expression and to a plain test, so that map, legend, counts and cards agree.

import type { Field, Layer, Properties, Ratio, Words } from '../../api/layers'
import { fieldOf } from '../../api/layers'
import { both } from '../../words'
import { headlineOfField, headlineOfRatio } from './headline'
import { answers } from './palette'
import { stateThemes } from './plan'
import { PLAN, unknown } from './theme'
import type { Condition, Theme, ThemeClass } from './theme'

// What the plan and the standards ask of a percentage, in falling order of
// merit: reached, basically reached (T/CHES 18-2018), half-way.
const targets: Record<string, number[]> = {
  tap_water_rate: [90, 70, 40],
  water_guarantee: [95, 90, 70],
}
const usualTargets = [95, 80, 60]

const mbpsTarget = 12 // Mbit/s, the plan's broadband
const yearBreaks = [2016, 2017, 2018, 2019, 2020]

/** Whether a boolean's value is what one wishes for. */
export function isGood(field: Field, value: boolean): boolean {
  return field.good ? field.good.includes(String(value)) : value
}

/** Whether a field says something of the feature at all. */
export function applies(field: Field, properties: Properties): boolean {
  const asked = field.theme?.scope
  return !asked || properties[asked] !== false
}

/** The themes that the plan is measured by, in their order, then one for each field. */
export function themesOf(layer: Layer): Theme[] {
  const states = layer.level === 'village' && fieldOf(layer, 'population') ? stateThemes() : []
  const all = [...states, ...fieldThemes(layer)]
  const plan = all.filter((t) => t.plan).sort((a, b) => (a.plan ?? 0) - (b.plan ?? 0))
  return [...plan, ...all.filter((t) => !t.plan)]
}

function fieldThemes(layer: Layer): Theme[] {
  const has = (id: string) => fieldOf(layer, id)?.tile === true
  const ratios = (layer.ratios ?? []).filter((r) => has(r.part) && has(r.over))
  return layer.fields.flatMap((field) => [
    ...ratios.filter((r) => r.part === field.id).map(ratioTheme),
    ...(field.tile ? fieldTheme(layer, field) : []),
  ])
}

function ratioTheme(ratio: Ratio): Theme {
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

function fieldTheme(layer: Layer, field: Field): Theme[] {
  const own = classesOf(field)
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
  const headline = headlineOfField(field, theme)
  return [headline ? { ...theme, headline } : theme]
}

/** The theme of that id, or else the one that the catalogue colours the layer by. */
export function themeOf(layer: Layer, id: string | undefined): Theme | undefined {
  const themes = themesOf(layer)
  return themes.find((t) => t.id === id) ?? themes.find((t) => t.id === layer.color_by) ?? themes[0]
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

function classesOf(field: Field): ThemeClass[] | undefined {
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
  if (field.type === 'year') return years(field)
  if (field.unit === '%') {
    const goals = targets[field.id] ?? usualTargets
    return ranges([...goals].reverse(), [...answers.targets].reverse(), '%', field.id).reverse()
  }
  if (field.unit === 'Mbit/s') {
    return ranges([mbpsTarget, mbpsTarget * 4], [answers.no, answers.targets[1], answers.yes], field.unit, field.id)
  }
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

function years(field: Field): ThemeClass[] {
  const last = yearBreaks.length - 1
  return yearBreaks.map((year, i) => {
    const when: Condition = { field: field.id }
    if (i > 0) when.from = year
    if (i < last) when.below = year + 1
    const sign = i === 0 ? '≤ ' : i === last ? '≥ ' : ''
    const title = `${sign}${year}`
    return { key: String(year), title: { zh: title, en: title }, color: answers.years[i] ?? answers.unknown, when }
  })
}
