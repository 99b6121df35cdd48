// Usage: node manual/pictures.mjs [NAME…]: makes the manual's pictures anew, in both tongues, from the program over the demo.
//
// CUNTU_BIN and CUNTU_DEMO are as for the browser tests. Each picture is cut out of the page as it stands after somebody did
// what the manual says; where a button is no longer there, this fails.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { FULL, open, overDemo, settled, until } from '../e2e/harness.mjs'

const VILLAGE = '611002001204'
const COUNTY = '611026'
const SIZE = { width: 1366, height: 768 }
/** The width of a picture of all of the page, which needs not be read to its last word. */
const WIDE = 960
const QUALITY = 0.72
const PASSWORD = 'four stones under a bridge'
const TABLE = `区划代码,行政村名称,自来水普及率(%),经度,纬度
611002001204,杏树园村,96,109.9444,33.8845
611002001205,西苑村,120,109.95,33.87
611002001206,付村,88,33.88,109.94
,杏树园子,75,109.94,33.88
`
const PANEL = '.panel'
const CARD = '.card.floating'

const click = (selector, n = 0) => (page) => page.locator(selector).nth(n).click()
const wait = (selector, n = 0) => (page) => page.locator(selector).nth(n).waitFor()
const press = (zh, en) => (page, lang) => page.getByRole('button', { name: lang === 'zh' ? zh : en, exact: true }).click()

/** Where each picture is taken, what is done there first, and what is cut out: all of the page unless it says, and of what is cut
 * out no more than the top where that is enough. */
const pictures = {
  overview: { at: '' },
  legend: { at: 'theme=water_guarantee', cut: PANEL },
  search: {
    at: '',
    does: [(page) => page.locator('.search input').fill('xsy'), wait('[role=option]')],
    focused: true,
    cut: '.search',
    and: '[role=listbox]',
  },
  card: { at: `sel=village/${VILLAGE}&map=12/33.884/109.944`, does: [click('[data-service=water] .row')], cut: CARD },
  dossier: { at: `sel=county/${COUNTY}`, does: [wait('.card h3', 2)], cut: CARD },
  progress: { at: 'view=progress', does: [wait('[data-indicator]')] },
  compare: { at: 'theme=cov_road&compare=now&year=2015', does: [(page) => page.waitForFunction(() => window.__cuntuCompared?.loaded())] },
  print: { at: 'theme=exit_status', does: [click('.switches .print', 1), wait('.el-dialog form')], cut: '.el-dialog' },
  coverage: { at: 'view=coverage&year=2017', does: [wait('[data-village]')] },
  programme: { at: `view=programme&area=${COUNTY}&year=2017`, does: [wait('.proof')] },
  reach: { at: `reach=time/33.868/109.938`, does: [wait('[data-band]', 3)] },
  table: { at: 'view=table', does: [wait('.panel tbody tr', 9)], cut: PANEL },
  place: { at: 'view=siting&map=11/33.43/109.15', does: [(page) => page.mouse.click(860, 380), wait('.verdict')] },
  sites: {
    at: `view=siting&area=${COUNTY}`,
    does: [click('.siting .head label', 1), press('开始选址', 'Search'), wait('.counts')],
  },
  plan: {
    at: `view=siting&area=${COUNTY}`,
    does: [click('.siting .head label', 2), press('制定方案', 'Plan'), wait('[name=save], .result, .numbers')],
  },
  guide: { at: 'view=guide', does: [click('.guide .steps button')], cut: PANEL },
  report: {
    at: 'view=data',
    does: [
      (page) => page.locator('.drop input').setInputFiles({ name: '台账.csv', mimeType: 'text/csv', buffer: Buffer.from(TABLE) }),
      wait('.sheet'),
      async (page, lang) => {
        const confirm = page.getByRole('button', { name: lang === 'zh' ? /国家 2000/ : /CGCS2000/ })
        if (await confirm.count()) await confirm.first().click()
      },
      press('检查', 'Check'),
      wait('.report'),
    ],
    cut: PANEL,
  },
  edit: {
    at: `sel=village/${VILLAGE}&map=13/33.884/109.944`,
    does: [press('编辑', 'Edit'), wait('.edit')],
    cut: CARD,
  },
  changes: { at: 'view=changes', does: [wait('.panel li', 1)], cut: PANEL, high: 440 },
  // From here on there are accounts.
  account: { at: '', account: true, does: [click('.account .who')], cut: '.account', and: '.account .menu' },
  users: { at: 'view=users', account: true, does: [wait('.panel li', 3)], cut: PANEL, high: 440 },
  audit: { at: 'view=audit', account: true, does: [wait('.panel li, .panel tbody tr', 2)], cut: PANEL, high: 440 },
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !pictures[name])
if (unknown.length) throw new Error(`there is no picture ${unknown.join(', ')}; there are ${Object.keys(pictures).join(', ')}`)
const wanted = Object.entries(pictures).filter(([name]) => !asked.length || asked.includes(name))

const world = await overDemo()
try {
  await pave()
  const studio = await (await world.browser.newContext()).newPage()
  for (const accounts of [false, true]) {
    const some = wanted.filter(([, p]) => Boolean(p.account) === accounts)
    if (some.length) await take(some, studio, accounts && (await signUp()))
  }
} finally {
  await world.end()
}

/** Takes pictures one after the other on a page, in both tongues. */
async function take(some, studio, state) {
  for (const lang of ['zh', 'en']) {
    await mkdir(join(import.meta.dirname, 'pictures', lang), { recursive: true })
    const { page, close } = await open(world.browser, world.server.url, {
      ...SIZE,
      ...FULL,
      locale: lang === 'zh' ? 'zh-CN' : 'en-GB',
      ...(state ? { storageState: state } : {}),
    })
    for (const [name, picture] of some) {
      await page.goto('about:blank')
      await page.goto(`${world.server.url}#${[picture.at, lang === 'zh' ? '' : 'lang=en'].filter(Boolean).join('&')}`)
      await settled(page)
      for (const step of picture.does ?? []) await step(page, lang)
      await settled(page)
      if (!picture.focused) await page.evaluate(() => document.activeElement?.blur?.())
      await page.mouse.move(600, 5)
      await page.waitForTimeout(600) // transitions end, charts are drawn
      const shot = await page.screenshot(await cutOf(page, picture))
      const file = await webp(studio, shot, picture.cut ? Infinity : WIDE)
      await writeFile(join(import.meta.dirname, 'pictures', lang, `${name}.webp`), file)
      console.log(`${lang}/${name}.webp ${Math.round(file.length / 1024)} KB`)
    }
    await close()
  }
}

/** The box around the parts that are cut out. */
async function cutOf(page, { cut, and, high = SIZE.height }) {
  if (!cut) return {}
  const boxes = await Promise.all([cut, and].filter(Boolean).map((s) => page.locator(s).first().boundingBox()))
  const [x, y] = ['x', 'y'].map((side) => Math.max(0, Math.min(...boxes.map((b) => b[side]))))
  const right = Math.min(SIZE.width, Math.max(...boxes.map((b) => b.x + b.width)))
  const bottom = Math.min(SIZE.height, Math.max(...boxes.map((b) => b.y + b.height)))
  return { clip: { x, y, width: right - x, height: Math.min(bottom - y, high) } }
}

/** The picture as WebP, no wider than that; the browser itself writes it. */
async function webp(studio, png, widest) {
  const data = await studio.evaluate(
    async ([source, most, quality]) => {
      const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${source}`)).blob())
      const scale = Math.min(1, most / image.width)
      const canvas = document.createElement('canvas')
      canvas.width = Math.round(image.width * scale)
      canvas.height = Math.round(image.height * scale)
      const context = canvas.getContext('2d')
      context.imageSmoothingQuality = 'high'
      context.drawImage(image, 0, 0, canvas.width, canvas.height)
      return canvas.toDataURL('image/webp', quality)
    },
    [png.toString('base64'), Number.isFinite(widest) ? widest : 1e9, QUALITY],
  )
  if (!data.startsWith('data:image/webp')) throw new Error('the browser writes no WebP')
  return Buffer.from(data.split(',')[1], 'base64')
}

/** A change that somebody makes on the page: a village road is hardened. */
async function pave() {
  const which = new URLSearchParams({ f: 'json', limit: '1', filter: "surface = '砂石' AND class = '村道'" })
  const [road] = (await (await fetch(`${world.server.url}ogc/collections/road/items?${which}`)).json()).features
  const edit = { op: 'update', layer: 'road', id: road.id, base: '*', values: { surface: '水泥' } }
  const body = JSON.stringify({ edits: [edit], reason: '路面硬化验收' })
  const response = await fetch(`${world.server.url}api/edits`, { method: 'POST', body })
  if (!response.ok) throw new Error(await response.text())
}

/** Makes the first account, of who does everything, and gives what the browser keeps of it. */
async function signUp() {
  await until('the one-time address is printed', () => /#setup=/.test(world.server.told()))
  const [, code] = /#setup=([A-Z0-9]+)/.exec(world.server.told())
  const { page, close } = await open(world.browser, `${world.server.url}#setup=${code}`)
  const dialog = page.getByRole('dialog')
  await dialog.locator('input[type=radio]').first().check()
  for (const [name, value] of Object.entries({ login: 'li', name: '李规划', password: PASSWORD, again: PASSWORD })) {
    await dialog.locator(`input[name=${name}]`).fill(value)
  }
  await dialog.locator('button[type=submit]').click()
  await page.waitForFunction(() => document.querySelector('.account .name')?.textContent === '李规划')
  for (const [login, name, role] of [['chen', '陈工', 'engineer'], ['wang', '王填报', 'editor'], ['zhao', '赵审核', 'checker']]) {
    const args = ['user', 'add', login, '--store', world.store, '--name', name, '--unit', COUNTY, '--role', role]
    const child = spawn(process.env.CUNTU_BIN, args, { stdio: ['pipe', 'ignore', 'inherit'] })
    child.stdin.end(`${PASSWORD}\n`)
    const [status] = await once(child, 'exit')
    if (status !== 0) throw new Error(`cuntu ${args.join(' ')} failed`)
  }
  const state = await page.context().storageState()
  await close()
  return state
}
