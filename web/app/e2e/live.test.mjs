// The map over PostGIS: what is written into the database shows on the open page,
// and when the database is gone the page says so and goes on.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { coloured, cuntu, drawn, launch, open, run, serve, settled } from './harness.mjs'

const ADMIN = process.env.CUNTU_TEST_DATABASE_URL

describe('the open page over PostGIS', () => {
  const name = `cuntu_e2e_${process.pid}`
  let store, server, browser, session

  const psql = (database, sql) => run('psql', [database, '-XqAt', '-v', 'ON_ERROR_STOP=1', '-c', sql]).then((r) => r.stdout.trim())

  before(async () => {
    assert.ok(ADMIN, 'CUNTU_TEST_DATABASE_URL must name a PostGIS server; .ci/with-postgis makes one')
    await psql(ADMIN, `CREATE DATABASE ${name}`)
    const address = new URL(ADMIN)
    address.pathname = `/${name}`
    store = address.href
    await cuntu('db', 'migrate', '--store', store)
    await cuntu('demo', '--store', store)
    server = await serve(store)
    browser = await launch()
  })
  after(async () => {
    await browser?.close()
    await server?.stop()
    if (ADMIN) await psql(ADMIN, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  })

  it('recolours a village that is updated, and refreshes its card', async (t) => {
    session = await open(browser, `${server.url}#map=12/33.87/109.94`)
    const { page, faults } = session
    const villages = await drawn(page, 'village')
    const village = villages.find((v) => v.x > 400 && v.x < 900 && v.y > 150 && v.y < 650 && alone(v, villages))
    const colours = await page.evaluate(() =>
      Object.fromEntries(window.__cuntu.state.theme.value.classes.map((c) => [c.key, c.color])),
    )
    await psql(store, `UPDATE cuntu.village SET poverty = true, exit_status = '未退出' WHERE code = '${village.properties.code}'`)
    await coloured(page, village, colours['未退出'])

    await page.mouse.click(village.x, village.y)
    await page.locator('[data-field="exit_status"] dd').getByText('未退出').waitFor()
    await page.keyboard.press('Escape')
    await settled(page)

    const blue = coloured(page, village, colours['已销号'])
    await psql(store, `UPDATE cuntu.village SET exit_status = '已销号', leader = '新队长' WHERE code = '${village.properties.code}'`)
    const written = Date.now()
    t.diagnostic(`${(await blue) - written} ms from psql's end to the frame in the new colour`)

    await page.mouse.click(village.x, village.y)
    const leader = page.locator('[data-field="leader"] dd')
    await leader.getByText('新队长').waitFor()
    await psql(store, `UPDATE cuntu.village SET leader = '再换队长' WHERE code = '${village.properties.code}'`)
    await leader.getByText('再换队长').waitFor()
    await page.getByText('数据已更新').waitFor()
    assert.deepEqual(faults, [])
  })

  it('says when the database is gone, and is in step again by itself', async () => {
    const { page } = session
    const before = (await drawn(page, 'village')).length
    await psql(ADMIN, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`)
    await psql(ADMIN, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`)
    await page.getByText('数据库连接中断，显示最后数据').waitFor()
    await page.reload()
    await settled(page)
    assert.equal((await drawn(page, 'village')).length, before)
    await page.getByText('数据库连接中断，显示最后数据').waitFor()

    await psql(ADMIN, `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`)
    await page.getByText('实时').waitFor()
    assert.deepEqual(session.faults, [])
    await session.close()
  })
})

const alone = (v, all) => all.every((o) => o.id === v.id || Math.hypot(o.x - v.x, o.y - v.y) > 40)
