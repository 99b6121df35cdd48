// Comparing two years or themes, the order and opacity of layers, and outside basemaps.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'node:test'
import { demo, launch, open, scratch, serve, settled, until } from './harness.mjs'

// One red pixel.
const RED = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==', 'base64')

describe('the arranged map', () => {
  let place, server, browser, session, outside, asked

  before(async () => {
    place = await scratch()
    const store = join(place.dir, 'demo.gpkg')
    await demo(store)
    asked = []
    outside = createServer((request, response) => {
      asked.push(request.url)
      response.writeHead(200, { 'content-type': 'image/png', 'access-control-allow-origin': '*' }).end(RED)
    }).listen(0, '127.0.0.1')
    await once(outside, 'listening')
    server = await serve(store, '--basemap', `http://127.0.0.1:${outside.address().port}`)
    browser = await launch()
  })
  after(async () => {
    await browser?.close()
    await server?.stop()
    outside?.close()
    await place?.remove()
  })
  afterEach(async () => {
    const own = `another host: http://127.0.0.1:${outside.address().port}/`
    const faults = (session?.faults ?? []).filter((f) => !f.startsWith(own))
    await session?.close()
    session = undefined
    assert.deepEqual(faults, [])
  })

  const hash = (page) => page.evaluate(() => decodeURIComponent(location.hash))
  const counts = (page, side) => page.locator(`[data-side="${side}"] li b`).allInnerTexts()
  const bothDrawn = (page) => page.waitForFunction(() => window.__cuntuCompared?.loaded() && window.__cuntuCompared.areTilesLoaded())

  it('shows two years of a theme side by side, counts both, and keeps them at the same place', async () => {
    session = await open(browser, `${server.url}#theme=cov_road`, { width: 1366 })
    const { page } = session
    await page.getByRole('button', { name: /^左右对比/ }).click()
    await bothDrawn(page)
    assert.match(await hash(page), /year=2015/)
    assert.match(await hash(page), /compare=now/)
    await until('both sides have counted', async () =>
      [await counts(page, 'left'), await counts(page, 'right')].every((c) => c.length && !c.includes('–')),
    )
    assert.equal(await page.evaluate(() => window.__cuntuCompared.getStyle().sources.village.tiles[0].includes('year=')), false)
    assert.equal(await page.evaluate(() => window.__cuntu.map.getStyle().sources.village.tiles[0].includes('year=2015')), true)

    await page.evaluate(() => window.__cuntuCompared.jumpTo({ center: [109.9, 33.8], zoom: 10.5 }))
    const at = await page.evaluate(() => [window.__cuntu.map.getCenter().lng, window.__cuntu.map.getZoom()])
    assert.ok(Math.abs(at[0] - 109.9) < 1e-6 && at[1] === 10.5, String(at))

    const divider = page.getByRole('separator')
    const before = Number(await divider.getAttribute('aria-valuenow'))
    await divider.focus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    assert.equal(Number(await divider.getAttribute('aria-valuenow')), before - 10)

    await page.getByRole('button', { name: '结束对比' }).click()
    await until('the second map is gone', () => page.evaluate(() => window.__cuntuCompared === undefined))
    assert.doesNotMatch(await hash(page), /compare=/)
  })

  it('opens a comparison from a link', async () => {
    session = await open(browser, `${server.url}#compare=2016/tap_water_rate`)
    await bothDrawn(session.page)
    const paint = await session.page.evaluate(() =>
      JSON.stringify(window.__cuntuCompared.getPaintProperty('village_area:classes', 'fill-color')),
    )
    assert.match(paint, /tap_water_rate/)
  })

  it('lays layers in the order and opacity that a user gives them', async () => {
    session = await open(browser, server.url)
    const { page } = session
    await page.getByText('图层顺序与透明度').click()
    const order = () => page.locator('[data-arrange]').evaluateAll((all) => all.map((e) => e.dataset.arrange))
    const first = await order()
    const road = first.indexOf('road')
    assert.ok(road > 0)
    for (let i = 0; i < road; i++) await page.locator('[data-arrange="road"]').getByRole('button', { name: '公路上移' }).click()
    assert.equal((await order())[0], 'road')
    await page.locator('[data-arrange="road"] input').fill('40')
    await settled(page)
    const drawn = await page.evaluate(() => window.__cuntu.map.getLayersOrder())
    assert.ok(drawn.indexOf('road:planned') > drawn.indexOf('village:point'))
    assert.match(await hash(page), /order=road,/)
    assert.match(await hash(page), /fade=road:40/)
    await page.getByRole('button', { name: '恢复默认' }).click()
    assert.deepEqual(await order(), first)
    assert.doesNotMatch(await hash(page), /order=|fade=/)
  })

  it('shows an outside basemap that the server allows, and keeps its key to itself', async () => {
    session = await open(browser, server.url)
    const { page } = session
    const origin = `http://127.0.0.1:${outside.address().port}`
    await page.getByRole('button', { name: '设置外部底图' }).click()
    const template = page.getByLabel('瓦片地址模板')
    await template.fill('https://tiles.example.org/{z}/{x}/{y}')
    await page.getByText("cuntu serve … --basemap 'https://tiles.example.org'").waitFor()
    await template.fill(`${origin}/{z}/{x}`)
    await page.getByText('缺少级别、列号或行号').waitFor()
    await template.fill(`${origin}/wmts?TILEMATRIX={TileMatrix}&TILECOL={TileCol}&TILEROW={TileRow}&tk=secret`)
    await page.getByLabel('版权与审图号').fill('某底图')
    await page.getByRole('button', { name: '使用', exact: true }).click()
    await until('the basemap is asked for', () => asked.some((a) => /TILEMATRIX=\d+&TILECOL=\d+&TILEROW=\d+&tk=secret/.test(a)))
    await page.getByText('某底图').waitFor()
    assert.doesNotMatch(await hash(page), /secret|basemap/)
    assert.ok(![...session.bytes.keys()].some((u) => u.startsWith(server.url) && u.includes('secret')))
    await page.reload()
    await settled(page)
    assert.equal(await page.evaluate(() => Boolean(window.__cuntu.map.getLayer('basemap-tiles'))), true)
    await page.locator('[data-row="basemap"] .el-switch').click()
    await until('the basemap is gone', () => page.evaluate(() => !window.__cuntu.map.getLayer('basemap-tiles')))
  })
})
