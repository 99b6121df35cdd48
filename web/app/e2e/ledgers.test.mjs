// Two offices that send the same villages with different numbers, and nothing overwritten unseen.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { open, overDemo, run, until } from './harness.mjs'

const [DONG, XI] = ['611002001204', '611002001205'] // 杏树园村 and 西苑村 of the demo

describe('ledgers that disagree', () => {
  let server, browser, end, store, session

  before(async () => ({ server, browser, end, store } = await overDemo()))
  after(() => end?.())

  const feature = async (code) => (await (await fetch(`${server.url}api/features/village/${code}`)).json()).properties
  const shot = (page, name) => process.env.CUNTU_SHOTS && page.screenshot({ path: join(process.env.CUNTU_SHOTS, `ledger-${name}.png`) })
  const drop = (page, name, ...lines) =>
    page.locator('.drop input').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(`\ufeff${lines.join('\n')}`) })
  const otherProgram = (sql) => run('sqlite3', ['-cmd', '.timeout 10000', store, sql])
  const check = (page) => page.getByRole('button', { name: '检查', exact: true }).click()

  it('are handed out, compared cell by cell, and settled', async () => {
    session = await open(browser, `${server.url}#view=data`)
    const { page, faults } = session
    // A ledger goes to the water bureau; then somebody else changes what it has.
    await page.locator('.hand input').fill('水利局')
    const [given] = await Promise.all([page.waitForEvent('download'), page.locator('.hand button[type=submit]').click()])
    assert.match(given.suggestedFilename(), /xlsx$/)
    await otherProgram(`UPDATE village SET water_guarantee = 91, population = 2851 WHERE code = '${DONG}'`)
    await until('the server has seen it', async () => (await feature(DONG)).water_guarantee === 91)

    const was = await feature(XI)
    await drop(page, '水利局供水台账.csv', '区划代码,名称,供水保证率(%),人口(人)', `${DONG},杏树园村,88,2850`, `${XI},西苑村,77,${was.population}`)
    await page.getByLabel('报送单位').last().waitFor()
    assert.equal(await page.locator('.sheet input[list=known-senders]').inputValue(), '水利局')
    await shot(page, '1-sheet')
    await check(page)

    // Of the population the store alone has changed; of the water both have.
    await page.locator('[data-kept]').getByText('1 处库中较新').waitFor()
    const row = page.locator('.conflicts [data-cell$="/water_guarantee"]')
    await row.waitFor()
    assert.match(await row.innerText(), /杏树园村[^]*库中 91%[^]*其他程序[^]*文件 88%[^]*原为 99\.3%/)
    assert.ok(await page.locator('.report .button.main').isDisabled())
    await shot(page, '2-conflicts')
    await page.locator('[data-all=later]').click()
    await page.locator('.report .button.main').click()
    await page.getByText('导入完成').waitFor()
    assert.equal((await feature(DONG)).water_guarantee, 91)
    await until('what nobody disputes is in the store', async () => (await feature(XI)).water_guarantee === 77)

    // What was left open waits with the import.
    await page.getByRole('button', { name: '导入另一个文件' }).click()
    await page.getByText('1 处不一致未定').click()
    await page.locator('.open-cells [data-side=file]').click()
    await shot(page, '3-open')
    await page.getByRole('button', { name: '按所选更新' }).click()
    await until('the file’s value counts', async () => (await feature(DONG)).water_guarantee === 88)
    await page.locator('.open-cells .conflicts').waitFor({ state: 'detached' })
    assert.deepEqual(faults, [])
  })

  it('are settled by a rule that is kept', async () => {
    const { page, faults } = session
    await otherProgram(`UPDATE village SET water_guarantee = 92 WHERE code = '${DONG}'`)
    await until('the server has seen it', async () => (await feature(DONG)).water_guarantee === 92)
    await drop(page, '水利局供水台账.csv', '区划代码,名称,供水保证率(%)', `${DONG},杏树园村,85`)
    await check(page)
    await page.getByRole('button', { name: '以后“供水保证率”都以水利局为准' }).click()
    await page.getByText('已记下规则').waitFor()
    await page.locator('.report .button.main').click()
    await page.getByText('导入完成').waitFor()
    await until('the file’s value counts', async () => (await feature(DONG)).water_guarantee === 85)
    await page.getByRole('button', { name: '导入另一个文件' }).click()
    await page.locator('[data-rule="village/water_guarantee"]').getByText('行政村 · 供水保证率：水利局').waitFor()
    await shot(page, '4-rule')

    // From then on nobody is asked.
    await drop(page, '扶贫办.csv', '区划代码,名称,供水保证率(%)', `${DONG},杏树园村,70`)
    await check(page)
    await page.locator('.conflicts').getByText('均已选定').waitFor()
    assert.match(await page.locator('.conflicts [data-cell]').innerText(), /按规则/)
    assert.equal(await page.locator('.conflicts [data-side=store]').getAttribute('aria-pressed'), 'true')
    assert.deepEqual(faults, [])
  })
})
