// The engineer's way: which villages lack a road, where, why, and the list for the desk.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { cuntu, launch, open, scratch, serve, settled, until } from './harness.mjs'

describe('the coverage view', () => {
  let place, server, browser

  before(async () => {
    place = await scratch()
    const store = join(place.dir, 'demo.gpkg')
    await cuntu('demo', '--store', store)
    server = await serve(store)
    browser = await launch()
  })
  after(async () => {
    await browser?.close()
    await server?.stop()
    await place?.remove()
  })
  const ask = async (path) => (await fetch(server.url + path)).json()

  it('lists who lacks a road by the year, draws the way out, and narrows to a county by a click', async () => {
    const { page, faults, close } = await open(browser, server.url)
    await page.getByRole('button', { name: '缺口' }).click()
    const lacking = await ask('api/coverage?service=road&state=not&year=2017')
    await page.locator('.years').click()
    await page.getByRole('option', { name: '2017' }).click()
    const chip = page.locator('[data-state="not"].chip')
    await until('the year has been asked for', async () => (await chip.locator('b').innerText()) === String(lacking.count))

    const rows = page.locator('[data-village]')
    assert.equal(await rows.count(), Math.min(100, lacking.count))
    const first = lacking.results.toSorted((a, b) => b.population - a.population)[0]
    assert.equal(await rows.first().getAttribute('data-village'), first.code)
    await page.getByRole('button', { name: /按未硬化|^未硬化/ }).click()
    const longest = lacking.results.toSorted((a, b) => (b.road.unhardened_m ?? -1) - (a.road.unhardened_m ?? -1))[0]
    await until('the longest gap is first', async () => (await rows.first().getAttribute('data-village')) === longest.code)

    await rows.first().click()
    const card = page.getByRole('complementary', { name: '详情' })
    await card.getByRole('heading', { name: longest.name }).waitFor()
    await card.locator('[data-service="road"][data-state="not"]').waitFor()
    await settled(page)
    const missing = () =>
      page.evaluate(() => window.__cuntu.map.getSource('way-out')?.serialize().data.features.filter((f) => f.geometry.type === 'LineString' && !f.properties.hardened).length ?? 0)
    await until('its missing metres are drawn', async () => (await missing()) > 0)
    await card.locator('[data-service="road"] .row').click()
    assert.equal(await card.locator('.gap').count(), longest.road.gaps.length)

    await page.locator('.areas svg path, .areas svg rect').first().waitFor()
    await page.getByPlaceholder('全域').click()
    const { counties } = await ask('api/areas')
    await page.getByRole('menuitem', { name: counties[4].name }).click()
    const inCounty = lacking.results.filter((v) => v.county === counties[4].code).length
    await until('only its villages are listed', async () => (await rows.count()) === inCounty)
    const { results } = await ask('api/coverage/summary?service=road&by=county&year=2017')
    const target = results.find((a) => a.code === counties[4].code).targets[0].text.zh
    await page.locator('.targets').getByText(target).waitFor()

    const csv = await page.getByRole('link', { name: '导出 csv' }).getAttribute('href')
    const lines = (await (await fetch(csv)).text()).trim().split('\n')
    assert.equal(lines.length - 1, inCounty)
    assert.deepEqual(faults, [])
    await close()
  })
})
