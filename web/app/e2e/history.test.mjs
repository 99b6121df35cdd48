// Who changed what, on a feature's card and in the list of changes, and the way back.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { open, overDemo, run, until } from './harness.mjs'

const VILLAGE = '611002001204' // 杏树园村 of the demo

describe('history', () => {
  let server, browser, end, store

  before(async () => ({ server, browser, end, store } = await overDemo()))
  after(() => end?.())

  const shot = (page, name) => process.env.CUNTU_SHOTS && page.screenshot({ path: join(process.env.CUNTU_SHOTS, `${name}.png`) })
  const population = async () => (await (await fetch(`${server.url}api/features/village/${VILLAGE}`)).json()).properties.population

  it('tells what another program changed, and puts it back', async () => {
    const was = await population()
    await run('sqlite3', ['-cmd', '.timeout 10000', store, `UPDATE village SET population = 77 WHERE code = '${VILLAGE}'`])
    await until('the change is served', async () => (await population()) === 77)

    const { page, faults, close } = await open(browser, `${server.url}#view=changes`)
    const first = page.locator('[data-writing]').first()
    await first.waitFor()
    assert.match(await first.innerText(), /修改.*杏树园村/s)
    assert.match(await first.innerText(), /其他程序/)
    await shot(page, 'history-1-changes')
    await first.getByRole('button', { name: /杏树园村/ }).click()

    const card = page.getByRole('complementary', { name: '详情' })
    await card.getByText('历史', { exact: true }).click()
    const cell = card.locator('[data-cell="population"]').first()
    await cell.waitFor()
    assert.equal(await cell.locator('del').innerText(), `${was.toLocaleString('zh-CN')} 人`)
    assert.match(await cell.locator('ins').innerText(), /^77/)
    await cell.getByRole('button').click()
    await card.getByLabel('理由（记入历史）').fill('误改')
    await shot(page, 'history-2-restore')
    await card.getByRole('button', { name: '写回' }).click()
    await until('the value is back', async () => (await population()) === was)
    await card.getByText('误改').waitFor()
    await shot(page, 'history-3-restored')
    assert.deepEqual(faults, [])
    await close()
  })
})
