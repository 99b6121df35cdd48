// What the keys do in the search box: a combobox whose list is walked by arrows.

export interface Suggestions {
  open: boolean
  count: number
  /** Index of the lit suggestion, -1 for none. */
  active: number
}

export type Outcome = { next: Suggestions; act?: 'choose' | 'clear' | 'blur' }

export const closed: Suggestions = { open: false, count: 0, active: -1 }

/** The list after an answer: open, with its first entry lit so that Enter takes it. */
export function answered(count: number): Suggestions {
  return { open: true, count, active: count > 0 ? 0 : -1 }
}

/** What a key does; undefined where it is none of ours. */
export function pressed(key: string, state: Suggestions, text: string): Outcome | undefined {
  const { open, count, active } = state
  switch (key) {
    case 'ArrowDown':
      return { next: walk(state, open ? (active + 1) % Math.max(count, 1) : Math.max(active, 0)) }
    case 'ArrowUp':
      return { next: walk(state, open ? (active - 1 + count) % Math.max(count, 1) : count - 1) }
    case 'Home':
    case 'End':
      if (!open || count === 0) return undefined
      return { next: walk(state, key === 'Home' ? 0 : count - 1) }
    case 'Enter':
      if (!open || active < 0) return undefined
      return { next: { ...state, open: false }, act: 'choose' }
    case 'Escape':
      if (open) return { next: { ...state, open: false } }
      return text ? { next: closed, act: 'clear' } : { next: closed, act: 'blur' }
    default:
      return undefined
  }
}

function walk(state: Suggestions, active: number): Suggestions {
  if (state.count === 0) return state
  return { ...state, open: true, active }
}

/** Whether a key pressed anywhere on the page is a call for the search box. */
export function callsSearch(event: {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  target: EventTarget | null
}): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.key !== '/') return false
  const target = event.target as { tagName?: string; isContentEditable?: boolean } | null
  return !target?.isContentEditable && !/^(INPUT|TEXTAREA|SELECT)$/.test(target?.tagName ?? '')
}
