// The battle map on paper: a PDF of the right size whose words can be read.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { cuntu, demo, run, scratch } from './harness.mjs'

describe('cuntu print', () => {
  let place, store

  before(async () => {
    place = await scratch()
    store = join(place.dir, 'demo.gpkg')
    await demo(store)
  })
  after(() => place?.remove())

  it('prints a county on A4, with title, legend, counts and scale', async () => {
    const out = join(place.dir, 'map.pdf')
    await cuntu(
      'print',
      '--store',
      store,
      '--paper',
      'A4',
      '--county',
      '611026',
      '--theme',
      'exit_status',
      '--layers',
      'county,town,village',
      '--out',
      out,
    )
    const info = (await run('pdfinfo', [out])).stdout
    assert.match(info, /Pages:\s+1\b/)
    const [, width, height] = info.match(/Page size:\s+([\d.]+) x ([\d.]+)/).map(Number)
    assert.ok(Math.abs(width - (297 / 25.4) * 72) < 2 && Math.abs(height - (210 / 25.4) * 72) < 2, `${width} × ${height} points`)
    const text = (await run('pdftotext', ['-layout', out, '-'])).stdout
    for (const words of ['柞水县脱贫进度作战图', '已销号', '比例尺', '制图日期', '65 个村', '缺（村）', '文化广场'])
      assert.ok(text.replace(/\s+/g, ' ').includes(words), `no ${words} in\n${text}`)
  })

  it('says what it cannot print', async () => {
    for (const [args, told] of [
      [['--out', 'map.doc'], /\.pdf or \.png/],
      [['--atlas', '--out', 'map.png'], /several pages/],
      [['--browser', '/nowhere/chrome', '--out', 'map.pdf'], /browser \/nowhere\/chrome/],
    ]) {
      const failed = await cuntu('print', '--store', store, ...args).catch((e) => e)
      assert.match(failed.stderr ?? '', told)
    }
  })
})
