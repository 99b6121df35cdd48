// What the manual holds, in order: a chapter for each kind of user, and the pages of each. The page of a view has the view's id.

export interface Chapter {
  id: 'planner' | 'engineer' | 'relocation' | 'keeper' | 'operator' | 'words'
  pages: readonly string[]
}

/** The page that says which chapter is for whom. */
export const FIRST = 'index'

/** The page whose glossary is added to what is written there. */
export const GLOSSARY = 'glossary'

export const chapters: readonly Chapter[] = [
  { id: 'planner', pages: ['planner', 'map', 'search', 'card', 'progress', 'compare', 'print'] },
  { id: 'engineer', pages: ['engineer', 'coverage', 'programme', 'projects', 'watching', 'reach', 'table'] },
  { id: 'relocation', pages: ['relocation', 'siting'] },
  { id: 'keeper', pages: ['guide', 'data', 'edit', 'changes'] },
  { id: 'operator', pages: ['operator', 'account', 'users', 'audit'] },
  { id: 'words', pages: [GLOSSARY] },
]

/** Every page in the order in which one would read them. */
export const order: readonly string[] = [FIRST, ...chapters.flatMap((c) => c.pages)]
