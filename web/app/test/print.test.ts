import { describe, expect, it } from 'vitest'
import { fit } from '../src/views/print/capture'
import { parsePrint, printAddress } from '../src/views/print/link'
import { RATIO, papers, pieces, px, scaleNumber, sizeOf } from '../src/views/print/paper'
import { metresAPixel } from '../src/map/scale'

describe('printing', () => {
  it.each([
    [1500, 1000, 1310],
    [4494, 3178, 1310],
    [100, 100, 1310],
    [1311, 10, 1310],
  ])('cuts %d × %d px into pieces of at most %d that cover it once', (width, height, most) => {
    const list = pieces(width, height, most)
    expect(list.reduce((sum, p) => sum + p.width * p.height, 0)).toBe(width * height)
    for (const p of list) expect(Math.max(p.width, p.height)).toBeLessThanOrEqual(most + 1)
    expect(Math.max(...list.map((p) => p.x + p.width))).toBe(width)
    expect(Math.max(...list.map((p) => p.y + p.height))).toBe(height)
  })

  it('prints A0 at 300 dots an inch', () => {
    const [long] = papers.A0
    expect(Math.round(px(long) * RATIO)).toBe(Math.round((1189 / 25.4) * 300))
    expect(sizeOf('A3', 'portrait')).toEqual([297, 420])
  })

  it('fits bounds into a frame', () => {
    const camera = fit([108.6, 33.1, 111, 34.4], { width: 1500, height: 1000 }, { top: 20, right: 20, bottom: 20, left: 20 })
    const world = 512 * 2 ** camera.zoom
    expect((world * 2.4) / 360).toBeLessThanOrEqual(1460.01)
    expect(camera.center[1]).toBeGreaterThan(33.74)
    expect(camera.center[1]).toBeLessThan(33.76)
  })

  it('leaves the margins free', () => {
    const even = fit([108.6, 33.1, 111, 34.4], { width: 1500, height: 1000 }, { top: 20, right: 20, bottom: 20, left: 20 })
    const shifted = fit([108.6, 33.1, 111, 34.4], { width: 1500, height: 1000 }, { top: 20, right: 300, bottom: 20, left: 20 })
    expect(shifted.zoom).toBeLessThan(even.zoom)
    const world = 512 * 2 ** shifted.zoom
    const left = 750 + ((108.6 - shifted.center[0]) * world) / 360
    const right = 750 + ((111 - shifted.center[0]) * world) / 360
    expect(left).toBeGreaterThan(19.9)
    expect(right).toBeLessThan(1200.1)
  })

  it('tells the scale of paper: a map of 1 m a CSS pixel is 1 : 3,780', () => {
    expect(scaleNumber(1)).toBe(3780)
    expect(scaleNumber(metresAPixel(8, 33.75))).toBeGreaterThan(900_000)
  })

  it('carries the view and the sheet in the address', () => {
    const options = { paper: 'A1', orientation: 'portrait', title: '商州 作战图', atlas: true } as const
    const address = printAddress('#theme=fibre&area=611002', options)
    expect(address.startsWith('?print=1#theme=fibre&area=611002&')).toBe(true)
    expect(parsePrint(address.slice(address.indexOf('#')))).toEqual(options)
    expect(parsePrint('#paper=B9')).toEqual({ paper: 'A3', orientation: 'landscape', title: '', atlas: false })
    expect(parsePrint(printAddress('', options).replace('?print=1', ''))).toEqual(options)
  })
})
