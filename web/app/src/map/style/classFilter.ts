import type { Condition, Theme } from './theme'
// What the map shows of a theme, as CQL2 text.


/**
 * What the map shows of a theme as CQL2 text: all classes but the hidden ones.
 * Nothing where none is hidden, or where the classes are lists of ids.
 */
export function shownClasses(theme: Theme, hidden: readonly string[]): string | undefined {
  const conditions: string[] = []
  const before: string[] = []
  let some = false
  for (const c of theme.classes) {
    if (c.when && 'among' in c.when) return undefined
    const parts = [...before.map((b) => `NOT ${b}`)]
    if (c.when) {
      const own = `(${condition(c.when)})`
      parts.push(own)
      before.push(own)
    }
    if (hidden.includes(c.key)) some = true
    else conditions.push(parts.length ? parts.join(' AND ') : 'TRUE')
  }
  if (!some) return undefined
  return conditions.length ? conditions.map((c) => `(${c})`).join(' OR ') : 'FALSE'
}

// Each is true or false and never unknown, so that NOT is what it is on the map.
function condition(when: Exclude<Condition, { among: ReadonlySet<number> }>): string {
  if ('is' in when) {
    const value = typeof when.is === 'string' ? `'${when.is.replaceAll("'", "''")}'` : String(when.is).toUpperCase()
    return `${when.field} IS NOT NULL AND ${when.field} = ${value}`
  }
  const all = [`${when.field} IS NOT NULL`]
  let n = when.field
  if (when.over) {
    all.push(`${when.over} IS NOT NULL`, `${when.over} > 0`)
    n = `100 * ${when.field} / ${when.over}`
  }
  if (when.from !== undefined) all.push(`${n} >= ${when.from}`)
  if (when.below !== undefined) all.push(`${n} < ${when.below}`)
  return all.join(' AND ')
}
