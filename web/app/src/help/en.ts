import type { Page } from './pages'

export const pages = import.meta.glob<Page>('../../manual/en/*.md', { eager: true })
