// From a gap to a village that is struck off, by people of five roles, each with an account of their own.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { demo, launch, open, scratch, serve, until } from './harness.mjs'

const PASSWORD = 'Tiger-Mountain-77-Bridge'
// Notices end on the day on which they begin, so that the walk need not wait; that they do not end early, other tests say.
const PROCEDURES = `procedures:
- {id: village_exit, steps: [{id: noticed, notice_days: 0}]}
- {id: project, steps: [{id: noticed, notice_days: 0}]}
`

/** What the town finds in the village once its road is there: works that were planned for years that are over are done. */
const SURVEYED = {
  remaining_poor: 3, water_year: null, tap_water_rate: 100, water_guarantee: 97, water_quantity: 70, water_fetch_min: 0,
  water_quality_ok: true, broadband_year: null, fibre: true, mbps: 100,
}

function addUser(store, login, ...flags) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.env.CUNTU_BIN, ['user', 'add', '--store', store, login, ...flags], { stdio: ['pipe', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (chunk) => (said += chunk))
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`user add ${login}: ${said}`))))
    child.stdin.end(`${PASSWORD}\n`)
  })
}

describe('from gap to struck off', () => {
  let place, store, server, browser
  const people = {}

  before(async () => {
    place = await scratch()
    store = join(place.dir, 'demo.gpkg')
    await demo(store)
    await writeFile(join(place.dir, 'procedures.yaml'), PROCEDURES)
    browser = await launch()
  })
  after(async () => {
    await browser?.close()
    await server?.stop()
    await place?.remove()
  })

  const get = async (path) => (await fetch(`${server.url}${path}`)).json()
  const shot = (page, name) => process.env.CUNTU_SHOTS && page.screenshot({ path: join(process.env.CUNTU_SHOTS, `case-${name}.png`) })

  /** A poverty village that lacks nothing for its exit but a road and that few enough are poor, and the work that brings the road. */
  async function gap() {
    const [{ cases }, { works }] = await Promise.all([
      get('api/procedures/village_exit?stage=planned&limit=1000'), get('api/programme?service=road'),
    ])
    const waiting = new Map(cases.map((c) => [c.subject, c]))
    for (const work of works.filter((x) => x.villages.length === 1 && x.stretches.every((s) => s.kind === 'harden'))) {
      const [village] = work.villages
      if (!waiting.has(village.code)) continue
      const { next } = await get(`api/procedures/village_exit/${village.code}`)
      const lacks = next.find((n) => n.step === 'claimed').against.filter((o) => o.code === 'condition').map((o) => o.text.zh)
      if (lacks.length === 2 && lacks.every((l) => /发生率|硬化/.test(l))) return { village, work }
    }
    throw new Error('the demo has no village that lacks a road alone')
  }

  async function signIn(login, address) {
    const opened = await open(browser, `${server.url}#view=map`, { locale: 'zh-CN' })
    await opened.page.evaluate(
      ([user, password]) =>
        fetch('api/session', {
          method: 'POST', headers: { 'content-type': 'application/json', 'x-cuntu': '1' }, body: JSON.stringify({ login: user, password }),
        }),
      [login, PASSWORD],
    )
    await opened.page.goto(`${server.url}?${login}#${address}`)
    people[login] = opened.page
    return opened.page
  }

  /** Looks at a feature's card in a page that is open. */
  async function look(page, layer, key) {
    await page.evaluate((hash) => (location.hash = hash), `view=projects&sel=${layer}/${key}`)
    await page.locator('.card .case').waitFor()
  }

  async function take(page, step, { said = {}, title } = {}) {
    await page.locator(`[data-take=${step}]`).click()
    for (const [what, value] of Object.entries(said)) {
      if (what === 'result') await page.locator(`.step input[value=${value}]`).check()
      else await page.locator(`[data-said=${what}]`).fill(String(value))
    }
    await page.locator('.step [type=submit]').click()
    await page.locator(`.case [data-step=${step}]`).last().waitFor()
    if (title) await page.locator('.case .stage b').getByText(title).waitFor()
  }

  it('goes the whole way', async () => {
    server = await serve(store, '--procedures', join(place.dir, 'procedures.yaml'))
    const { village, work } = await gap()
    await server.stop()
    const [county, town] = [village.code.slice(0, 6), village.town]
    await addUser(store, 'root', '--admin', 'security')
    await addUser(store, 'clerk', '--unit', town, '--role', 'editor')
    await addUser(store, 'town', '--unit', town, '--role', 'checker')
    await addUser(store, 'county', '--unit', county, '--role', 'checker')
    await addUser(store, 'bureau', '--unit', county, '--role', 'editor')
    await addUser(store, 'city', '--role', 'checker')
    await addUser(store, 'third', '--role', 'checker')
    server = await serve(store, '--procedures', join(place.dir, 'procedures.yaml'))

    // The town's clerk makes a project of the gap.
    const clerk = await signIn('clerk', `view=programme&area=${town}`)
    await clerk.locator('[data-work]').filter({ hasText: village.name }).getByRole('button').click()
    await shot(clerk, '1-programme')
    await clerk.locator('[data-draft]').click()
    const drafted = clerk.locator('[data-drafted]').first()
    const number = await drafted.getAttribute('data-drafted')
    await drafted.click()
    await clerk.locator('.card .case').waitFor()
    await shot(clerk, '2-draft')
    const { id } = await get(`api/procedures/project/${number}`)
    const draft = (await get(`api/features/project/${id}`)).properties
    assert.equal(draft.villages_served, 1)
    assert.equal(draft.people_served, village.population)
    assert.ok(Math.abs(draft.km - work.km) < 0.02 * work.km + 0.002, `${draft.km} km of ${work.km}`)

    // What only people know is filled in.
    await clerk.getByRole('button', { name: '编辑' }).click()
    const fill = (field, value) => clerk.locator(`[data-edit=${field}] input`).fill(String(value))
    await fill('central_wan', draft.cost_wan)
    await fill('lead', '交通运输局')
    await fill('builder', '镇人民政府')
    await clerk.getByRole('button', { name: '保存' }).click()
    await clerk.locator('[data-take=applied]').waitFor()
    await take(clerk, 'applied', { title: '申报' })

    const townPage = await signIn('town', `view=projects&sel=project/${id}`)
    await take(townPage, 'audited', { title: '镇审核' })
    const countyPage = await signIn('county', `view=projects&sel=project/${id}`)
    await take(countyPage, 'appraised', { title: '部门论证' })
    const bureau = await signIn('bureau', `view=projects&sel=project/${id}`)
    await take(bureau, 'noticed', { title: '公示' })
    await look(countyPage, 'project', id)
    await take(countyPage, 'listed', { title: '入库' })
    await shot(countyPage, '3-listed')
    await take(countyPage, 'planned', { title: '列入年度计划' })
    await take(bureau, 'contracted', { said: { wan: draft.cost_wan } })
    await take(bureau, 'started', { title: '开工' })
    await bureau.locator('[data-take=paid]').click()
    await bureau.locator('[data-said=wan]').fill(String(draft.cost_wan * 2))
    await bureau.locator('.step [type=submit]').click()
    await bureau.locator('.step .wrong').getByText('超过合同').waitFor()
    await bureau.locator('[data-said=wan]').fill(String(draft.cost_wan))
    await bureau.locator('.step [type=submit]').click()
    await bureau.locator('.case [data-step=paid]').waitFor()
    await take(bureau, 'finished', { title: '竣工' })
    assert.equal(await bureau.locator('[data-take=accepted]').count(), 0, 'who built does not accept')
    await take(countyPage, 'accepted', { title: '验收' })
    assert.equal((await get(`api/features/project/${id}`)).properties.stage, 'accepted')

    // What is accepted becomes true, and the village turns green.
    const state = async () => (await get(`api/features/village/${village.code}`)).properties.cov_road
    assert.equal(await state(), 'not')
    await look(bureau, 'project', id)
    await bureau.locator('[data-take=results]').click()
    await bureau.locator('.results').getByText('已与验收结果一致').waitFor()
    await until('the village has its road', async () => (await state()) === 'reached')
    await shot(bureau, '4-accepted')

    // The village is claimed, sent back once, checked and struck off.
    const poor = await get(`api/features/village/${village.code}`)
    await look(clerk, 'village', village.code)
    await clerk.locator('.against').getByText('贫困发生率').waitFor()
    const saved = await clerk.evaluate(
      ([layer, feature, base, values]) =>
        fetch('api/edits', {
          method: 'POST', headers: { 'content-type': 'application/json', 'x-cuntu': '1' },
          body: JSON.stringify({ edits: [{ op: 'update', layer, id: feature, base, values }] }),
        }).then((r) => r.status),
      ['village', poor.id, '*', SURVEYED],
    )
    assert.equal(saved, 200)
    await clerk.locator('[data-take=claimed]').waitFor()
    await take(clerk, 'claimed', { title: '村级申请' })
    await clerk.getByRole('button', { name: '查看证据' }).click()
    await clerk.locator('.card .case .evidence, .card .case .none').first().waitFor()
    await shot(clerk, '5-claimed')
    await clerk.locator('.evidence').getByText('内容与当时一致').waitFor()
    await look(townPage, 'village', village.code)
    await take(townPage, 'verified', { title: '镇级核查' })
    await look(countyPage, 'village', village.code)
    await countyPage.locator('[data-take=returned]').click()
    await countyPage.locator('.step select').selectOption('planned')
    await countyPage.locator('[data-said=note]').fill('缺村民代表大会记录')
    await countyPage.locator('.step [type=submit]').click()
    await countyPage.locator('.case .stage b').getByText('已退回').waitFor()
    await look(clerk, 'village', village.code)
    await take(clerk, 'claimed', { title: '村级申请' })
    await take(townPage, 'verified', { title: '镇级核查' })
    await take(countyPage, 'reviewed', { title: '县级审核' })
    await look(bureau, 'village', village.code)
    await take(bureau, 'noticed', { title: '公示' })
    const city = await signIn('city', `view=projects&sel=village/${village.code}`)
    await take(city, 'approved', { title: '市级批准' })
    const third = await signIn('third', `view=projects&sel=village/${village.code}`)
    await take(third, 'checked', { said: { result: 'passed' }, title: '第三方核查' })
    assert.equal(await third.locator('[data-take=struck_off]').count(), 0, 'who checked does not strike off')
    await take(city, 'struck_off', { title: '销号' })
    const status = async () => (await get(`api/features/village/${village.code}`)).properties.exit_status
    await until('the village is struck off', async () => (await status()) === '已销号')
    await shot(city, '6-struck-off')

    // An import that says otherwise does not change it, and who asks without an account sees no accounts.
    const seen = JSON.stringify(await get(`api/procedures/village_exit/${village.code}`))
    assert.doesNotMatch(seen, /clerk|bureau/)
  })
})
