// The manual: a page for every view in both tongues, whose pictures, links and words are there.

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse, webpSize } from '../manual/markdown'
import { FIRST, chapters, order } from '../src/help/chapters'
import { find } from '../src/help/find'
import { addressOf, linked, loadManual } from '../src/help/pages'
import { partsOf } from '../src/help/terms'
import { views } from '../src/views/views'
import { words as glossary } from '../src/words/help/glossary'
import { words as manualWords } from '../src/words/help/manual'

const folder = join(import.meta.dirname, '../manual')
const tongues = ['zh', 'en'] as const
const read = (tongue: string, page: string) => readFileSync(join(folder, tongue, `${page}.md`), 'utf8')
const pages = Object.fromEntries(tongues.map((tongue) => [tongue, new Map(order.map((p) => [p, parse(read(tongue, p))]))]))
const pagesOf = (tongue: (typeof tongues)[number]) => [...(pages[tongue] ?? [])]
const each = tongues.flatMap((tongue) => pagesOf(tongue).map(([page, parsed]) => ({ tongue, page, parsed })))
const weights = tongues.flatMap((tongue) =>
  readdirSync(join(folder, 'pictures', tongue)).map((name) => readFileSync(join(folder, 'pictures', tongue, name)).length),
)

describe('the manual', () => {
  it('has a page for every view, and its files are its pages', () => {
    expect(views.map((v) => v.id).filter((id) => !order.includes(id))).toEqual([])
    for (const tongue of tongues) {
      expect(readdirSync(join(folder, tongue)).sort()).toEqual(order.map((p) => `${p}.md`).sort())
      expect(Object.keys(manualWords[tongue].chapters)).toEqual(chapters.map((c) => c.id))
    }
  })

  it.each(order)('says the same of %s in both tongues: sections, pictures, links and words', (page) => {
    const [zh, en] = tongues.map((tongue) => pages[tongue]?.get(page))
    expect(en?.sections.map((s) => s.id)).toEqual(zh?.sections.map((s) => s.id))
    expect(en?.pictures).toEqual(zh?.pictures)
    expect([...(en?.links ?? [])].sort()).toEqual([...(zh?.links ?? [])].sort())
    expect([...(en?.terms ?? [])].sort()).toEqual([...(zh?.terms ?? [])].sort())
  })

  it.each(each)('has what $tongue/$page names', ({ tongue, page, parsed }) => {
    for (const name of parsed.pictures) expect(existsSync(join(folder, 'pictures', tongue, name)), name).toBe(true)
    for (const term of parsed.terms) expect(Object.keys(glossary[tongue]), term).toContain(term)
    for (const link of parsed.links) {
      const [name, id] = link.split('#')
      const to = pages[tongue]?.get(name || page)
      expect(to, link).toBeDefined()
      if (id) expect(to?.sections.map((s) => s.id), link).toContain(id)
    }
    for (const [, view] of parsed.html.matchAll(/href="app:view=([a-z]+)/g)) expect(views.map((v) => v.id), view).toContain(view)
    const ids = parsed.sections.map((s) => s.id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('keeps its English free of Chinese, and every picture in use', () => {
    for (const page of order) expect(read('en', page)).not.toMatch(/\p{Script=Han}/u)
    for (const tongue of tongues) {
      const used = new Set(pagesOf(tongue).flatMap(([, p]) => p.pictures))
      expect([...used].sort()).toEqual(readdirSync(join(folder, 'pictures', tongue)).sort())
    }
  })

  it('keeps its pictures small', () => {
    expect(Math.max(...weights)).toBeLessThan(120_000)
    expect(weights.reduce((a, b) => a + b)).toBeLessThan(2_500_000)
  })

  it('refuses HTML, links out of it, and headings that nothing could lead to', () => {
    expect(() => parse('# A\n\n<b>bold</b>')).toThrow('HTML')
    expect(() => parse('# A\n\n[b](https://example.org)')).toThrow('leads out')
    expect(() => parse('# A\n\n## B')).toThrow('{#id}')
    expect(() => parse('## B {#b}')).toThrow('title')
    expect(() => parse('# A\n\n![](b.webp)')).toThrow('cannot see')
  })

  it('knows how large a picture is', () => {
    const [name = ''] = readdirSync(join(folder, 'pictures/zh')).filter((n) => n === 'overview.webp')
    expect(webpSize(readFileSync(join(folder, 'pictures/zh', name)))).toEqual([960, 540])
    expect(() => webpSize(Buffer.from('RIFF....WEBPnope'.padEnd(40)))).toThrow('no WebP')
  })
})

describe('links of the manual', () => {
  const html = '<a href="page:map#year">y</a> <a href="page:#how">h</a> <a href="app:view=map">m</a>'

  it('lead to pages and views from where they are shown', () => {
    expect(linked(html, 'card', { pages: './', app: '../', lang: 'zh' })).toBe(
      '<a href="./map#year" data-page="map#year">y</a> <a href="./card#how" data-page="card#how">h</a> ' +
        '<a href="../#view=map" data-app="view=map">m</a>',
    )
    expect(linked(html, 'card', { pages: 'help/', app: '', lang: 'en' })).toContain('href="help/map?lang=en#year"')
    expect(linked(html, 'card', { pages: 'help/', app: '', lang: 'en' })).toContain('href="#view=map&lang=en"')
  })

  it('have the first page at the folder itself', () => {
    expect(addressOf(FIRST, { pages: './', lang: 'zh' })).toBe('./')
    expect(addressOf(FIRST, { pages: './', lang: 'en' })).toBe('./?lang=en')
  })
})

describe('the search of the manual', () => {
  const section = (id: string, title: string, text: string) => ({ id, title, text })
  const manual = new Map([
    ['map', { title: 'Map', html: '', sections: [section('', 'Map', 'Themes.'), section('year', 'A year', 'Complete by a year.')] }],
    ['progress', { title: 'Progress', html: '', sections: [section('', 'Progress', 'Year by year, on a map.')] }],
  ])

  it('finds sections that have every word, those of a title first', () => {
    expect(find(manual, 'year').map((f) => f.target)).toEqual(['map#year', 'progress'])
    expect(find(manual, 'YEAR map').map((f) => f.target)).toEqual(['progress'])
    expect(find(manual, '  ')).toEqual([])
    expect(find(manual, 'year')[0]?.excerpt.join('')).toBe('Complete by a year.')
  })

  it('finds in the manual itself what people ask', async () => {
    const zh = await loadManual('zh')
    expect([...zh.keys()].sort()).toEqual([...order].sort())
    expect(find(zh, '打印')[0]?.target).toBe('print')
    expect(find(zh, '备份')[0]?.target).toBe('operator#backup')
    expect(find(await loadManual('en'), 'basemap')[0]?.target).toBe('operator#basemap')
  })
})

describe('words that are explained', () => {
  it('are marked where they stand, the longest of them', () => {
    expect(partsOf('供水保证率 92%', 'zh')).toEqual([{ text: '供水保证率', term: 'guarantee' }, { text: ' 92%' }])
    expect(partsOf('现已销号', 'zh')).toEqual([{ text: '现' }, { text: '已销号', term: 'struckoff' }])
    expect(partsOf('Registered poor homes', 'en')).toEqual([{ text: 'Registered poor', term: 'registered' }, { text: ' homes' }])
    expect(partsOf('An existing road', 'en')).toEqual([{ text: 'An existing road' }])
    expect(partsOf('Parking', 'en')).toEqual([{ text: 'Parking' }])
  })

  it('have no name twice', () => {
    for (const tongue of tongues) {
      const names = Object.values(glossary[tongue]).flatMap((e) => e.names.split(/[、,]/).map((n) => n.trim().toLowerCase()))
      expect(names.filter((n, i) => names.indexOf(n) !== i)).toEqual([])
    }
  })
})
