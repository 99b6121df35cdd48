// Counties and towns coloured by the theme, over the demo data in a file.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, it } from 'node:test'
import { demo, drawn, launch, open, scratch, serve, settled, until } from './harness.mjs'

let place, server, browser

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

it('counties turn into towns and villages as one zooms in, or stay where one is asked for', async () => {
  const session = await open(browser, `${server.url}#theme=cov_lacks&map=5.4/33.7/109.9`)
  const { page } = session
  const features = (layer) =>
    page.evaluate((id) => {
      const { map } = window.__cuntu
      return map.getLayer(id) ? map.queryRenderedFeatures({ layers: [id] }).map((f) => f.properties) : []
    }, layer)
  const ranks = async () => (await page.locator('.ramp li .num:last-child').allInnerTexts()).reduce((a, b) => a + Number(b), 0)
  await until('seven counties are filled', async () => new Set((await features('county:theme')).map((p) => p.code)).size === 7)
  assert.equal(await ranks(), 7)
  await page.getByText('随缩放切换，当前按县').waitFor()

  const answer = await (await fetch(`${server.url}api/summary?by=town&field=cov_lacks&breaks=1`)).json()
  await page.getByText('按镇', { exact: true }).click()
  await until('towns are filled', async () => new Set((await features('town_area:theme')).map((p) => p.code)).size > 50)
  assert.equal((await features('town:theme')).length, 0, 'towns that have outlines are circles too')
  assert.equal(await ranks(), answer.results.length)
  assert.match(await page.evaluate(() => location.hash), /level=town/)
  const seen = await drawn(page, 'town_area')
  for (const t of seen.filter((f) => f.open).slice(0, 5)) {
    await page.mouse.move(t.x, t.y)
    const { classes } = answer.results.find((r) => r.code === t.properties.code).fields.cov_lacks
    const share = (100 * classes[0]) / (classes[0] + classes[1])
    const text = classes[0] + classes[1] ? `${Number(share.toFixed(1))}%` : '–'
    await page.locator('.tip', { hasText: t.properties.name }).getByText(text).waitFor()
  }

  await page.getByText('自动', { exact: true }).click()
  await page.evaluate(() => window.__cuntu.map.jumpTo({ zoom: 10, center: [109.94, 33.87] }))
  await settled(page)
  await until('villages are filled', async () => (await features('village_area:classes')).length > 10)
  assert.equal((await features('village:point')).length, 0, 'villages that have outlines are circles too')
  await until('nothing is left of towns', async () => (await features('town_area:theme')).length === 0)
  const [village] = (await drawn(page, 'village')).filter((v) => v.open && v.x > 400 && v.x < 900 && v.y > 150 && v.y < 650)
  await page.mouse.click(village.x, village.y)
  await page.locator('h2', { hasText: village.properties.name }).waitFor()
  assert.equal((await features('county:theme')).length, 0)
  await page.getByText('当前按村').waitFor()
  assert.deepEqual(session.faults, [])
  await session.close()
})
