// Finding a place: pasted coordinates, recent searches, one's own county, and the steps above a village.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { demo, drawn, launch, open, scratch, serve, settled, until } from './harness.mjs'

describe('finding', () => {
  let place, server, browser, session

  before(async () => {
    place = await scratch()
    const store = join(place.dir, 'demo.gpkg')
    await demo(store)
    server = await serve(store)
    browser = await launch()
  })
  after(async () => {
    await browser?.close()
    await server?.stop()
    await place?.remove()
  })
  beforeEach(() => (session = undefined))
  afterEach(async () => {
    const faults = session?.faults ?? []
    await session?.close()
    assert.deepEqual(faults, [])
  })
  async function visit(hash = '', options) {
    session = await open(browser, server.url + hash, options)
    return session.page
  }
  const box = (page) => page.getByRole('combobox', { name: '搜索' })

  it('reads pasted coordinates in several systems, flies there and tells what is near', async () => {
    const page = await visit()
    await box(page).fill('X=3746800 Y=37406570')
    await page.getByRole('option', { name: /西安80 3度带 37带.*X 为北、Y 为东/ }).waitFor()
    await page.getByRole('option', { name: /CGCS2000 3度带 37带/ }).click()
    const card = page.getByRole('complementary', { name: '此处' })
    await card.getByText('109.990550, 33.843854').waitFor()
    await card.getByText('X 3746800.00 Y 37406570.00').waitFor()
    await card.getByText('商州区，最近的村').waitFor()
    await card.locator('.near li').first().waitFor()
    await until('the map is there', async () => Math.abs((await page.evaluate(() => window.__cuntu.map.getCenter().lng)) - 109.99) < 0.02)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
  })

  it('tells about the place of a right click', async () => {
    const page = await visit('#map=12/33.87/109.94')
    await page.mouse.click(800, 300, { button: 'right' })
    const card = page.getByRole('complementary', { name: '此处' })
    await card.getByText('商州区').first().waitFor()
    await card.getByText('海拔').waitFor()
    await card.getByRole('button', { name: '关闭' }).click()
    await card.waitFor({ state: 'detached' })
  })

  it('keeps recent searches until they are cleared', async () => {
    const page = await visit()
    await box(page).fill('店子村')
    await page.getByRole('option').nth(1).click()
    await page.getByRole('complementary', { name: '详情' }).waitFor()
    await page.goto(server.url)
    await page.reload()
    await settled(page)
    await page.keyboard.press('/')
    await page.getByText('最近搜索').waitFor()
    assert.equal(await page.getByRole('option').count(), 1)
    const picked = await page.getByRole('option').innerText()
    await box(page).fill('店子')
    await until('it stands on top of others', async () => {
      const options = await page.getByRole('option').allInnerTexts()
      return options.length > 1 && options[0] === picked
    })
    await box(page).fill('')
    await page.getByRole('button', { name: '清空' }).click()
    await page.getByText('最近搜索').waitFor({ state: 'detached' })
  })

  it('opens at the county that was marked as one’s own, and goes back to it by a key', async () => {
    const page = await visit('#area=611002')
    await page.getByRole('button', { name: '设为我的县区' }).click()
    await page.goto('about:blank')
    await page.goto(server.url)
    await settled(page)
    await until('only its villages are drawn', async () => {
      const villages = await drawn(page, 'village')
      return villages.length > 0 && villages.every((v) => v.properties.code.startsWith('611002'))
    })
    await page.getByRole('navigation', { name: '所在位置' }).getByRole('button', { name: '全域' }).click()
    await until('all are there', async () => (await page.evaluate(() => location.hash)).includes('area=') === false)
    await page.locator('h1').click()
    await page.keyboard.press('h')
    await until('it is back', async () => (await page.evaluate(() => location.hash)).includes('area=611002'))
  })

  it('shows the steps above a village, each of which narrows everything', async () => {
    const page = await visit('#sel=village/611022001236&map=11/33.7/110.3')
    const crumbs = page.getByRole('navigation', { name: '所在位置' })
    await crumbs.getByText('店子村').waitFor()
    assert.equal((await crumbs.getByRole('listitem').allInnerTexts()).length, 4)
    await crumbs.getByRole('button').nth(1).click()
    await until('the county is set', async () => (await page.evaluate(() => location.hash)).includes('area=611022'))
    await until('only its villages are drawn', async () => {
      const villages = await drawn(page, 'village')
      return villages.length > 0 && villages.every((v) => v.properties.code.startsWith('611022'))
    })
  })
})
