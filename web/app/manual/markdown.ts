// A page of the manual as the app reads it: Markdown becomes, when the app is built, a module with its title, its HTML and
// its sections. What is written here besides Markdown:
//
//   ## Heading {#id}          the id is the same in both tongues, for links to it
//   [text](page#id)           another page of the manual
//   [text](term:guarantee)    a word of the glossary, explained where it stands
//   [text](app:view=map)      a view of the app, as its address says after #
//   ![what it shows](x.webp)  a picture of manual/pictures, in the page's tongue

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Marked } from 'marked'
import type { Token, Tokens } from 'marked'
import type { Plugin } from 'vite'

export interface Section {
  /** Where it is to be found on its page; '' is the page's beginning. */
  id: string
  title: string
  /** Its words, for the search. */
  text: string
}

export interface Parsed {
  title: string
  /** Pictures stand in it as `picture:name.webp`, pages as `page:name#id`, and views as `app:…`. */
  html: string
  sections: Section[]
  pictures: string[]
  links: string[]
  terms: string[]
}

const PAGES = join(import.meta.dirname, 'zh')
const HEADING = /^(.*?)\s*\{#([a-z-]+)\}$/

/** Reads a page; throws what is wrong with it. */
export function parse(markdown: string): Parsed {
  const found = { pictures: [] as string[], links: [] as string[], terms: [] as string[] }
  const sections: Section[] = []
  const marked = new Marked({
    renderer: {
      html({ text }) {
        throw new Error(`HTML is not for the manual: ${text}`)
      },
      heading({ tokens, depth, text }) {
        if (depth === 1) return ''
        const id = HEADING.exec(text)?.[2] ?? ''
        if (!id) throw new Error(`the heading “${text}” has no {#id}`)
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens).replace(/\s*\{#[a-z-]+\}$/, '')}</h${depth}>\n`
      },
      link({ href, tokens }) {
        const text = this.parser.parseInline(tokens)
        const term = /^term:([a-z-]+)$/.exec(href)?.[1]
        if (term) {
          found.terms.push(term)
          return `<button type="button" class="term" data-term="${term}">${text}</button>`
        }
        if (href.startsWith('app:')) return `<a class="to-app" href="${escaped(href)}">${text}</a>`
        if (!/^[a-z]*(#[a-z-]+)?$/.test(href)) throw new Error(`the link ${href} leads out of the manual`)
        found.links.push(href)
        return `<a href="page:${href}">${text}</a>`
      },
      image({ href, text }) {
        if (!text) throw new Error(`the picture ${href} says nothing to who cannot see it`)
        found.pictures.push(href)
        return `<img src="picture:${href}" alt="${escaped(text)}" loading="lazy">`
      },
      table(token) {
        const row = (of: Tokens.TableCell[], cell: string, ends: string) =>
          `<tr>${of.map((c) => `<${cell}>${this.parser.parseInline(c.tokens)}</${ends}>`).join('')}</tr>`
        const head = row(token.header, 'th scope="col"', 'th')
        const body = token.rows.map((r) => row(r, 'td', 'td')).join('')
        return `<div class="table"><table><thead>${head}</thead><tbody>${body}</tbody></table></div>\n`
      },
    },
  })
  const tokens = marked.lexer(markdown)
  const first = tokens[0]
  if (first?.type !== 'heading' || (first as Tokens.Heading).depth !== 1) throw new Error('the page does not begin with its title')
  const title = (first as Tokens.Heading).text
  for (const token of tokens) {
    if (token.type === 'heading') {
      const { depth, text } = token as Tokens.Heading
      const [, name = text, id = ''] = HEADING.exec(text) ?? []
      sections.push({ id: depth === 1 ? '' : id, title: plain(marked.lexer(name)), text: '' })
    } else {
      const section = sections.at(-1)
      if (section) section.text = `${section.text} ${plain([token])}`.trim()
    }
  }
  const html = marked.parser(tokens)
  return { title, html, sections, ...found }
}

/** The words of what was read, without marks. */
function plain(tokens: readonly Token[]): string {
  const words = tokens.map((token): string => {
    if (token.type === 'image') return ''
    if (token.type === 'table') {
      const { header, rows } = token as Tokens.Table
      return [header, ...rows].map((row) => row.map((c) => plain(c.tokens)).join(' ')).join(' ')
    }
    if (token.type === 'list') return (token as Tokens.List).items.map((i) => plain(i.tokens)).join(' ')
    if ('tokens' in token && token.tokens) return plain(token.tokens)
    return 'text' in token ? String(token.text) : ''
  })
  return words.join('').replace(/\s+/g, ' ').trim()
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;')
}

/** Width and height of a WebP picture, so that its place is kept before it is there. */
export function webpSize(file: Uint8Array): [number, number] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const kind = String.fromCharCode(...file.subarray(12, 16))
  const three = (at: number) => view.getUint16(at, true) + (view.getUint8(at + 2) << 16)
  if (kind === 'VP8 ') return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff]
  if (kind === 'VP8X') return [three(24) + 1, three(27) + 1]
  if (kind === 'VP8L') {
    const bits = view.getUint32(21, true)
    return [(bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1]
  }
  throw new Error('this is no WebP picture')
}

/** The manual for Vite: pages as modules, and an address of its own for each page in what is built. */
export function manual(): Plugin {
  return {
    name: 'cuntu-manual',
    transform(text, id) {
      const [file = ''] = id.split('?')
      if (!file.endsWith('.md') || !dirname(dirname(file)).endsWith('manual')) return undefined
      const tongue = basename(dirname(file))
      const folder = join(dirname(dirname(file)), 'pictures', tongue)
      const { title, html, sections, pictures } = parse(text)
      const names = [...new Set(pictures)].filter((name) => existsSync(join(folder, name)))
      // It is made by the program that is being built; a test says what is missing.
      for (const name of pictures) if (!names.includes(name)) this.warn(`${file}: there is no picture ${name} yet`)
      const imports = names.map((name, i) => `import p${i} from ${JSON.stringify(join(folder, name))}`)
      const sized = names.reduce((all, name) => {
        const [width, height] = webpSize(readFileSync(join(folder, name)))
        return all.replaceAll(`src="picture:${name}"`, `src="picture:${name}" width="${width}" height="${height}"`)
      }, html)
      const bare = sized.replace(/<img src="picture:[^>]*" alt="[^>]*>/g, (img) => (img.includes(' width="') ? img : ''))
      const put = names.map((name, i) => `.replaceAll(${JSON.stringify(`picture:${name}`)}, p${i})`).join('')
      const code = [
        ...imports,
        `export const title = ${JSON.stringify(title)}`,
        `export const html = ${JSON.stringify(bare)}${put}`,
        `export const sections = ${JSON.stringify(sections)}`,
      ]
      return { code: code.join('\n'), map: null }
    },
    // Each page answers at an address of its own, by the same document under its title.
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const document = bundle['help/index.html']
        if (document?.type !== 'asset') throw new Error('help/index.html was not built')
        const source = String(document.source)
        for (const file of readdirSync(PAGES).filter((name) => name !== 'index.md')) {
          const { title } = parse(readFileSync(join(PAGES, file), 'utf8'))
          this.emitFile({
            type: 'asset',
            fileName: `help/${basename(file, '.md')}.html`,
            source: source.replace('<title>', `<title>${escaped(title)} · `),
          })
        }
        this.emitFile({ type: 'asset', fileName: 'help/all.html', source })
      },
    },
    // As the server does it: the same document answers for every page of the manual.
    configureServer(server) {
      server.middlewares.use((request, _, next) => {
        if (/^\/help(\/[a-z]*)?(\?|$)/.test(request.url ?? '')) request.url = '/help/index.html'
        next()
      })
    },
  }
}
