// Who can be reached: bands by road minutes around a county seat, a village or any place,
// and the villages farther than all of them.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { open, overDemo, settled, until } from './harness.mjs'

describe('bands by road', () => {
  let server, browser, end

  before(async () => ({ server, browser, end } = await overDemo()))
  after(() => end?.())
  const ask = async (path) => (await fetch(server.url + path)).json()

  it('are drawn around a county seat, count who lives in each, and name those beyond an hour', async () => {
    const { results } = await ask('api/near?lon=109.94&lat=33.86&layer=town')
    const seat = results[0]
    const county = seat.code.slice(0, 6)
    const { page, faults, close } = await open(browser, `${server.url}#area=${county}&sel=town/${seat.code}`)
    await page.getByRole('complementary', { name: '详情' }).getByRole('button', { name: '几分钟能到' }).click()
    const card = page.getByRole('complementary', { name: '几分钟能到' })
    const want = await ask(`api/catchment?lon=${seat.lon}&lat=${seat.lat}&minutes=10,20,30,60&county=${county}`)
    const beyond = want.villages.filter((v) => v.minutes > 60)
    const row = card.locator('[data-band="Infinity"] .row')
    await row.getByText(`${beyond.length} 村`).waitFor()
    let before = 0
    for (const { properties: p } of want.features) {
      await card.locator(`[data-band="${p.minutes}"] .row`).getByText(`${p.villages - before} 村`, { exact: true }).waitFor()
      before = p.villages
    }
    await settled(page)
    const drawn = await page.evaluate(
      () =>
        window.__cuntu.map
          .getSource('reach-bands')
          .serialize()
          .data.features.filter((f) => f.geometry.type === 'MultiPolygon').length,
    )
    assert.equal(drawn, 4)

    await row.click()
    await card.locator('[data-village]').last().click()
    await page.getByRole('heading', { name: beyond.slice(0, 50).at(-1).name }).waitFor()
    assert.match(page.url(), /reach=time\/33\.\d+\/109\.\d+\//)
    await page.keyboard.press('Escape')
    await row.waitFor()
    await page.keyboard.press('Escape')
    await until('the bands are gone', () =>
      page.evaluate(() => !window.__cuntu.map.getLayer('reach-area') && !location.hash.includes('reach=')),
    )
    assert.deepEqual(faults, [])
    await close()
  })

  it('come back from a link, by kilometres too, and around any place of the map', async () => {
    const { page, faults, close } = await open(browser, `${server.url}#map=10/33.86/109.94&reach=road/33.86/109.94`)
    const card = page.getByRole('complementary', { name: '几分钟能到' })
    const want = await ask('api/catchment?lon=109.94&lat=33.86&metres=5000,10000')
    await card.locator('[data-band="5"] .row').getByText(`${want.features[0].properties.villages} 村`).waitFor()
    await card.getByRole('button', { name: '清除圈层' }).click()
    await page.getByRole('button', { name: /在地图上点一个地方/ }).click()
    await page.locator('canvas').click({ position: { x: 620, y: 330 } })
    await card.locator('[data-band="10"]').waitFor()
    assert.match(page.url(), /reach=time\//)
    assert.deepEqual(faults, [])
    await close()
  })
})
