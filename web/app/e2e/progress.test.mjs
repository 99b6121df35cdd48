// The leader's way: how far the plan has come, where it is late, and which villages are.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { open, overDemo, settled, until } from './harness.mjs'

describe('the progress view', () => {
  let server, browser, end

  before(async () => ({ server, browser, end } = await overDemo()))
  after(() => end?.())
  const ask = async (path) => (await fetch(server.url + path)).json()

  it('holds the plan against what was done, goes down to a county and to a late village, and tells its record', async () => {
    const { page, faults, close } = await open(browser, `${server.url}#view=progress`)
    const report = await ask('api/progress?state=late')
    const card = (id) => page.locator(`[data-indicator="${id}"]`)
    await card('villages_out').waitFor()
    const city = report.areas[0]
    assert.match(await card('villages_out').innerText(), new RegExp(`${city.indicators[0].actual}[^]*${city.indicators[0].planned}`))
    assert.equal(await card('villages_out').getAttribute('data-standing'), city.indicators[0].standing)
    assert.equal(await page.locator('[data-indicator]').count(), city.indicators.length)
    assert.equal(await page.locator('button[data-area]').count(), 7)

    await settled(page)
    const painted = () => page.evaluate(() => window.__cuntu.painted.value?.classes.find((c) => c.key === 'late')?.when.among.size ?? 0)
    await until('late villages are on the map', async () => (await painted()) === city.villages.late)

    await card('road').click()
    await page.locator('.curve svg text').first().waitFor()
    const last = report.areas.at(-1)
    await page.locator(`button[data-area="${last.code}"]`).click()
    const late = report.villages.filter((v) => v.county === last.code)
    const tab = page.locator('.tab[data-state="late"]')
    await until('the county is asked for', async () => (await tab.innerText()).endsWith(String(late.length)))
    const county = await ask(`api/progress?county=${last.code}`)
    const towns = county.areas.filter((a) => a.level === 'town' && Object.values(a.villages).some((n) => n > 0))
    assert.equal(await page.locator('button[data-area]').count(), towns.length)

    await tab.click()
    assert.deepEqual(
      (await page.locator('[data-village]').evaluateAll((l) => l.map((e) => e.dataset.village))).sort(),
      late.map((v) => v.code).sort(),
    )
    const town = towns.find((a) => a.villages.late > 0)
    await page.locator(`button[data-area="${town.code}"]`).click()
    await until('only the town is listed', async () => (await page.locator('[data-village]').count()) === town.villages.late)

    const chosen = late.find((v) => v.town === town.code)
    await page.locator(`[data-village="${chosen.code}"]`).click()
    const details = page.getByRole('complementary', { name: '详情' })
    await details.getByRole('heading', { name: chosen.name }).waitFor()
    const { steps } = await ask(`api/progress/${chosen.code}`)
    await until('its record is there', async () => (await details.locator('[data-step]').count()) === steps.length)
    assert.match(await details.locator('[data-step]').last().innerText(), new RegExp(`${steps.at(-1).date}[^]*${steps.at(-1).by}`))

    const csv = await page.getByRole('link', { name: '导出村庄 csv' }).getAttribute('href')
    assert.equal((await (await fetch(csv)).text()).trim().split('\n').length - 1, late.length)
    assert.deepEqual(faults, [])
    await close()
  })
})
