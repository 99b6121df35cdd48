// What a theme says of a feature, as text: the number that the class was taken by, or the
// class itself where the theme is of choices.

import type { Lang, Layer, Properties } from '../../api/layers'
import { fieldOf } from '../../api/layers'
import { measure, valueText } from '../../words/format'
import type { Theme, ThemeClass } from './theme'

export function themeValue(theme: Theme, c: ThemeClass, layer: Layer, properties: Properties, lang: Lang): string {
  const name = c.title[lang] || c.title.zh
  if (c.quiet) return name // the question is not put to it
  const ratio = layer.ratios?.find((r) => r.id === theme.id)
  if (ratio) {
    const [part, over] = [properties[ratio.part], properties[ratio.over]]
    return typeof part === 'number' && typeof over === 'number' && over > 0 ? measure((100 * part) / over, '%', lang) : name
  }
  const field = fieldOf(layer, theme.id)
  const value = field && properties[field.id]
  return field && typeof value === 'number' && field.type !== 'year' ? (valueText(field, value, lang) ?? name) : name
}
