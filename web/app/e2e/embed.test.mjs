// The map in a frame of another site's page, and on a machine whose network is cut.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'node:test'
import { demo, launch, open, scratch, serve, settled, until } from './harness.mjs'

describe('the map elsewhere', () => {
  let place, server, browser, portal, session

  before(async () => {
    place = await scratch()
    const store = join(place.dir, 'demo.gpkg')
    await demo(store)
    portal = createServer((request, response) => {
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(`<iframe src="${server.url}?embed=1#theme=tap_water_rate" width="800" height="560"></iframe>`)
    }).listen(0, '127.0.0.1')
    await once(portal, 'listening')
    server = await serve(store, '--embed', `http://127.0.0.1:${portal.address().port}`)
    browser = await launch()
  })
  after(async () => {
    await browser?.close()
    await server?.stop()
    portal?.close()
    await place?.remove()
  })
  afterEach(async () => {
    await session?.close()
    session = undefined
  })

  it('shows map, legend and a way to the whole in a frame of a page that may', async () => {
    const context = await browser.newContext({ viewport: { width: 1000, height: 640 } })
    session = context
    const page = await context.newPage()
    await page.goto(`http://127.0.0.1:${portal.address().port}/`)
    const frame = page.frameLocator('iframe')
    await frame.locator('.class .n').first().waitFor()
    await until('the legend has counted', async () => Number((await frame.locator('.total .num').innerText()).replace(/\D/g, '')) > 1000)
    assert.equal(await frame.getByRole('navigation').count(), 0)
    assert.match(await frame.getByRole('link', { name: '在村图中打开' }).getAttribute('href'), /\/#theme=tap_water_rate/)
  })

  it('is in no frame of a page that may not', async () => {
    const context = await browser.newContext()
    session = context
    const page = await context.newPage()
    const refused = []
    page.on('console', (m) => m.type() === 'error' && refused.push(m.text()))
    await page.setContent(`<iframe src="${server.url}?embed=1"></iframe>`)
    await until('the frame is refused', () => refused.some((text) => /frame-ancestors/.test(text)))
  })

  it('goes on without the network, and says since when', async () => {
    session = await open(browser, server.url)
    const { page } = session
    await until(
      'the rest of the program has come',
      async () =>
        [...session.bytes.keys()].some((u) => /DataPanel.*js/.test(u)) && [...session.bytes.keys()].some((u) => /SitingPanel.*js/.test(u)),
    )
    await page.context().setOffline(true)
    await page.getByText(/与服务器失去联系.*起）/).waitFor()
    for (const view of ['coverage', 'programme', 'siting', 'data', 'map']) {
      await page.locator(`[data-view="${view}"]`).click()
      await page.locator('.panel .content').waitFor()
      await page.locator(`[data-view="${view}"][aria-current]`).waitFor()
    }
    await page.locator('[data-class]').first().click()
    await page.evaluate(() => window.__cuntu.map.zoomTo(8.2, { duration: 0 }))
    assert.ok(await page.evaluate(() => window.__cuntu.map.queryRenderedFeatures().length) > 0)
    await page.context().setOffline(false)
    await page.getByText('实时', { exact: true }).waitFor()
    await settled(page)
    assert.deepEqual(session.faults.filter((f) => !/Failed to (fetch|load resource)|ERR_INTERNET_DISCONNECTED|unreachable/.test(f)), [])
  })
})
