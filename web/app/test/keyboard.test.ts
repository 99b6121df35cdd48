import { describe, expect, it } from 'vitest'
import { answered, callsSearch, closed, pressed } from '../src/ui/header/keyboard'
import type { Outcome, Suggestions } from '../src/ui/header/keyboard'

const at = (active: number, open = true, count = 3): Suggestions => ({ open, count, active })

describe('the search box', () => {
  it('lights the first answer, so that Enter takes it', () => {
    expect(answered(3)).toEqual(at(0))
    expect(answered(0)).toEqual({ open: true, count: 0, active: -1 })
  })

  it.each<[string, Suggestions, string, Outcome | undefined]>([
    ['ArrowDown', at(0), 'x', { next: at(1) }],
    ['ArrowDown', at(2), 'x', { next: at(0) }],
    ['ArrowUp', at(0), 'x', { next: at(2) }],
    ['ArrowDown', at(1, false), 'x', { next: at(1) }],
    ['ArrowDown', closed, '', { next: closed }],
    ['Home', at(2), 'x', { next: at(0) }],
    ['End', at(0), 'x', { next: at(2) }],
    ['Home', closed, 'x', undefined],
    ['Enter', at(1), 'x', { next: at(1, false), act: 'choose' }],
    ['Enter', closed, 'x', undefined],
    ['Escape', at(1), 'x', { next: at(1, false) }],
    ['Escape', closed, 'x', { next: closed, act: 'clear' }],
    ['Escape', closed, '', { next: closed, act: 'blur' }],
    ['a', at(0), 'x', undefined],
  ])('%s in %j with text %j', (key, state, text, outcome) => {
    expect(pressed(key, state, text)).toEqual(outcome)
  })

  it('is called by a slash, but not by one that is being typed', () => {
    const key = (more: object) => ({ key: '/', ctrlKey: false, metaKey: false, altKey: false, target: null, ...more })
    expect(callsSearch(key({}))).toBe(true)
    expect(callsSearch(key({ ctrlKey: true }))).toBe(false)
    expect(callsSearch(key({ key: 'a' }))).toBe(false)
    expect(callsSearch(key({ target: { tagName: 'INPUT' } as unknown as EventTarget }))).toBe(false)
    expect(callsSearch(key({ target: { tagName: 'DIV', isContentEditable: true } as unknown as EventTarget }))).toBe(false)
  })
})
