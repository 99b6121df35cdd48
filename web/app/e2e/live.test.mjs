// The map over PostGIS: what is written into the database shows on the open page,
// and when the database is gone the page says so and goes on.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { FULL, coloured, cuntu, drawn, launch, open, run, serve, settled, until } from './harness.mjs'

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
    session = await open(browser, `${server.url}#map=12/33.87/109.94`, FULL)
    const { page, faults } = session
    const villages = await drawn(page, 'village')
    const village = villages.find((v) => v.x > 400 && v.x < 900 && v.y > 150 && v.y < 650 && alone(v, villages))
    const colours = await page.evaluate(() =>
      Object.fromEntries(window.__cuntu.theme.value.classes.map((c) => [c.key, c.color])),
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

  it('turns red exactly the villages behind a road that is broken', async () => {
    const ask = async (path) => (await fetch(server.url + path)).json()
    const lacking = async () => new Set((await ask('api/coverage?service=road&state=not')).results.map((v) => v.code))
    const before = await lacking()
    const { page } = session
    await page.evaluate(() => (location.hash = '#view=coverage&map=7.6/33.75/109.6'))
    const red = async () => {
      const drawnReds = await drawn(page, 'village')
      const ids = await page.evaluate(() => [...(window.__cuntu.theme.value.classes.find((c) => c.key === 'not')?.when.among ?? [])])
      return new Set(drawnReds.filter((v) => ids.includes(v.id)).map((v) => v.properties.code))
    }
    const same = (a, b) => a.size === b.size && [...a].every((code) => b.has(code))
    await until('all that lack a road are red', async () => before.size > 0 && same(await red(), before))

    const broken = await breakRoad(ask, async () => (await lacking()).size > before.size)
    await until('more villages are red', async () => (await red()).size > before.size)
    const now = await lacking()
    await until('the page agrees with the server', async () => same(await red(), now))
    for (const code of before) assert.ok(now.has(code), `${code} got a road`)
    for (const code of now) {
      if (before.has(code)) continue
      const steps = (await ask(`api/coverage/${code}`)).steps
      assert.ok(steps.some((s) => s.road === broken && !s.hardened), `${code} is not behind road ${broken}`)
    }
    await page.evaluate(() => (location.hash = '#map=12/33.87/109.94'))
    await settled(page)
  })

  /** Breaks a road on which some village's way out begins and whose loss shows; those whose loss does not are mended. */
  async function breakRoad(ask, shows) {
    for (const v of (await ask('api/coverage?service=road&state=reached')).results) {
      const [first] = (await ask(`api/coverage/${v.code}`)).steps
      if (!first?.hardened || first.metres < 1500) continue
      const surface = async () => (await ask(`api/features/road/${first.road}`)).properties.surface
      const was = await surface()
      for (const now of ['土路', was]) {
        await psql(store, `UPDATE cuntu.road SET surface = '${now}' WHERE id = ${first.road}`)
        await until('the server knows', async () => (await surface()) === now)
        if (now !== was && (await shows())) return first.road
      }
    }
    throw new Error('no road is missed by anybody')
  }

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
