// Help where one needs it: the manual on a page of its own and beside the map, words that are explained, and the tour.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { after, before, describe, it } from 'node:test'
import { PATIENCE_MS, open, overDemo, settled, visitor } from './harness.mjs'

const VIEWS = ['map', 'progress', 'coverage', 'programme', 'siting', 'table', 'data', 'changes', 'guide']

describe('help', () => {
  let server, browser, end, axe

  before(async () => {
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    ;({ server, browser, end } = await overDemo())
  })
  after(() => end?.())

  async function serious(page, what, within = 'body') {
    if (!(await page.evaluate(() => Boolean(window.axe)))) await page.evaluate(axe)
    const { violations } = await page.evaluate((part) => window.axe.run(part, { resultTypes: ['violations'] }), within)
    const bad = violations.filter((v) => ['serious', 'critical'].includes(v.impact))
    assert.deepEqual(bad.map((v) => `${what}, ${v.id}: ${v.nodes.map((n) => n.html).slice(0, 3).join(' ')}`), [])
  }

  it('has an address for every page, and for no other', async () => {
    const answer = (path) => fetch(server.url + path, { redirect: 'manual' })
    assert.equal((await answer('help')).headers.get('location'), 'help/')
    assert.equal((await answer('help/nowhere')).status, 404)
    for (const page of [...VIEWS, 'users', 'audit', 'glossary', 'all']) {
      const response = await answer(`help/${page}`)
      assert.equal(response.status, 200, page)
      assert.match(await response.text(), /<title>.*村图使用手册<\/title>/)
    }
  })

  it('is a manual to read, to search and to print, in two tongues and two schemes', async (t) => {
    const context = await visitor(browser, { viewport: { width: 1366, height: 768 } })
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    const faults = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (m) => ['error', 'warning'].includes(m.type()) && faults.push(m.text()))
    const heading = () => page.locator('article h1')

    await t.test('its contents lead from page to page, and back', async () => {
      await page.goto(`${server.url}help`)
      await heading().getByText('手册首页').waitFor()
      await page.getByRole('navigation', { name: '目录' }).getByRole('link', { name: /^缺口/ }).click()
      await heading().getByText('缺口：哪些村缺什么').waitFor()
      assert.equal(page.url(), `${server.url}help/coverage`)
      await page.goBack()
      await heading().getByText('手册首页').waitFor()
    })

    await t.test('a word is explained on focus and under the pointer, and Escape ends it', async () => {
      const word = page.locator('article .term').first()
      const told = page.getByRole('tooltip')
      await word.focus()
      await told.getByText('一年里水量够用的天数').waitFor()
      assert.equal(await word.getAttribute('aria-describedby'), await told.getAttribute('id'))
      await page.keyboard.press('Escape')
      await told.waitFor({ state: 'detached' })
      assert.equal(await word.getAttribute('aria-describedby'), null)
      await page.locator('article .term').nth(1).hover()
      await told.getByText('从名单上划掉').waitFor()
      await page.mouse.move(5, 400)
      await told.waitFor({ state: 'detached' })
    })

    await t.test('the search leads to the section', async () => {
      await page.getByRole('searchbox').fill('备份')
      await page.locator('.hits a').first().click()
      await page.locator('#backup').waitFor()
      assert.match(page.url(), /\/help\/operator#backup$/)
      assert.ok(await page.locator('#backup').evaluate((h) => Math.abs(h.getBoundingClientRect().top - 60) < 200))
      await page.getByRole('searchbox').fill('')
    })

    await t.test('the tongue turns on the same page, and stays', async () => {
      await page.getByRole('button', { name: /^EN/ }).click()
      await heading().getByText('Operating it').waitFor()
      assert.match(page.url(), /\/help\/operator\?lang=en#backup$/)
      await page.reload()
      await heading().getByText('Operating it').waitFor()
      assert.equal(await page.locator('html').getAttribute('lang'), 'en')
      await page.getByRole('button', { name: /^中/ }).click()
      await heading().getByText('运行维护').waitFor()
    })

    await t.test('all of it can be printed, with every picture, on white paper', async () => {
      await page.evaluate(() => localStorage.setItem('cuntu.scheme', 'dark'))
      await page.goto(`${server.url}help/all`)
      await page.locator('article').nth(23).waitFor()
      await page.locator('article img').evaluateAll((all) => Promise.all(all.map((img) => ((img.loading = 'eager'), img.decode()))))
      await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
      await page.emulateMedia({ media: 'print' })
      assert.equal(await page.locator('.head').isVisible(), false)
      assert.equal(await page.locator('body').evaluate((b) => getComputedStyle(b).backgroundColor), 'rgb(255, 255, 255)')
      await page.emulateMedia({ media: 'screen' })
      await page.evaluate(() => dispatchEvent(new Event('afterprint')))
      assert.equal(await page.locator('html').getAttribute('data-scheme'), 'dark')
    })

    await t.test('it has no fault that axe calls serious', async () => {
      for (const scheme of ['dark', 'light']) {
        await page.evaluate((to) => localStorage.setItem('cuntu.scheme', to), scheme)
        for (const name of ['', 'search', 'operator', 'glossary']) {
          await page.goto(`${server.url}help/${name}`)
          await heading().waitFor()
          if (name === '') await page.locator('article .term').first().focus()
          await serious(page, `${scheme} help/${name}`)
        }
      }
      await page.setViewportSize({ width: 390, height: 844 })
      await page.getByRole('button', { name: '目录' }).click()
      await page.getByRole('navigation', { name: '目录' }).waitFor()
      await serious(page, 'on a phone')
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390)
    })
    assert.deepEqual(faults, [])
    await context.close()
  })

  it('takes who comes first around, and is beside the map wherever one asks', async (t) => {
    const { page, faults, close } = await open(browser, server.url, { fresh: true })
    const tour = page.getByRole('dialog')

    await t.test('the tour goes on and back by keys, and can be left', async () => {
      await tour.getByText('第 1 步，共 5 步').waitFor()
      await serious(page, 'the tour', '.tour')
      for (const n of [2, 3, 4, 5]) {
        await page.keyboard.press('ArrowRight')
        await tour.getByText(`第 ${n} 步，共 5 步`).waitFor()
        assert.ok(await page.locator('.ring').isVisible(), `step ${n} shows nothing`)
      }
      await page.keyboard.press('ArrowLeft')
      await tour.getByText('第 4 步，共 5 步').waitFor()
      await page.keyboard.press('Escape')
      await tour.waitFor({ state: 'detached' })
      assert.equal(await page.evaluate(() => localStorage.getItem('cuntu.tour')), 'left')
    })

    await t.test('every panel has a way to its page', async () => {
      const drawer = page.getByRole('complementary', { name: '使用手册' })
      for (const view of VIEWS) {
        await page.evaluate((to) => (location.hash = `view=${to}`), view)
        await page.locator(`[data-view="${view}"][aria-current]`).waitFor()
        const ask = page.locator('aside.panel > .ask')
        assert.equal(await ask.getAttribute('href'), `help/${view}`)
        await ask.click()
        await drawer.locator('h1').waitFor()
        const title = (await (await fetch(`${server.url}help/${view}`)).text()).match(/<title>(.*?) · /)[1]
        assert.equal(await drawer.locator('h1').innerText(), title)
      }
      await serious(page, 'the manual beside the map')
      await drawer.getByRole('button', { name: '目录' }).click()
      await drawer.getByRole('link', { name: /^缺口/ }).click()
      await drawer.getByRole('heading', { name: '缺口：哪些村缺什么' }).waitFor()
      await page.keyboard.press('Escape')
      await drawer.waitFor({ state: 'detached' })
      assert.ok(await page.locator('aside.panel > .ask').evaluate((a) => a === document.activeElement))
    })

    await t.test('a link of the manual opens the view that it names', async () => {
      await page.locator('.bar .ask').click()
      await page.locator('.help a[data-page=planner]').first().click()
      await page.locator('.help a[data-app="view=progress"]').click()
      await page.locator('[data-view=progress][aria-current]').waitFor()
      await page.getByRole('button', { name: '关闭手册' }).click()
    })

    await t.test('words of a card are explained at a click, and Escape leaves the card', async () => {
      await page.evaluate(() => (location.hash = 'sel=village/611002001204'))
      const card = page.getByRole('complementary', { name: '详情' })
      await card.locator('[data-field=water_guarantee] .term').click()
      await page.getByRole('tooltip').getByText('T/CHES 18-2018').waitFor()
      await serious(page, 'a word of a card')
      await page.keyboard.press('Escape')
      await page.getByRole('tooltip').waitFor({ state: 'detached' })
      assert.ok(await card.isVisible())
    })

    await t.test('the tour comes once, and again when it is asked for', async () => {
      const rest = () => page.waitForFunction(() => performance.getEntriesByName('rest').length > 0)
      await page.goto('about:blank')
      await page.goto(server.url)
      await settled(page)
      await rest() // later than it would begin
      assert.equal(await tour.count(), 0)
      await page.goto(`${server.url}?tour=1`)
      await tour.getByRole('button', { name: '跳过' }).first().click()
      await tour.waitFor({ state: 'detached' })
      assert.doesNotMatch(page.url(), /tour/)
    })
    assert.deepEqual(faults, [])
    await close()
  })

  it('keeps out of frames', async () => {
    const { page, faults, close } = await open(browser, `${server.url}?embed=1`, { fresh: true, width: 800, height: 560 })
    await page.evaluate(() => new Promise((resolve) => window.__cuntu.map.once('idle', resolve).triggerRepaint()))
    await page.locator('.embed-legend').waitFor()
    assert.equal(await page.getByRole('dialog').count(), 0)
    assert.equal(await page.locator('.ask').count(), 0)
    assert.deepEqual(faults, [])
    await close()
  })
})
