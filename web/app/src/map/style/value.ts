// What a theme says of a feature, as text: the number that the class was taken by, or the
// class itself where the theme is of choices.

import type { Lang, Layer, Properties } from '../../api/layers'
import { fieldOf } from '../../api/layers'
import { measure, valueText } from '../../words/format'
import type { Theme, ThemeClass } from './theme'

export function themeValue(theme: Theme, c: ThemeClass, layer: Layer, properties: Properties, lang: Lang): string {
  const name = c.title[lang] || c.title.zh
  if (c.quiet) return name // the question is not put to it
  if (theme.id === 'incidence') {
    const { poor_population: poor, population } = properties
    return typeof poor === 'number' && typeof population === 'number' && population > 0 ? measure((100 * poor) / population, '%', lang) : name
  }
  const field = fieldOf(layer, theme.id)
  const value = field && properties[field.id]
  return field && typeof value === 'number' && field.type !== 'year' ? (valueText(field, value, lang) ?? name) : name
}
