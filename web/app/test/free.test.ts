import { describe, expect, it } from 'vitest'
import { paddingFor } from '../src/map/free'

const desk = { left: 0, right: 1400, top: 50, bottom: 850 }
const phone = { left: 0, right: 390, top: 92, bottom: 816 }

describe('the padding of the map', () => {
  it('is a margin where nothing covers it', () => {
    expect(paddingFor(desk, [])).toEqual({ left: 24, right: 70, top: 24, bottom: 24 })
  })

  it('reads boxes whose sides are getters, as those of the page are', () => {
    class Rect {
      get left() { return 0 }
      get right() { return 1400 }
      get top() { return 50 }
      get bottom() { return 850 }
    }
    expect(paddingFor(new Rect(), [])).toEqual(paddingFor(desk, []))
  })

  it('passes a panel on its right and a card on its left', () => {
    const panel = { left: 12, right: 452, top: 62, bottom: 838 }
    const card = { left: 1024, right: 1388, top: 62, bottom: 838 }
    expect(paddingFor(desk, [panel, card])).toEqual({ left: 476, right: 400, top: 24, bottom: 24 })
  })

  it('stays above a sheet on a phone', () => {
    const sheet = { left: 0, right: 390, top: 340, bottom: 844 }
    expect(paddingFor(phone, [sheet])).toEqual({ left: 16, right: 16, top: 16, bottom: 816 - 340 + 16 })
  })

  it('heeds no box beside the map, nor one that leaves nothing of it', () => {
    expect(paddingFor(desk, [{ left: 0, right: 1400, top: 0, bottom: 50 }])).toEqual(paddingFor(desk, []))
    expect(paddingFor(desk, [{ left: -5, right: 1500, top: 0, bottom: 900 }])).toEqual(paddingFor(desk, []))
  })
})
