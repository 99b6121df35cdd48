// Thematic colourings of villages, derived from the fields of the catalogue that
// tiles hold: a choice has its own colours, a yes or no two, a percentage classes
// against its target, a year and a count a ramp. A theme's classes compile to a
// map expression and to a plain test, so that map, legend, counts and cards agree.

import type { Field, Layer, Properties, Words } from '../../api/layers'
import { fieldOf } from '../../api/layers'
import { both } from '../../words'
import { headlineOf } from './headline'
import { answers } from './palette'
import { planTitle, planned, stateThemes } from './plan'
import { PLAN, THEMED, unknown } from './theme'
import type { Condition, Theme, ThemeClass } from './theme'

// What the plan and the standards ask of a percentage, in falling order of
// merit: reached, basically reached (T/CHES 18-2018), half-way.
const targets: Record<string, number[]> = {
  tap_water_rate: [90, 70, 40],
  water_guarantee: [95, 90, 70],
}
const usualTargets = [95, 80, 60]

// Bounds of the classes of counts and measures. Fields not named here are no theme.
const breaks: Record<string, number[]> = {
  poor_population: [50, 150, 300, 500],
  move_population: [1, 50, 150, 300],
  elevation: [600, 800, 1000, 1300],
}
const mbpsTarget = 12 // Mbit/s, the plan's broadband
const yearBreaks = [2016, 2017, 2018, 2019, 2020]
const incidenceBreaks = [3, 10, 20, 30] // %; below 3 % a village may leave poverty

/** Booleans of which yes is the trouble; of all others it is no. */
const troubles = new Set(['poverty'])

/** Whether a boolean's value is what one wishes for. */
export function isGood(field: Field, value: boolean): boolean {
  return value !== troubles.has(field.id)
}

/** Themes that only speak of some features, by the boolean field that says which. */
const scope: Record<string, string> = { exit_status: 'poverty', exit_year: 'poverty' }

/** Whether a field says something of the feature at all. */
export function applies(field: Field, properties: Properties): boolean {
  const asked = scope[field.id]
  return !asked || properties[asked] !== false
}

/** The themes that the plan is measured by, in their order, then one for each field. */
export function themesOf(layer: Layer): Theme[] {
  const ofFields = fieldThemes(layer)
  const states = layer.id === THEMED && fieldOf(layer, 'population') ? stateThemes() : []
  const all = [...states, ...ofFields].map((t) => ({ ...t, headline: headlineOf(t) }))
  const plan = planned.flatMap((id) => {
    const theme = all.find((t) => t.id === id)
    return theme ? [{ ...theme, title: planTitle(theme), group: PLAN }] : []
  })
  return [...plan, ...all.filter((t) => !planned.includes(t.id))]
}

function fieldThemes(layer: Layer): Theme[] {
  const themes: Theme[] = []
  const has = (id: string) => layer.fields.some((f) => f.id === id && f.tile)
  for (const field of layer.fields) {
    if (!field.tile) continue
    const classes = classesOf(field)
    if (!classes) continue
    const scopeField = scope[field.id]
    themes.push({
      id: field.id,
      title: field.title,
      group: field.group ?? '',
      classes: [...(scopeField && has(scopeField) ? [outOf(scopeField)] : []), ...classes, unknown],
    })
  }
  if (has('poor_population') && has('population')) {
    const at = themes.findIndex((t) => t.id === 'poor_population')
    themes.splice(Math.max(at, 0), 0, {
      id: 'incidence',
      title: both((m) => m.theme.incidence),
      group: themes[at]?.group ?? 'people',
      classes: [
        ...ranges(incidenceBreaks, [answers.yes, ...answers.ramp.slice(1)], '%', 'poor_population', 'population'),
        unknown,
      ],
    })
  }
  return themes
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
  const bounds = breaks[field.id]
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
