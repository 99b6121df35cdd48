// A theme: a colouring of villages by classes. Its classes compile to a map expression and to a
// plain test, so that map, legend, counts and cards agree.

import type { ExpressionSpecification } from 'maplibre-gl'
import type { Rollup } from '../../api/summary'
import type { Properties, Words } from '../../api/layers'
import { both } from '../../words'
import { answers } from './palette'

/** When a feature falls into a class. The last class of a theme takes what is left. */
export type Condition =
  | { field: string; is: string | boolean }
  | { field: string; over?: string; from?: number; below?: number }
  | { among: ReadonlySet<number> } // by the feature's id

export interface ThemeClass {
  key: string
  title: Words
  color: string
  when?: Condition
  /** Drawn small and pale: says nothing about the question. */
  quiet?: boolean
}

/** What tells an area by a theme in one number. */
export interface Headline {
  /** Of villages in good classes, of one number over another, a mean by people, or a sum. */
  kind: 'good' | 'ratio' | 'mean' | 'sum'
  /** The field of api/summary that it is made of. */
  field: string
  /** Only of these villages, in CQL2 text. */
  filter?: string
  good?: Words[]
  unit: string
  /** Bounds of the ramp's classes; none where they are to be made from the data. */
  breaks?: readonly number[]
  value: (r: Rollup) => number | undefined
}

export interface Theme {
  id: string
  title: Words
  /** The group of fields that it stands with in the menu; PLAN for those that the plan is measured by. */
  group: string
  classes: ThemeClass[]
  /** The field of api/summary that its classes are made of, where that is not its id. */
  of?: string
  /** Its place among the themes that the plan is measured by. */
  plan?: number
  /** What tells areas apart by it; a theme that has none colours villages alone. */
  headline?: Headline
}

/** The group of the themes that the plan is measured by. */
export const PLAN = 'plan'

export const unknown: ThemeClass = {
  key: 'unknown',
  title: both((m) => m.theme.unknown),
  color: answers.unknown,
  quiet: true,
}

/** The class of a feature by its tile properties and id. */
export function classOf(theme: Theme, properties: Properties, id?: number): ThemeClass | undefined {
  return theme.classes.find((c) => !c.when || holds(c.when, properties, id))
}

function holds(when: Condition, properties: Properties, id: number | undefined): boolean {
  if ('among' in when) return id !== undefined && when.among.has(id)
  if ('is' in when) return properties[when.field] === when.is
  const value = properties[when.field]
  if (typeof value !== 'number') return false
  let n = value
  if (when.over) {
    const whole = properties[when.over]
    if (typeof whole !== 'number' || whole <= 0) return false
    n = (100 * value) / whole
  }
  return (when.from === undefined || n >= when.from) && (when.below === undefined || n < when.below)
}

/** A map expression: for the first class that a feature falls into, what pick gives. */
export function byClass(
  theme: Theme,
  pick: (c: ThemeClass, index: number) => string | number | boolean,
): ExpressionSpecification | string | number | boolean {
  const expression: unknown[] = ['case']
  let rest: string | number | boolean | undefined
  theme.classes.forEach((c, i) => {
    if (c.when) expression.push(test(c.when), pick(c, i))
    else rest = pick(c, i)
  })
  const last = rest ?? pick(unknown, theme.classes.length)
  return expression.length === 1 ? last : ([...expression, last] as unknown as ExpressionSpecification)
}

function test(when: Condition): unknown[] {
  // A match on whole numbers is looked up, however many there are.
  if ('among' in when) return when.among.size ? ['match', ['id'], [...when.among], true, false] : ['literal', false]
  if ('is' in when) return ['==', ['get', when.field], when.is]
  const all: unknown[] = ['all', ['==', ['typeof', ['get', when.field]], 'number']]
  let n: unknown = ['number', ['get', when.field], 0]
  if (when.over) {
    const whole = ['number', ['get', when.over], 0]
    all.push(['>', whole, 0])
    n = ['/', ['*', 100, n], whole]
  }
  if (when.from !== undefined) all.push(['>=', n, when.from])
  if (when.below !== undefined) all.push(['<', n, when.below])
  return all
}
