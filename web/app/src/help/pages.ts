// The pages of the manual, a tongue at a time, and where their links lead.

import type { Lang } from '../api/layers'

export interface Section {
  /** Where it is to be found on its page; '' is the page's beginning. */
  id: string
  title: string
  /** Its words, for the search. */
  text: string
}

export interface Page {
  title: string
  /** Links to pages stand in it as `page:name#id`, those to the app as `app:…`. */
  html: string
  sections: Section[]
}

export type Manual = ReadonlyMap<string, Page>

/** Where a page is shown. */
export interface Setting {
  /** The path to the manual's pages, ending in a slash: './' among them. */
  pages: string
  /** The path to the app. */
  app: string
  lang: Lang
}

const sources = { zh: () => import('./zh'), en: () => import('./en') }

/** All pages in a tongue, by id. */
export async function loadManual(lang: Lang): Promise<Manual> {
  const { pages } = await sources[lang]()
  return new Map(Object.entries(pages).map(([path, page]) => [path.replace(/^.*\/|\.md$/g, ''), page]))
}

/** The address of a page, `name` or `name#id`, as a link has it. */
export function addressOf(target: string, { pages, lang }: Pick<Setting, 'pages' | 'lang'>): string {
  const [name = '', id] = target.split('#')
  return `${pages}${name === 'index' ? '' : name}${lang === 'zh' ? '' : `?lang=${lang}`}${id ? `#${id}` : ''}`
}

/** The HTML of a page with links that lead somewhere from where it is shown. */
export function linked(html: string, page: string, setting: Setting): string {
  const tongue = setting.lang === 'zh' ? '' : `&lang=${setting.lang}`
  return html
    .replace(/href="page:([^"]*)"/g, (_, to: string) => {
      const target = to.startsWith('#') ? page + to : to
      return `href="${addressOf(target, setting)}" data-page="${target}"`
    })
    .replace(/href="app:([^"]*)"/g, (_, to: string) => `href="${setting.app}#${to}${tongue}" data-app="${to}"`)
}
