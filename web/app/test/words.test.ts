import { describe, expect, it } from 'vitest'
import { en } from '../src/words/en'
import { zh } from '../src/words/zh'
import { catalog } from './catalog'

/** Whatever a file of words exports in both tongues. */
const files = import.meta.glob<Record<string, { zh?: object; en?: object }>>('../src/words/**/*.ts', { eager: true })
const dictionaries: [string, object, object][] = [['the app', zh, en]]
for (const [path, exported] of Object.entries(files)) {
  for (const [name, words] of Object.entries(exported)) {
    if (words.zh && words.en) dictionaries.push([`${path} ${name}`, words.zh, words.en])
  }
}

function* texts(dictionary: object, path = ''): Generator<[string, string]> {
  for (const [key, value] of Object.entries(dictionary)) {
    if (typeof value === 'string') yield [`${path}${key}`, value]
    else if (typeof value === 'function') yield [`${path}${key}`, String((value as (x: string) => string)('x'))]
    else yield* texts(value as object, `${path}${key}.`)
  }
}

const han = /\p{Script=Han}/u

describe('the dictionaries', () => {
  it.each(dictionaries)('of %s have the same keys, none empty', (_, zh, en) => {
    expect([...texts(en)].map(([k]) => k)).toEqual([...texts(zh)].map(([k]) => k))
    for (const [key, text] of [...texts(zh), ...texts(en)]) expect(text.trim(), key).not.toBe('')
  })

  it.each(dictionaries)('of %s keep to their tongue', (_, __, en) => {
    for (const [key, text] of texts(en)) if (!key.startsWith('lang.other')) expect(text, key).not.toMatch(han)
  })

  it('name every group and unit of the catalogue', () => {
    for (const layer of catalog.layers) {
      for (const m of [zh, en]) {
        expect(m.groups, layer.id).toHaveProperty([layer.group])
        for (const f of layer.fields) {
          if (f.group) expect(m.fieldGroups, `${layer.id}.${f.id}`).toHaveProperty([f.group])
          if (f.unit) expect(m.units, `${layer.id}.${f.id}`).toHaveProperty([f.unit])
        }
      }
    }
  })
})
