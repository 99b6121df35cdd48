// Editing features on the page: the form, the map, two people at once, and back again.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { open, overDemo, settled, until } from './harness.mjs'

const VILLAGE = '611002001204' // 杏树园村 of the demo

describe('editing', () => {
  let server, browser, end

  before(async () => ({ server, browser, end } = await overDemo()))
  after(() => end?.())

  const feature = async (layer, key) => (await fetch(`${server.url}api/features/${layer}/${key}`)).json()
  const count = async (layer) => {
    const { layers } = await (await fetch(`${server.url}api/layers`)).json()
    return layers.find((l) => l.id === layer).count
  }
  const shot = (page, name) => process.env.CUNTU_SHOTS && page.screenshot({ path: join(process.env.CUNTU_SHOTS, `${name}.png`) })
  const input = (page, field) => page.locator(`[data-edit="${field}"]`).locator('input, select, textarea').first()
  const button = (page, name) => page.getByRole('button', { name, exact: true })

  /** A page with a feature's form open. */
  async function editing(hash, options) {
    const session = await open(browser, `${server.url}${hash}`, options)
    await button(session.page, '编辑').click()
    await button(session.page, '保存').waitFor()
    return session
  }

  /** Where a place is on the page. */
  const onPage = (page, [lon, lat]) =>
    page.evaluate(
      ([x, y]) => {
        const { map } = window.__cuntu
        const frame = map.getContainer().getBoundingClientRect()
        const at = map.project([x, y])
        return { x: at.x + frame.x, y: at.y + frame.y }
      },
      [lon, lat],
    )

  it('says what is wrong as one types, saves what is right, and takes it back', async () => {
    const was = await feature('village', VILLAGE)
    const { page, faults, close } = await editing(`#sel=village/${VILLAGE}`)
    assert.ok(await button(page, '保存').isDisabled())
    await input(page, 'insured_rate').fill('120')
    await page.locator('[data-edit="insured_rate"]').getByText('应在 0 至 100 之间').waitFor()
    await input(page, 'population').fill('四百')
    await page.locator('[data-edit="population"]').getByText('应为整数').waitFor()
    await input(page, 'name').fill('')
    await page.locator('[data-edit="name"]').getByText('必须填写').waitFor()
    assert.ok(await button(page, '保存').isDisabled())
    await shot(page, 'edit-faults')
    await input(page, 'insured_rate').fill('98.5')
    await input(page, 'population').fill('４３２')
    await input(page, 'name').fill('杏树园新村')
    await page.getByLabel('修改原因').fill('核对台账')
    await button(page, '保存').click()
    await page.getByRole('heading', { name: '杏树园新村' }).waitFor()
    const now = await feature('village', VILLAGE)
    assert.equal(now.properties.population, 432)
    assert.equal(now.properties.insured_rate, 98.5)
    assert.deepEqual(now.geometry, was.geometry)
    await page.keyboard.press('Control+z')
    await page.getByRole('heading', { name: '杏树园村' }).waitFor()
    assert.deepEqual((await feature('village', VILLAGE)).properties, was.properties)
    await page.keyboard.press('Control+Shift+z')
    await page.getByRole('heading', { name: '杏树园新村' }).waitFor()
    await page.keyboard.press('Control+z')
    await page.getByRole('heading', { name: '杏树园村' }).waitFor()
    await close()
    assert.deepEqual(faults, [])
  })

  it('shows the second of two editors both versions, and merges', async () => {
    const road = 1
    const first = await editing(`#sel=road/${road}`)
    const second = await editing(`#sel=road/${road}`)
    await input(first.page, 'surface').selectOption('水泥')
    await input(first.page, 'note').fill('已硬化')
    await button(first.page, '保存').click()
    await button(first.page, '编辑').waitFor()
    await input(second.page, 'surface').selectOption('砂石')
    await input(second.page, 'width_m').fill('6.5')
    await button(second.page, '保存').click()
    await second.page.getByText('其他人刚刚也修改了这里').waitFor()
    const row = second.page.locator('[data-conflict]')
    assert.equal(await row.count(), 1)
    assert.match(await row.innerText(), /路面\s+土路\s+水泥\s+砂石/)
    await second.page.getByText('对方还修改了：备注').waitFor()
    assert.ok(await button(second.page, '保存合并结果').isDisabled())
    await shot(second.page, 'edit-merge')
    await row.getByLabel('水泥').check()
    await button(second.page, '保存合并结果').click()
    await button(second.page, '编辑').waitFor()
    const { properties } = await feature('road', road)
    assert.deepEqual([properties.surface, properties.width_m, properties.note], ['水泥', 6.5, '已硬化'])
    await first.close()
    await second.close()
    assert.deepEqual(first.faults, [])
    assert.equal(second.faults.length, 2, second.faults.join('\n')) // the 412, as the network and the console tell it
  })

  it('moves a point by dragging it, and back', async () => {
    const was = await feature('village', VILLAGE)
    const [lon, lat] = was.geometry.coordinates
    const { page, faults, close } = await editing(`#map=14/${lat}/${lon}&sel=village/${VILLAGE}`)
    await button(page, '在地图上移动').click()
    await page.getByText('已有的点可拖动').waitFor()
    const at = await onPage(page, [lon, lat])
    await page.mouse.move(at.x, at.y)
    await page.mouse.down()
    for (let i = 1; i <= 8; i++) await page.mouse.move(at.x + i * 10, at.y - i * 5)
    await page.mouse.up()
    await shot(page, 'edit-point')
    await until('the form has the new place', async () => Number(await page.getByLabel('经度').inputValue()) > lon + 1e-4)
    await button(page, '完成修改').click()
    await button(page, '保存').click()
    await button(page, '编辑').waitFor()
    const [east, north] = (await feature('village', VILLAGE)).geometry.coordinates
    assert.ok(east > lon + 1e-4 && north > lat + 1e-4, `${east} ${north}`)
    await page.keyboard.press('Control+z')
    await until('it is back', async () => (await feature('village', VILLAGE)).geometry.coordinates[0] === lon)
    await close()
    assert.deepEqual(faults, [])
  })

  it('draws a road that snaps to another one and splits it, as one edit', async () => {
    const before = await count('road')
    const met = await feature('road', 1)
    const vertices = met.geometry.coordinates
    const meets = vertices[Math.floor(vertices.length / 2)]
    const { page, faults, close } = await open(browser, `${server.url}#map=15/${meets[1]}/${meets[0]}`)
    const roads = page.waitForResponse((r) => r.url().includes('/ogc/collections/road/items'))
    await button(page, '新建要素').click()
    await page.getByRole('menuitem', { name: '公路' }).click()
    await page.getByText('靠近道路会自动吸附').waitFor()
    await roads
    const at = await onPage(page, meets)
    const clicks = [[at.x - 160, at.y - 140], [at.x - 80, at.y - 60], [at.x + 4, at.y + 3]]
    for (const [x, y] of clicks) {
      await page.mouse.move(x, y)
      await page.waitForTimeout(100)
      await page.mouse.click(x, y)
      await page.waitForTimeout(300)
    }
    await page.mouse.click(...clicks.at(-1)) // the last point again ends the line
    await page.locator('[data-meets]').waitFor()
    await shot(page, 'edit-road')
    await input(page, 'name').fill('新接路')
    await input(page, 'surface').selectOption('水泥')
    await button(page, '保存').click()
    await page.getByRole('heading', { name: '新接路' }).waitFor()
    assert.equal(await count('road'), before + 2)
    const drawn = await feature('road', new URL(page.url()).hash.match(/sel=road%2F(\d+)|sel=road\/(\d+)/).slice(1).find(Boolean))
    const end = drawn.geometry.coordinates.at(-1)
    assert.deepEqual(end, meets)
    const first = await feature('road', 1)
    assert.deepEqual(first.geometry.coordinates.at(-1), meets)
    assert.equal(first.geometry.coordinates.length, Math.floor(vertices.length / 2) + 1)
    await settled(page)
    await shot(page, 'edit-road-done')
    await page.keyboard.press('Control+z')
    await until('all of it is back', async () => (await count('road')) === before)
    assert.deepEqual((await feature('road', 1)).geometry, met.geometry)
    await close()
    assert.deepEqual(faults, [])
  })

  it('edits cells and many rows in a table, and takes them back', async () => {
    const { page, faults, close } = await open(browser, `${server.url}#view=table&area=611002`)
    const row = page.locator('[data-row]')
    await row.first().waitFor()
    await page.getByPlaceholder('按名称筛选').fill('杏树园')
    await until('one row is left', async () => (await row.count()) === 1)
    const population = row.locator('[data-field="population"]')
    if ((await population.count()) === 0) {
      await page.getByText('显示的列').click()
      await page.getByRole('checkbox', { name: '人口', exact: true }).check()
      await page.getByText('显示的列').click()
    }
    const was = (await feature('village', VILLAGE)).properties.population
    await population.dblclick()
    await population.locator('input').fill('-1')
    await population.getByText('不能小于 0').waitFor()
    await population.locator('input').fill('777')
    await population.locator('input').press('Enter')
    await page.getByText('已修改 1 行').waitFor()
    assert.equal((await feature('village', VILLAGE)).properties.population, 777)
    await page.keyboard.press('Control+z')
    await until('it is back', async () => (await feature('village', VILLAGE)).properties.population === was)

    await page.getByPlaceholder('按名称筛选').fill('')
    await until('the others are listed', async () => (await row.count()) > 3)
    await page.getByRole('button', { name: '名称' }).click()
    await page.locator('th[aria-sort="ascending"]').waitFor()
    for (const i of [0, 1, 2]) await row.nth(i).getByRole('checkbox').check()
    const ids = await row.evaluateAll((rows) => rows.slice(0, 3).map((r) => r.dataset.row))
    const notes = async () => Promise.all(ids.map(async (id) => (await feature('village', id)).properties.note))
    const before = await notes()
    await page.getByLabel('要修改的字段').selectOption({ label: '备注' })
    await page.locator('.several textarea').fill('已核实')
    await shot(page, 'edit-table')
    await button(page, '修改 3 行').click()
    await page.getByText('已修改 3 行').waitFor()
    assert.deepEqual(await notes(), ['已核实', '已核实', '已核实'])
    await page.locator('.rows').click({ position: { x: 5, y: 5 } })
    await page.keyboard.press('Control+z')
    await until('all are back', async () => JSON.stringify(await notes()) === JSON.stringify(before))
    await close()
    assert.deepEqual(faults, [])
  })

  it('has no fault that axe calls serious, in both schemes and on a phone', async () => {
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    for (const [width, height] of [[1366, 768], [390, 844]]) {
      const { page, faults, close } = await editing(`#sel=village/${VILLAGE}`, { width, height })
      await page.evaluate(axe)
      for (const scheme of ['light', 'dark']) {
        if (scheme === 'dark') {
          await page.evaluate(() => localStorage.setItem('cuntu.scheme', 'dark'))
          await page.reload()
          await button(page, '编辑').click()
          await button(page, '保存').waitFor()
          await page.evaluate(axe)
        }
        await input(page, 'name').fill('')
        await shot(page, `edit-${width}-${scheme}`)
        const { violations } = await page.evaluate(() => window.axe.run('.edit', { resultTypes: ['violations'] }))
        const serious = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
        assert.deepEqual(serious.map((v) => `${v.id}: ${v.nodes[0].html}`), [])
      }
      await close()
      assert.deepEqual(faults, [])
    }
  })

  it('offers nothing where nothing may be edited', async () => {
    const { page, faults, close } = await open(browser, `${server.url}?embed=1#sel=village/${VILLAGE}`)
    await page.getByRole('heading', { name: '杏树园村' }).waitFor()
    assert.equal(await button(page, '编辑').count(), 0)
    await close()
    assert.deepEqual(faults, [])
  })
})
