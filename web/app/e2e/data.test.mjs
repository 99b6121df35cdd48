// A file's way into the store through the page, and back out.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { demo, launch, open, overDemo, run, scratch, serve, until } from './harness.mjs'

const VILLAGE = '611002001204' // 杏树园村 of the demo

describe('importing a ledger', () => {
  let server, browser, end, session

  before(async () => ({ server, browser, end } = await overDemo()))
  after(() => end?.())

  /** The page that the tests which leave no trace share. */
  const visit = async () => (session ??= await open(browser, `${server.url}#view=data`))

  const feature = async (code) => {
    const answer = await fetch(`${server.url}api/features/village/${code}`)
    return answer.ok ? await answer.json() : undefined
  }
  const shot = (page, name) => process.env.CUNTU_SHOTS && page.screenshot({ path: join(process.env.CUNTU_SHOTS, `${name}.png`) })

  it('goes from a dropped file to the map and back', async () => {
    const was = await feature(VILLAGE)
    const [lon, lat] = was.geometry.coordinates
    const ledger = [
      '附件1：贫困村台账,,,,,,,',
      '行政村代码,行政村名称,县区,乡镇,总人口（万人）,是否通宽带,经度,纬度',
      `${VILLAGE},杏树园村,商州区,城关街道,0.1234,是,${lon},${lat}`,
      `611002001399,新搬村,商州区,城关街道,0.05,否,${lon + 0.01},${lat + 0.01}`,
      `611002001398,错行村,商州区,城关街道,很多,否,${lon + 0.02},${lat + 0.01}`,
      `611002001397,倒置村,商州区,城关街道,0.02,否,${lat},${lon}`,
      `,杏述园村,商州区,城关街道,,是,,`,
    ].join('\n')
    const { page, faults, close } = await open(browser, `${server.url}#view=data`)
    await page.getByText('把文件拖到这里').waitFor()
    await shot(page, '1-start')
    await page.locator('.drop input').setInputFiles({ name: '贫困村台账.csv', mimeType: 'text/csv', buffer: Buffer.from(`\ufeff${ledger}`) })

    // What was recognised; the datum is for a person to confirm.
    await page.locator('[data-column="总人口（万人）"] select').waitFor()
    assert.equal(await page.locator('[data-column="总人口（万人）"] select').inputValue(), 'population')
    assert.equal(await page.locator('[data-column="是否通宽带"] select').inputValue(), 'fibre')
    assert.equal(await page.getByLabel('导入到图层').inputValue(), 'village')
    assert.equal(await page.getByLabel('标题行').inputValue(), '2')
    assert.ok(await page.getByRole('button', { name: '检查' }).isDisabled())
    await shot(page, '2-sheet')
    await page.locator('[data-crs="EPSG:4490"]').click()
    await until('the first rows are on the map', () =>
      page.evaluate(
        () =>
          window.__cuntu.map.getSource('import:rows') &&
          window.__cuntu.map.queryRenderedFeatures({ layers: ['import:rows:point'] }).length >= 3,
      ),
    )
    await shot(page, '3-settled')
    await page.getByRole('button', { name: '检查' }).click()

    // What is wrong, as a table and on the map; a name that sounds alike is settled.
    await page.getByText('3 行有误，不会写入').waitFor()
    await page.locator('[data-kind="not_number"]').waitFor()
    await page.locator('[data-kind="swapped"]').waitFor()
    await shot(page, '4-report')
    await page.getByRole('button', { name: /就是 杏树园村/ }).click()
    await page.getByRole('button', { name: /重新检查/ }).click()
    // Now two rows are of one village, and which is right only a person can say.
    await page.locator('[data-kind="duplicate"]').waitFor()
    await page.getByRole('button', { name: '返回核对' }).click()
    await page.getByRole('button', { name: '换一个文件' }).click()
    assert.deepEqual(await feature(VILLAGE), was)

    // The good rows of the ledger alone.
    await page.locator('.drop input').setInputFiles({
      name: '贫困村台账.csv', mimeType: 'text/csv', buffer: Buffer.from(ledger.split('\n').slice(0, 5).join('\n')),
    })
    await page.locator('[data-crs="EPSG:4490"]').click()
    await page.getByRole('button', { name: '检查', exact: true }).click()
    await page.getByText('1 行有误，不会写入').waitFor()
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '下载有误的行' }).click()])
    assert.match(download.suggestedFilename(), /rejects\.csv$/)
    await page.getByRole('button', { name: '只导入无误的 2 行' }).click()
    await page.getByText('导入完成').waitFor()
    await shot(page, '5-done')
    await until('it is in the store', async () => (await feature('611002001399'))?.properties.name === '新搬村')
    assert.equal((await feature(VILLAGE)).properties.population, 1234)

    await page.getByRole('button', { name: '撤销这次导入' }).click()
    await page.locator('.past .undone').waitFor()
    await shot(page, '6-undone')
    await until('it is out again', async () => (await feature('611002001399')) === undefined)
    assert.deepEqual((await feature(VILLAGE)).properties, was.properties)
    await close()
    assert.deepEqual(faults, [])
  })

  it('shows the jobs that somebody started, cancels one and lets a file be fetched', async () => {
    const start = async (path, body) => {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`${server.url}api/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
      assert.equal(answer.status, 202)
      return (await answer.json()).id
    }
    const { page, faults } = await visit()
    const plan = await start('siting/plan', { seconds: 600 })
    const archive = await start('archives', { layers: ['county'], maxzoom: 8 })
    const job = (id, state) => page.locator(`[data-job="${id}"][data-state="${state}"]`)
    await job(plan, 'running').getByText('搬迁分配').waitFor()
    const [saved] = await Promise.all([page.waitForEvent('download'), job(archive, 'done').getByText('下载').click()])
    assert.equal(saved.suggestedFilename(), 'tiles.pmtiles')
    await shot(page, '8-jobs')
    await job(plan, 'running').getByRole('button', { name: '取消' }).click()
    await job(plan, 'cancelled').getByText('已取消').waitFor()
    await job(plan, 'cancelled').getByRole('button', { name: '移除' }).click()
    await job(plan, 'cancelled').waitFor({ state: 'detached' })
    assert.deepEqual(faults, [])
  })

  it('speaks English and says what cannot be read', async () => {
    const { page, faults } = await visit()
    await page.evaluate(() => (location.hash = '#view=data&lang=en'))
    await page.getByText('Drop a file here').waitFor()
    await page
      .locator('.drop input')
      .setInputFiles({ name: 'old.xls', mimeType: 'application/vnd.ms-excel', buffer: Buffer.from('d0cf11e0a1b11ae10000', 'hex') })
    await page.getByRole('alert').getByText('xlsx').waitFor()
    assert.equal(faults.length, 2, faults.join('\n')) // the 422, as the network and the console tell it
  })
})

describe('rows that are left out', () => {
  let place, store, server, browser

  before(async () => {
    place = await scratch()
    store = join(place.dir, 'demo.gpkg')
    await demo(store)
    server = await serve(store)
    browser = await launch()
  })
  after(async () => {
    await browser?.close()
    await server?.stop()
    await place?.remove()
  })

  const otherProgram = (sql) => run('sqlite3', ['-cmd', '.timeout 10000', store, sql])

  it('are listed with the reason until they are mended', async () => {
    const { page, faults, close } = await open(browser, `${server.url}#view=data`)
    await page.getByText('还没有导入过').waitFor()
    assert.equal(await page.locator('.left-out').count(), 0)
    await otherProgram(`UPDATE village SET exit_status = '差不多' WHERE code = '${VILLAGE}'`)
    const row = page.locator('[data-left-out^="village/"]')
    await row.waitFor()
    assert.match(await row.innerText(), /杏树园村[^]*行政村 · 611002001204[^]*退出状态 · 值不被允许 · 应为未退出、待核查、已销号/)
    assert.doesNotMatch(await page.locator('.left-out').innerHTML(), /差不多/)
    await otherProgram(`UPDATE village SET exit_status = '待核查' WHERE code = '${VILLAGE}'`)
    await page.locator('.left-out').waitFor({ state: 'detached' })
    await close()
    assert.deepEqual(faults, [])
  })
})
