// The map is fitted to what nothing covers, as panels come and go, until somebody moves it.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { open, overDemo, settled, until } from './harness.mjs'

describe('the map beside the panel', () => {
  let world, server, browser
  before(async () => {
    world = await overDemo()
    ;({ server, browser } = world)
  })
  after(() => world?.end())

  /** Where the counties lie on the page, and the panel. */
  const boxes = (page) =>
    page.evaluate(async () => {
      const { map } = window.__cuntu
      const { bounds } = await (await fetch('api/layers')).json()
      const frame = map.getContainer().getBoundingClientRect()
      const [west, south, east, north] = bounds
      const a = map.project([west, north])
      const b = map.project([east, south])
      const { left, right, top, bottom, width } = document.querySelector('.panel').getBoundingClientRect()
      return {
        counties: { left: a.x + frame.left, top: a.y + frame.top, right: b.x + frame.left, bottom: b.y + frame.top },
        frame: { left: frame.left, right: frame.right, top: frame.top, bottom: frame.bottom },
        panel: width > 0 ? { left, right, top, bottom } : undefined,
      }
    })
  const inFrame = ({ counties: c, frame: f }) => c.left >= f.left && c.right <= f.right && c.top >= f.top && c.bottom <= f.bottom

  it('shows every county beside the panel of every view', async () => {
    const { page, faults, close } = await open(browser, server.url)
    for (const view of ['progress', 'siting', 'data', 'map']) {
      await page.locator(`[data-view="${view}"]`).click()
      await until(`the counties are beside the panel of ${view}`, async () => {
        const at = await boxes(page)
        return at.counties.left >= at.panel.right && inFrame(at)
      })
    }
    await settled(page)
    const beside = (await boxes(page)).counties
    await page.getByRole('button', { name: '收起面板' }).click()
    await until('they take the room that the panel leaves', async () => (await boxes(page)).counties.left < beside.left - 50)
    assert.ok(inFrame(await boxes(page)))
    assert.deepEqual(faults, [])
    await close()
  })

  it('leaves the map where somebody has moved it', async () => {
    const { page, close } = await open(browser, server.url)
    await page.evaluate(() => window.__cuntu.map.jumpTo({ center: [109.9, 33.8], zoom: 10 }))
    await page.locator('[data-view="data"]').click()
    await page.getByRole('button', { name: '收起面板' }).click()
    await settled(page)
    assert.deepEqual(await page.evaluate(() => [window.__cuntu.map.getZoom(), window.__cuntu.map.getCenter().lng.toFixed(4)]), [
      10,
      '109.9000',
    ])
    await close()
  })

  it('stays above the sheet of a phone', async () => {
    const { page, close } = await open(browser, server.url, { width: 390, height: 844 })
    await page.getByRole('button', { name: '展开图层面板' }).click()
    await until('the counties are above it', async () => {
      const at = await boxes(page)
      return at.panel && at.counties.bottom <= at.panel.top && inFrame(at)
    })
    await close()
  })
})
