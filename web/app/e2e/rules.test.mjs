// A threshold that the operator moves by --rules is moved wherever the page tells of it.

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, it } from 'node:test'
import { FULL, PATIENCE_MS, coloured, demo, drawn, launch, open, scratch, serve, until } from './harness.mjs'

const MOVED = 97 // per cent of supply guarantee, which is 95 where nobody moves it
const USUAL = 95
const RULES = `water: {guarantee: {value: ${MOVED}, source: 试行办法第五条}}\n`

let place, server, browser

before(async () => {
  place = await scratch()
  const [store, rules] = ['demo.gpkg', 'rules.yaml'].map((name) => join(place.dir, name))
  await writeFile(rules, RULES)
  await demo(store)
  server = await serve(store, '--rules', rules)
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
  await place?.remove()
})

const between = (v) => v.properties.water_guarantee >= USUAL && v.properties.water_guarantee < MOVED
const above = (v) => v.properties.water_guarantee >= MOVED

it('a threshold that --rules moves is in the legend, the colours of the map, the list and the card', async () => {
  const { page, faults, close } = await open(browser, `${server.url}#theme=water_guarantee&level=village&map=11/33.87/109.94`, FULL)
  const [first, second] = await page.evaluate(() => window.__cuntu.theme.value.classes)
  const legend = page.locator('.classes [data-class]')
  assert.match(await legend.nth(0).innerText(), new RegExp(`≥ ${MOVED}%`))
  assert.match(await legend.nth(1).innerText(), new RegExp(`90 – ${MOVED}%`))

  const villages = await drawn(page, 'village')
  const free = (v) =>
    v.x > 340 && v.x < 1200 && v.y > 120 && v.y < 700 && villages.every((o) => o === v || Math.hypot(o.x - v.x, o.y - v.y) > 24)
  const [fair, good] = [between, above].map((where) => villages.find((v) => where(v) && free(v)))
  assert.ok(fair && good, 'no villages on both sides of the threshold')
  await coloured(page, fair, second.color)
  await coloured(page, good, first.color)

  await page.evaluate(() => (location.hash = '#view=coverage&service=water'))
  const chip = page.locator('[data-state="basically"].chip')
  await chip.click()
  await page.locator('.filter').fill(fair.properties.name)
  const row = page.locator(`[data-village="${fair.properties.code}"]`)
  await row.getByText(new RegExp(`供水保证率[^；]*${fair.properties.water_guarantee}%[^；]*≥ ${MOVED}%`)).waitFor()
  await row.click()
  const card = page.getByRole('complementary', { name: '详情' })
  await card.locator('[data-service="water"] .row').click()
  await card.getByText('试行办法第五条').first().waitFor()
  assert.deepEqual(faults, [])
  await close()
})

it('and in the print, with as many villages as meet it', async () => {
  const all = await (await fetch(`${server.url}api/export/village?f=geojson`)).json()
  const county = all.features[0].properties.county
  const own = all.features.filter((v) => v.properties.county === county)
  const hash = `#theme=water_guarantee&area=${county}&paper=A4`
  const session = await browser.newContext({ viewport: { width: 1366, height: 768 } })
  const page = await session.newPage()
  await page.goto(`${server.url}?print=1${hash}`)
  // Paper has 300 dots an inch, which take long where the browser renders in software and others do too.
  await until(
    'the sheet is drawn',
    () => page.evaluate(() => window.__cuntuPrint?.ready.value || Boolean(window.__cuntuPrint?.failed.value)),
    3 * PATIENCE_MS,
  )
  const line = page.locator('.legend li').filter({ hasText: `≥ ${MOVED}%` })
  assert.match(await line.innerText(), new RegExp(`${own.filter(above).length}$`))
  assert.equal(await page.locator('.legend li').filter({ hasText: new RegExp(`≥ ${USUAL}%`) }).count(), 0)
  await session.close()
})
