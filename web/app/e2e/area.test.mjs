// A county's page: its figures, what is missing, and the way from each number to the
// villages behind it.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { open, overDemo, until } from './harness.mjs'

describe('the dossier of a county', () => {
  let server, browser, end

  before(async () => ({ server, browser, end } = await overDemo()))
  after(() => end?.())
  const ask = async (path) => (await fetch(server.url + path)).json()

  it('opens from the header, says how many villages lack a service, and leads to those villages', async () => {
    const { counties } = await ask('api/areas')
    const county = counties[4]
    const { page, faults, bytes, close } = await open(browser, `${server.url}#area=${county.code}&year=2017`)
    assert.ok(![...bytes.keys()].some((u) => /EChart/.test(u)), 'charts came with the first view')
    await page.getByRole('button', { name: '概况' }).click()
    const card = page.getByRole('complementary', { name: '详情' })
    await card.getByRole('heading', { name: county.name }).waitFor()

    const { results } = await ask('api/coverage/summary?service=water&by=county&year=2017')
    const { villages, people } = results.find((a) => a.code === county.code)
    const total = (counts) => Object.values(counts).reduce((a, b) => a + b)
    await card.locator('dl').getByText(total(people).toLocaleString('zh-CN'), { exact: true }).waitFor()
    const row = card.locator('[data-service="water"]')
    assert.match(await row.innerText(), new RegExp(`缺 ${villages.not} 村`))
    await card.locator('figure svg path').first().waitFor({ state: 'attached' })
    assert.equal(await card.locator('.towns [data-area]').count(), county.towns.length)

    await row.click()
    await until(
      'the villages behind the number are listed',
      async () => (await page.locator('[data-state="not"].chip b').innerText()) === String(villages.not),
    )
    assert.match(page.url(), /service=water/)
    await card.locator('.towns [data-area]').first().click()
    await card.getByText(/^镇/).first().waitFor()
    assert.deepEqual(faults, [])
    await close()
  })
})
