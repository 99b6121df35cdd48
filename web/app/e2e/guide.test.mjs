// A county's first day: an empty store leads to its owner's own map.

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { launch, open, scratch, serve } from './harness.mjs'

let place, server, browser

before(async () => {
  place = await scratch()
  server = await serve(join(place.dir, 'new.gpkg'))
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
  await place?.remove()
})

test('an empty store leads to its own map', async (t) => {
  const { page, faults, close } = await open(browser, server.url)

  await t.test('the guide opens by itself, and nothing is ticked', async () => {
    await page.locator('.guide .step').first().waitFor()
    assert.equal(await page.locator('.guide .step.none').count(), await page.locator('.guide .step').count())
    assert.equal(await page.locator('.questions .ready').count(), 0)
  })

  await t.test('a step gives a workbook', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('[data-step=names] li').filter({ hasText: '行政村' }).getByRole('link').click(),
    ])
    assert.equal(download.suggestedFilename(), '行政村-模板.xlsx')
  })

  await t.test('the way to import is to that layer, and a filled-in table asks nothing', async () => {
    const table = join(place.dir, 'villages.csv')
    await writeFile(table, '区划代码*,名称*,县区,户户通电,经度(CGCS2000),纬度(CGCS2000)\n990101100201,甲村,990101,是,108.5,34.2\n')
    await page.locator('[data-step=names] li').filter({ hasText: '行政村' }).getByRole('button').click()
    assert.equal(await page.locator('.templates select').inputValue(), 'village')
    await page.locator('.drop input').setInputFiles(table)
    await page.getByRole('button', { name: '检查', exact: true }).click()
    await page.getByRole('button', { name: /^导入/ }).click()
    await page.locator('.done h3').waitFor()
  })

  await t.test('the guide tells what is there, and what can be asked now', async () => {
    await page.locator('[data-view=guide]').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: '导入另一个文件' }).click()
    await page.locator('.templates .guide').click()
    await page.locator('[data-step=names].some').waitFor()
    await page.locator('[data-question=coverage-power].ready').waitFor()
    assert.match(await page.locator('[data-question=coverage-road]').innerText(), /还缺：.*公路/)
  })
  assert.deepEqual(faults, [])
  await close()
})
