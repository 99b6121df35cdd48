// The engineer's way: which villages lack a road, where, why, the list for the desk,
// and which works close the gap.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { open, overDemo, settled, until } from './harness.mjs'

describe('the coverage view', () => {
  let server, browser, end

  before(async () => ({ server, browser, end } = await overDemo()))
  after(() => end?.())
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
      page.evaluate(
        () =>
          window.__cuntu.map
            .getSource('way-out')
            ?.serialize()
            .data.features.filter((f) => f.geometry.type === 'LineString' && !f.properties.hardened).length ?? 0,
      )
    await until('its missing metres are drawn', async () => (await missing()) > 0)
    await card.locator('[data-service="road"] .row').click()
    assert.equal(await card.locator('.gap').count(), longest.road.gaps.length)

    await page.locator('.areas [data-area] .bar i').first().waitFor({ state: 'attached' })
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

  it('plans works within a budget, draws them, and shows what they would change', async () => {
    const { page, faults, close } = await open(browser, `${server.url}#view=programme&year=2017`)
    const whole = await ask('api/programme?service=road&by=km&year=2017')
    const works = page.locator('[data-work]')
    await until('all works are listed', async () => (await works.count()) === whole.works.length)
    const drawnWorks = () =>
      page.evaluate(
        () =>
          new Set(
            window.__cuntu.map
              .getSource('works')
              ?.serialize()
              .data.features.map((f) => f.properties.n),
          ).size,
      )
    await until('they are drawn', async () => (await drawnWorks()) === whole.works.length)

    await page.getByLabel('预算').fill('20')
    await page.getByLabel('预算').press('Enter')
    const small = await ask('api/programme?service=road&by=km&budget_km=20&year=2017')
    assert.ok(small.total.km <= 20 && small.works.length < whole.works.length)
    await until('fewer works are listed', async () => (await works.count()) === small.works.length)
    await page.getByText('已证明最优').or(page.getByText('与理论最优相差')).first().waitFor()

    const gained = () => page.evaluate(() => window.__cuntu.theme.value.classes.find((c) => c.key === 'gained')?.when.among.size)
    await until('villages that gain are told', async () => (await gained()) === small.total.villages)
    await page.getByRole('slider').fill('1')
    await until('the first alone gains less', async () => (await gained()) === small.works[0].sum.villages)
    await works.first().getByRole('button').click()
    await until('the map goes there', async () => (await page.evaluate(() => window.__cuntu.map.getZoom())) > 11)
    assert.deepEqual(faults, [])
    await close()
  })

  it('says which villages lie in a shape that is drawn', async () => {
    const { page, faults, close } = await open(browser, `${server.url}#map=9/33.75/109.9`)
    await page.getByRole('button', { name: '测面积、圈村庄' }).click()
    await page.locator('.draw .result').waitFor() // what draws comes with its first use
    for (const [x, y] of [[500, 200], [900, 200], [900, 500], [500, 500]]) {
      await page.mouse.move(x, y)
      await page.mouse.click(x, y)
    }
    await page.mouse.click(500, 500)
    const told = page.locator('.draw .result')
    await told.getByText(/个村/).waitFor()
    const corners = await page.evaluate(() => [[500, 200], [900, 500]].map(([x, y]) => {
      const { left, top } = window.__cuntu.map.getContainer().getBoundingClientRect()
      return window.__cuntu.map.unproject([x - left, y - top]).toArray()
    }))
    const [[w, n], [e, s]] = corners
    const all = await ask(`api/export/village?f=geojson`)
    const inside = all.features.filter(
      (f) =>
        f.geometry &&
        f.geometry.coordinates[0] > w &&
        f.geometry.coordinates[0] < e &&
        f.geometry.coordinates[1] > s &&
        f.geometry.coordinates[1] < n,
    )
    const count = Number((await told.locator('p', { hasText: '个村' }).innerText()).match(/^[\d,]+/)[0].replace(',', ''))
    assert.ok(inside.length > 20 && Math.abs(count - inside.length) <= 1, `${count} told, ${inside.length} by coordinates`)
    await told.getByRole('button', { name: '清除' }).click()
    await told.waitFor({ state: 'detached' })
    assert.deepEqual(faults, [])
    await close()
  })
})
