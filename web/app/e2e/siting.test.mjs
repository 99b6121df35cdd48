// The relocation office's way: is this spot any good, where else, and who moves where.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { open, overDemo, settled, until } from './harness.mjs'

describe('the siting view', () => {
  let server, browser, end

  before(async () => ({ server, browser, end } = await overDemo()))
  after(() => end?.())
  const ask = async (path, body) => (await fetch(server.url + path, body && { method: 'POST', body: JSON.stringify(body) })).json()
  const county = '611026'

  it('evaluates the place that is clicked, with reasons, slope from the ground included', async () => {
    const { page, faults, close } = await open(browser, `${server.url}#view=siting&map=11/33.43/109.15`)
    await page.mouse.click(900, 400)
    await page.locator('.verdict').waitFor()
    const at = await page.evaluate(() =>
      window.__cuntu.map.unproject([900, 400 - window.__cuntu.map.getContainer().getBoundingClientRect().top]),
    )
    const wanted = await ask(`api/siting/evaluate?lon=${at.lng.toFixed(6)}&lat=${at.lat.toFixed(6)}`)
    assert.equal(await page.locator('.total b').innerText(), String(Math.round(wanted.total)))
    const shown = await page.locator('.readings li').count()
    assert.equal(shown, wanted.readings.length)
    const slope = wanted.readings.find((r) => r.criterion === 'slope')
    assert.ok(slope.value > 0)
    await page.locator('.why', { hasText: slope.note.zh }).waitFor()
    await until('its plot is drawn', () =>
      page.evaluate(() =>
        window.__cuntu.map
          .getSource('siting-place')
          ?.serialize()
          .data.features.some((f) => f.properties.kind === 'plot'),
      ),
    )
    assert.deepEqual(faults, [])
    await close()
  })

  it('searches a county, ranks anew under a slider and by comparison in pairs', async () => {
    const { page, faults, close } = await open(browser, `${server.url}#view=siting&area=${county}`)
    await page.getByText('区域选址').click()
    await page.getByLabel('网格间距').selectOption('2000')
    await page.getByRole('button', { name: '开始选址' }).click()
    await page.locator('.counts').waitFor()
    const wanted = await ask('api/siting/search', { grid_m: 2000, county, results: 3, top: 1 })
    const has = (n) => n.toLocaleString('zh-CN')
    assert.match(await page.locator('.counts b').innerText(), new RegExp(`${has(wanted.candidates)} 处候选，${has(wanted.passed)} 处可行`))
    const totals = () => page.locator('ol li b').allInnerTexts()
    assert.deepEqual((await totals()).slice(0, 3).map(Number), wanted.results.map((r) => Math.round(10 * r.total) / 10))
    await until(
      'all candidates are drawn',
      async () =>
        (await page.evaluate(() => window.__cuntu.map.getSource('siting-found')?.serialize().data.features.length)) === wanted.candidates,
    )

    await page.getByText('权重与门槛').click()
    const slider = page.getByLabel('权重 海拔')
    await slider.fill('40')
    const heavier = await ask('api/siting/search', { grid_m: 2000, county, results: 3, top: 1, weights: { height: 40 } })
    await until('the ranking follows', async () => Number((await totals())[0]) === Math.round(10 * heavier.results[0].total) / 10)

    await page.getByRole('button', { name: '两两比较（AHP）' }).click()
    await page.getByLabel('靠近 : 地形').fill('-6')
    await page.getByLabel('地形 : 避开').fill('-6')
    await page.getByLabel('靠近 : 避开').fill('6')
    await page.getByText('超过 0.1').waitFor()
    await page.getByText('最矛盾的判断').waitFor()
    await page.getByLabel('靠近 : 避开').fill('-6')
    await page.getByLabel('地形 : 避开').fill('0')
    await page.getByLabel('靠近 : 配套条件').fill('-6')
    await page.getByText('判断一致').waitFor()
    await page.getByRole('button', { name: '采用' }).click()
    await page.locator('.el-dialog').waitFor({ state: 'hidden' })

    await page.locator('ol li button').first().click()
    await page.locator('.verdict').waitFor()
    assert.deepEqual(faults, [])
    await close()
  })

  it('plans who moves where, keeps plans and compares them', async () => {
    const { page, faults, close } = await open(browser, `${server.url}#view=siting&area=${county}`)
    await page.getByText('安置方案').click()
    const fill = (title, value) => page.getByLabel(title, { exact: false }).fill(value)
    const keep = async (name) => {
      await page.getByRole('button', { name: '制定方案' }).click()
      await page.getByRole('button', { name: '制定方案' }).waitFor()
      await page.getByPlaceholder('方案名称').fill(name)
      await page.getByRole('button', { name: '保存为方案' }).click()
      await page.getByRole('button', { name: new RegExp(`^${name}`) }).waitFor()
    }
    await fill('限时', '2')
    await keep('甲')
    await until('its lines are drawn', () =>
      page.evaluate(() =>
        window.__cuntu.map
          .getSource('siting-plan')
          ?.serialize()
          .data.features.some((f) => f.properties.kind === 'move'),
      ),
    )
    await page.getByLabel('去向').selectOption('town')
    await keep('乙')
    const { scenarios } = await ask('api/siting/scenarios')
    assert.deepEqual(scenarios.map((s) => s.name).toSorted(), ['乙', '甲'].toSorted())
    await page.getByLabel('比较 甲').check()
    await page.getByLabel('比较 乙').check()
    await page.locator('table').getByText('人均车程').waitFor()
    const compared = await ask(
      `api/siting/scenarios/compare?a=${scenarios.find((s) => s.name === '甲').id}&b=${scenarios.find((s) => s.name === '乙').id}`,
    )
    await page.getByText(`${compared.affected_people.toLocaleString('zh-CN')} 人去向不同`).waitFor()
    page.on('dialog', (d) => d.accept())
    await page.getByRole('button', { name: '删除' }).first().click()
    await until('one is left', async () => (await ask('api/siting/scenarios')).scenarios.length === 1)
    await settled(page)
    assert.deepEqual(faults, [])
    await close()
  })
})
