// A user's way through the app, over the demo data in a file.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { demo, drawn, launch, open, scratch, serve, settled, until } from './harness.mjs'

const MAX_FIRST_VIEW = 1.5e6 // bytes on the wire

describe('the app', () => {
  let place, server, browser, catalog, session

  before(async () => {
    place = await scratch()
    const store = join(place.dir, 'demo.gpkg')
    await demo(store)
    server = await serve(store)
    browser = await launch()
    catalog = await (await fetch(`${server.url}api/layers`)).json()
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
  const layer = (id) => catalog.layers.find((l) => l.id === id)
  const hash = (page) => page.evaluate(() => decodeURIComponent(location.hash))
  const legend = (page) => page.locator('.class .n').allInnerTexts()
  const sum = (texts) => texts.reduce((n, text) => n + Number(text.replace(/,/g, '')), 0)

  describe('as it opens', () => {
    let home, page

    before(async () => {
      home = await open(browser, server.url)
      page = home.page
    })
    after(async () => {
      await home?.close()
      assert.deepEqual(home?.faults, [])
    })

    it('shows every village of the prefecture, and counts them', async () => {
      const villages = await drawn(page, 'village')
      assert.equal(villages.length, layer('village').count)
      await until('the legend has counted', async () => sum(await legend(page)) === layer('village').count)
      const struck = villages.filter((v) => v.properties.exit_status === '已销号').length
      const shown = await page.locator('[data-class="已销号"] .n').innerText()
      assert.equal(Number(shown), struck)
      for (const l of catalog.layers.filter((l) => l.geometry.length)) {
        const count = await page.locator(`[data-layer="${l.id}"] .count`).innerText()
        assert.equal(count, l.count.toLocaleString('zh-CN'), l.id)
      }
    })

    it('names counties and says what is made up', async () => {
      const names = () =>
        page.evaluate(() => window.__cuntu.map.queryRenderedFeatures({ layers: ['county:name'] }).map((f) => f.properties.name))
      await until('seven counties are named', async () => new Set(await names()).size === layer('county').count)
      await page.getByText('演示数据：除名称、代码和界线外均为虚构').waitFor()
      await page.getByRole('button', { name: '数据来源' }).click()
      const dialog = page.getByRole('dialog')
      for (const d of catalog.datasets) await dialog.getByText(d.name, { exact: true }).waitFor()
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
    })

    it('keeps its first view small', async () => {
      const rest = await page.evaluate(() => performance.getEntriesByName('rest')[0]?.startTime + performance.timeOrigin)
      const first = [...home.bytes].filter(([url]) => !(home.begun.get(url) >= rest)) // not what comes once the map is there
      const total = first.reduce((sum, [, size]) => sum + size, 0)
      assert.ok(total > 300_000, `only ${total} bytes were counted`)
      assert.ok(total < MAX_FIRST_VIEW, `${total} bytes`)
    })

    it('zooms by buttons and keys and back to the whole', async () => {
      const zoom = () => page.evaluate(() => window.__cuntu.map.getZoom())
      const start = await zoom()
      await page.getByRole('button', { name: '放大' }).click()
      await until('it has zoomed in', async () => (await zoom()) > start + 0.9)
      await page.locator('canvas').focus()
      await page.keyboard.press('-')
      await until('it has zoomed out', async () => (await zoom()) < start + 0.2)
      await page.keyboard.press('=')
      await page.getByRole('button', { name: '回到全域' }).click()
      await until('all is in view', async () => Math.abs((await zoom()) - start) < 0.2)
    })

    it('switches layers, and the address says which', async () => {
      const villages = page.getByRole('switch', { name: '显示行政村', exact: true })
      await page.locator('[data-layer="village"] .el-switch').click()
      await until('no village is drawn', async () => (await drawn(page, 'village')).length === 0)
      assert.equal(await villages.getAttribute('aria-checked'), 'false')
      assert.match(await hash(page), /layers=(?!.*village)/)
      await page.locator('[data-layer="village"] .el-switch').click()
      await until('they are back', async () => (await drawn(page, 'village')).length === layer('village').count)
      assert.doesNotMatch(await hash(page), /layers=/)
    })

    for (const [how, text] of [['characters', '店子'], ['pinyin', 'dianzi'], ['initials', 'dzc'], ['a code', '611022001236']]) {
      it(`finds a village by ${how}, without the mouse`, async () => {
        await page.keyboard.press('/')
        await page.keyboard.press('ControlOrMeta+a')
        const answer = page.waitForResponse((r) => new URL(r.url()).searchParams.get('q') === text)
        await page.keyboard.type(text)
        await answer
        const found = page.getByRole('option', { name: /^店子村/ }).first()
        await found.waitFor()
        while ((await found.getAttribute('aria-selected')) !== 'true') await page.keyboard.press('ArrowDown')
        await page.keyboard.press('Enter')
        await page.getByRole('heading', { name: '店子村' }).waitFor()
        await until('the map is there', async () => (await page.evaluate(() => window.__cuntu.map.getZoom())) > 13)
        await settled(page)
        assert.match(await hash(page), /sel=village\/\d{12}/)
        await page.getByRole('option').first().waitFor({ state: 'hidden' })
        await page.keyboard.press('Escape')
        await page.getByRole('heading', { name: '店子村' }).waitFor({ state: 'detached' })
        await page.getByRole('button', { name: '回到全域' }).click()
        await until('all is in view', async () => (await page.evaluate(() => window.__cuntu.map.getZoom())) < 12)
      })
    }
  })

  it('opens the card of a village that is clicked', async () => {
    const page = await visit('#map=11.5/33.87/109.94')
    const village = (await drawn(page, 'village')).find((v) => v.x > 400 && v.x < 900 && v.y > 150 && v.y < 650)
    await page.mouse.move(village.x, village.y)
    await page.locator('.tip').getByText(village.properties.name).waitFor()
    await page.mouse.click(village.x, village.y)
    const card = page.getByRole('complementary', { name: '详情' })
    await card.getByRole('heading', { name: village.properties.name }).waitFor()
    assert.match(await hash(page), new RegExp(`sel=village/${village.properties.code}`))

    const fields = layer('village').fields.filter((f) => f.id !== 'name')
    await card.locator(`[data-field="${fields.at(-1).id}"]`).waitFor()
    for (const f of fields) assert.equal(await card.locator(`[data-field="${f.id}"] dt`).innerText(), f.title.zh)
    const row = (id) => card.locator(`[data-field="${id}"] dd`).innerText()
    assert.equal(await row('code'), village.properties.code)
    assert.match(await row('population'), /人$/)
    assert.match(await row('tap_water_rate'), /%$|未知/)
    await until('the names behind codes are there', async () => /镇|街道/.test(await row('town')))
    assert.equal(await row('note'), '未知')
    for (const kind of ['镇', '园区', '公路']) {
      const near = card.locator('.near li', { hasText: kind }).first()
      assert.match(await near.innerText(), /米|公里|就在此处/)
    }

    await card.getByRole('button', { name: '定位到此处' }).click()
    await until('it has zoomed there', async () => (await page.evaluate(() => window.__cuntu.map.getZoom())) > 13)
    await card.getByRole('button', { name: '关闭' }).click()
    await card.waitFor({ state: 'detached' })
    assert.doesNotMatch(await hash(page), /sel=/)
  })

  it('speaks English by a switch', async () => {
    const page = await visit()
    await page.getByRole('button', { name: /Switch to English/ }).click()
    await page.getByText('Villages in view').waitFor()
    await page.getByText('Demo data: made up but for names, codes and outlines').waitFor()
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en')
    assert.match(await hash(page), /lang=en/)
    const panel = await page.getByRole('complementary').innerText()
    assert.doesNotMatch(panel.replace(/^中$/m, ''), /\p{Script=Han}/u)
  })

  it('colours villages by what is asked, and hides a class that is clicked', async () => {
    const page = await visit()
    await page.getByRole('combobox', { name: '选择专题' }).press('Enter')
    await page.getByRole('option', { name: '自来水普及率' }).click()
    await page.locator('[data-class="90-"]').waitFor()
    assert.match(await hash(page), /theme=tap_water_rate/)
    await until('the legend has counted', async () => sum(await legend(page)) === layer('village').count)
    const paint = await page.evaluate(() => JSON.stringify(window.__cuntu.map.getPaintProperty('village_area:classes', 'fill-color')))
    assert.match(paint, /tap_water_rate/)
    const hidden = Number((await page.locator('[data-class="90-"] .n').innerText()).replace(/,/g, ''))
    assert.ok(hidden > 0)
    await page.locator('[data-class="90-"]').click()
    await until('they are gone', async () => (await drawn(page, 'village')).length === layer('village').count - hidden)
  })

  it('narrows map and counts to a county, and says so in the address', async () => {
    const page = await visit()
    const { counties } = await (await fetch(`${server.url}api/areas`)).json()
    const { code, name } = counties[1]
    await page.getByPlaceholder('全域').click()
    await page.getByRole('menuitem', { name }).click()
    await until('only its villages are drawn', async () => {
      const villages = await drawn(page, 'village')
      return villages.length > 0 && villages.every((v) => v.properties.code.startsWith(code))
    })
    assert.match(await hash(page), new RegExp(`area=${code}`))
    await settled(page)
    await until('only those are counted', async () => sum(await legend(page)) === (await drawn(page, 'village')).length)
  })

  it('shows the area that a link names', async () => {
    const { code } = (await (await fetch(`${server.url}api/areas`)).json()).counties[0]
    const page = await visit(`#area=${code}`)
    await until('the map has gone there', () => page.evaluate(() => window.__cuntu.map.getZoom() > 9))
  })

  it('exports a layer as it is shown', async () => {
    const page = await visit()
    await page.locator('[data-class="已销号"]').click()
    await until('the class is hidden', async () =>
      (await drawn(page, 'village')).every((v) => v.properties.exit_status !== '已销号' || v.properties.poverty === false),
    )
    await page.getByRole('button', { name: '导出 行政村', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: '导出 行政村', exact: true })
    await dialog.getByText('图上显示的类别').waitFor()
    const link = dialog.getByRole('link', { name: '下载' })
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
    assert.equal(download.suggestedFilename(), '行政村.xlsx')
    const asked = download.url().replace('f=xlsx', 'f=csv')
    const rows = (await (await fetch(asked)).text()).trim().split('\r\n').slice(1)
    const shown = await drawn(page, 'village')
    assert.equal(rows.length, shown.length)
    assert.ok(shown.length < layer('village').count, 'a class is hidden')
  })

  it('turns dark, and stays so', async () => {
    const page = await visit()
    await page.getByRole('button', { name: '深色' }).click()
    const look = () =>
      page.evaluate(() => [document.documentElement.dataset.scheme, window.__cuntu.map.getPaintProperty('outside', 'background-color')])
    await until('map and page are dark', async () => (await look()).join() === 'dark,#12161b')
    await page.reload()
    await settled(page)
    assert.deepEqual(await look(), ['dark', '#12161b'])
  })

  it('comes back from a link as it was', async () => {
    const link = '#map=11.3/33.87/109.94&theme=fibre&hide=yes&layers=county,town,village&sel=village/611022001236&lang=en'
    const page = await visit(link)
    const check = async () => {
      await page.getByRole('heading', { name: '店子村' }).waitFor()
      await page.locator('[data-class="yes"][aria-pressed="false"]').waitFor()
      assert.equal(await page.getByRole('switch', { name: 'Show Road' }).getAttribute('aria-checked'), 'false')
      assert.ok(Math.abs((await page.evaluate(() => window.__cuntu.map.getZoom())) - 11.3) < 0.01)
      assert.equal(await hash(page), link)
    }
    await check()
    await page.reload()
    await settled(page)
    await check()
  })

  it('takes a link typed into an open page', async () => {
    const page = await visit()
    await page.evaluate(() => (location.hash = '#map=12/33.6/110.25&theme=clinic&sel=village/611022001236'))
    await page.getByRole('heading', { name: '店子村' }).waitFor()
    await page.locator('[data-class="yes"]').waitFor()
    await until('it has moved', async () => Math.abs((await page.evaluate(() => window.__cuntu.map.getZoom())) - 12) < 0.01)
  })

  it('fits a phone', async () => {
    const page = await visit('', { width: 390, height: 844, hasTouch: true, isMobile: true })
    assert.ok((await drawn(page, 'village')).length > 1000)
    await page.getByRole('button', { name: '展开图层面板' }).tap()
    await page.getByRole('complementary', { name: '图层与专题' }).waitFor()
    await page.getByRole('button', { name: '收起面板' }).tap()
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390)
  })

  it('has no fault that axe calls serious, in any view', async () => {
    const { code } = (await (await fetch(`${server.url}api/areas`)).json()).counties[0]
    const page = await visit(`#map=11.5/33.87/109.94&area=${code}&sel=village/611002001204`)
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    await page.evaluate(axe)
    for (const scheme of ['light', 'dark']) {
      if (scheme === 'dark') await page.getByRole('button', { name: '深色' }).click()
      for (const view of ['map', 'progress', 'coverage', 'programme', 'siting', 'data']) {
        await page.locator(`[data-view="${view}"]`).click()
        await page.locator('.panel .content').waitFor()
        await settled(page)
        const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }))
        const serious = violations.filter((v) => ['serious', 'critical'].includes(v.impact))
        assert.deepEqual(serious.map((v) => `${scheme} ${view}, ${v.id}: ${v.nodes.map((n) => n.html).slice(0, 3).join(' ')}`), [])
      }
    }
  })

  it('leads from search to a village and back by the keyboard alone', async () => {
    const page = await visit()
    await page.keyboard.press('/')
    await page.keyboard.type('xsy')
    await page.getByRole('option').first().waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: '杏树园村' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('heading', { name: '杏树园村' }).waitFor({ state: 'detached' })
  })

  it('says when it is out of touch, and keeps the map', async () => {
    const page = await visit()
    await page.getByText('实时').waitFor()
    await server.stop()
    await page.getByText('与服务器失去联系，正在重连').waitFor()
    assert.equal((await drawn(page, 'village')).length, layer('village').count)
    // The browser reports the broken line; nothing else may have gone wrong.
    session.faults = session.faults.filter((f) => !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING/.test(f))
    server = await serve(join(place.dir, 'demo.gpkg'))
  })
})
