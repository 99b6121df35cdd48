// A county's first day: an empty store leads to its owner's own map.

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { launch, open, scratch, serve, until } from './harness.mjs'

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

const COUNTY = '610824' // 靖边县, far from the demo
const WEST = 108.5
const SOUTH = 37.2

/** A square county. */
function outline() {
  const ring = [[WEST, SOUTH], [WEST + 0.5, SOUTH], [WEST + 0.5, SOUTH + 0.5], [WEST, SOUTH + 0.5], [WEST, SOUTH]]
  const feature = { type: 'Feature', properties: { 区划代码: COUNTY }, geometry: { type: 'Polygon', coordinates: [ring] } }
  return JSON.stringify({ type: 'FeatureCollection', features: [feature] })
}

/** A paved road from west to east through the county's middle, and a track that leads off it to the north. */
function extract() {
  const node = (id, lon, lat) => `<node id="${id}" lat="${lat}" lon="${lon}"/>`
  const way = (id, nodes, highway, surface) => {
    const refs = nodes.map((n) => `<nd ref="${n}"/>`).join('')
    return `<way id="${id}">${refs}<tag k="highway" v="${highway}"/><tag k="surface" v="${surface}"/></way>`
  }
  const y = SOUTH + 0.25
  const nodes = [node(1, WEST + 0.1, y), node(2, WEST + 0.25, y), node(3, WEST + 0.4, y), node(4, WEST + 0.25, y + 0.15)]
  const ways = [way(11, [1, 2, 3], 'secondary', 'asphalt'), way(12, [2, 4], 'unclassified', 'dirt')]
  return `<?xml version="1.0"?><osm version="0.6">${nodes.join('')}${ways.join('')}</osm>`
}

/** A slope in the format of SRTM with a height for every 3″, named for its corner. */
function heights() {
  const side = 1201
  const file = Buffer.alloc(2 * side * side)
  for (let i = 0; i < side * side; i++) file.writeInt16BE(1000 + (i % side) / 4, 2 * i)
  return file
}

test('a county that the demo has not goes from no file to an answer in one sitting', async (t) => {
  const store = join(place.dir, 'first-day.gpkg')
  const own = await serve(store)
  t.after(() => own.stop())
  const { page, faults, close } = await open(browser, own.url)
  const step = (id) => page.locator(`[data-step=${id}]`)
  const list = async (layer) => (await (await fetch(`${own.url}ogc/collections/${layer}/items?limit=500&f=json`)).json()).features

  /** From the guide's step to what is imported, and back to the guide. */
  async function bring(id, layer, name, content) {
    const file = join(place.dir, name)
    await writeFile(file, content)
    if ((await step(id).locator('.head').getAttribute('aria-expanded')) !== 'true') await step(id).locator('.head').click()
    await step(id).getByRole('button', { name: `导入到“${layer}”`, exact: true }).first().click()
    await page.locator('.drop input').setInputFiles(file)
    await page.getByRole('button', { name: '检查', exact: true }).click()
    await page.getByRole('button', { name: /^导入/ }).click()
    await page.locator('.done h3').waitFor()
    await page.getByRole('button', { name: '导入另一个文件' }).click()
    await page.locator('.templates .guide').click()
  }

  await t.test('the county is chosen by its pinyin', async () => {
    await step('names').getByRole('searchbox').fill('jingbian')
    await page.getByRole('button', { name: /靖边县/ }).click()
    await step('names').locator('.chooser .done').waitFor()
    await page.locator('[data-step=names].done').waitFor()
  })

  await t.test('its outline is dropped', async () => {
    await bring('outlines', '县区', '界线.geojson', outline())
    await page.locator('[data-step=outlines]:not(.none)').waitFor()
  })

  const seat = (await list('town')).find((f) => /张家畔/.test(f.properties.name))
  const [beside, far] = (await list('village')).filter((f) => f.properties.town === seat.properties.code)

  await t.test('a ledger of places by code, and one by name', async () => {
    const y = SOUTH + 0.25
    const office = [seat.properties.code, seat.properties.name, '县城', WEST + 0.1, y].join(',')
    await bring('places', '镇', '镇.csv', `代码,名称,类型,经度(CGCS2000),纬度(CGCS2000)\n${office}\n`)
    const rows = [
      [beside.properties.name, 812, WEST + 0.38, y + 0.002],
      [far.properties.name, 640, WEST + 0.25, y + 0.149],
    ]
    const ledger = rows.map((r) => `靖边县,${seat.properties.name},${r.join(',')}`).join('\n')
    await bring('places', '行政村', '台账.csv', `县区,乡镇,名称,总人口,经度(CGCS2000),纬度(CGCS2000)\n${ledger}\n`)
    await page.locator('[data-step=places].done').waitFor()
  })

  await t.test('roads out of OpenStreetMap', async () => {
    await bring('roads', '公路', 'region.osm', extract())
    await page.locator('[data-step=roads].done').waitFor()
  })

  await t.test('heights are dropped too', async () => {
    const dem = join(place.dir, 'N37E108.hgt')
    await writeFile(dem, heights())
    await step('heights').locator('.head').click()
    await step('heights').getByRole('button', { name: /高程/ }).last().click()
    await page.locator('.drop input').setInputFiles(dem)
    await page.getByRole('button', { name: '导入高程' }).click()
    await page.locator('.done h3').waitFor()
    await page.getByRole('button', { name: '导入另一个文件' }).click()
    await page.locator('.templates .guide').click()
    await page.locator('[data-step=heights].some').waitFor()
    await until('the ground is there', async () => (await fetch(`${own.url}tiles/dem.json`)).ok)
  })

  await t.test('the guide opens the question that it can answer, and the map says which village has no hardened road', async () => {
    await page.locator('[data-question=coverage-road].ready').getByRole('button').click()
    await page.locator('[data-view=coverage]').waitFor()
    const answer = await (await fetch(`${own.url}api/coverage?service=road`)).json()
    const state = (f) => answer.results.find((v) => v.code === f.properties.code).state
    assert.equal(state(beside), 'reached')
    assert.equal(state(far), 'not')
    await page.getByText(far.properties.name, { exact: true }).first().waitFor()
  })
  assert.deepEqual(faults, [])
  await close()
})
