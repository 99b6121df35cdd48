// From the first accounts to a user with a role of his own and a second factor, all by the page.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createHmac } from 'node:crypto'
import { createRequire } from 'node:module'
import { after, before, describe, it } from 'node:test'
import { open, overDemo, until } from './harness.mjs'

const PASSWORD = 'four stones under a bridge'
const OTHER = 'seven lanterns above rivers'

/** What a device shows now (RFC 6238). */
function code(secret) {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const mac = createHmac('sha1', key).update(step).digest()
  const at = mac[19] & 15
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

describe('accounts', () => {
  let server, browser, end, page, faults
  const account = () => page.locator('.account .who')
  const dialog = () => page.getByRole('dialog')

  before(async () => {
    ;({ server, browser, end } = await overDemo())
    await until('the one-time address is printed', () => /#setup=/.test(server.told()))
    const opened = await open(browser, `${server.url}#setup=${/#setup=([A-Z0-9]+)/.exec(server.told())[1]}`, { locale: 'zh-CN' })
    page = opened.page
    faults = opened.faults
  })
  after(() => end?.())

  async function field(label, value) {
    await dialog().getByLabel(label, { exact: true }).fill(value)
  }

  async function signIn(login, password) {
    await account().click()
    await field('登录名', login)
    await field('密码', password)
    await dialog().getByRole('button', { name: '登录', exact: true }).click()
  }

  async function signedIn(name) {
    await page.waitForFunction((n) => document.querySelector('.account .name')?.textContent === n, name)
  }

  async function signOut() {
    await account().click()
    await page.getByRole('button', { name: '退出登录' }).click()
    await signedIn('登录')
  }

  async function axe(what) {
    await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
    const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }))
    const bad = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
    assert.deepEqual(bad.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).slice(0, 3).join(' | ')}`), [], what)
  }

  it('begin by the address that the server prints: three administrators, who choose passwords of their own', async () => {
    assert.doesNotMatch(page.url(), /setup/)
    await dialog().getByText('三员分立').click()
    await field('登录名', 'liu')
    await field('姓名', '刘安全')
    await field('密码', 'password2026')
    await field('再输入一次', 'password2026')
    await field('系统管理员登录名', 'zhang')
    await field('审计管理员登录名', 'wang')
    await dialog().getByRole('button', { name: '建立并登录' }).click()
    await dialog().getByRole('alert').getByText('太容易猜').waitFor()
    await axe('the first accounts')
    await field('密码', PASSWORD)
    await field('再输入一次', PASSWORD)
    await dialog().getByRole('button', { name: '建立并登录' }).click()
    const made = dialog().locator('.form > div', { hasText: 'zhang' }).locator('code')
    const once = (await made.innerText()).trim()
    await dialog().getByRole('button', { name: '开始使用' }).click()
    await signedIn('刘安全')
    await signOut()

    await signIn('zhang', 'not this one at all')
    await dialog().getByRole('alert').getByText('登录名或密码不对').waitFor()
    await axe('signing in')
    await field('密码', once)
    await dialog().getByRole('button', { name: '登录', exact: true }).click()
    await dialog().getByText('只有自己知道').waitFor()
    await field('现在的密码', once)
    await field('新密码', OTHER)
    await field('再输入一次', OTHER)
    await dialog().getByRole('button', { name: '保存' }).click()
    await signedIn('zhang')
  })

  it('are made by one administrator, and given a role by another', async () => {
    await page.getByRole('button', { name: '用户与权限' }).click()
    await page.getByRole('button', { name: '新建用户' }).click()
    await page.getByLabel('登录名', { exact: true }).fill('chen')
    await page.getByLabel('姓名', { exact: true }).fill('陈工')
    await page.getByRole('combobox', { name: '单位' }).click()
    const { counties } = await (await fetch(`${server.url}api/areas`)).json()
    await page.getByRole('menuitem', { name: counties[1].name }).click()
    await page.keyboard.press('Escape')
    await page.locator('form.add button[type=submit]').click()
    const once = (await page.locator('.once code').innerText()).trim()
    await axe('users, of the system administrator')
    await signOut()

    await signIn('liu', PASSWORD)
    await signedIn('刘安全')
    await page.getByRole('button', { name: '用户与权限' }).click()
    await page.getByRole('button', { name: /陈工/ }).click()
    await page.getByRole('button', { name: '添加角色' }).click()
    await page.getByLabel('角色', { exact: true }).selectOption('engineer')
    await page.locator('fieldset .area').getByRole('combobox', { name: '区域' }).click()
    await page.getByRole('menuitem', { name: counties[1].name }).click()
    await page.keyboard.press('Escape')
    await page.locator('form.user').getByRole('button', { name: '保存' }).click()
    await page.getByRole('status').getByText('已保存').waitFor()
    await axe('users, of the security administrator')
    await signOut()

    await signIn('chen', once)
    await dialog().getByText('只有自己知道').waitFor()
    await field('现在的密码', once)
    await field('新密码', PASSWORD)
    await field('再输入一次', PASSWORD)
    await dialog().getByRole('button', { name: '保存' }).click()
    await signedIn('陈工')
    await account().click()
    await page.locator('.menu').getByText(`工程（${counties[1].name}）`).waitFor()
    await axe('the menu')
    assert.equal(await page.getByRole('button', { name: '用户与权限' }).count(), 0)
    await page.keyboard.press('Escape')
  })

  it('comment on a feature with a photo, which nobody else is told of', async () => {
    const { counties } = await (await fetch(`${server.url}api/areas`)).json()
    await page.goto(`${server.url}#sel=county/${counties[1].code}`)
    await page.reload()
    const section = page.locator('details.comments')
    await section.locator('summary').click()
    await section.getByText('还没有人留言').waitFor()
    const picture = await page.evaluate(() => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 3000, height: 1500 })
      canvas.getContext('2d').fillRect(0, 0, 3000, 1500)
      return canvas.toDataURL('image/jpeg').split(',')[1]
    })
    const file = (name, mimeType, buffer) => ({ name, mimeType, buffer })
    await section.getByLabel('留言').fill('桥头塌了三米')
    await section.locator('input[type=file]').setInputFiles([file('批量.zip', 'application/zip', Buffer.from('PK\x03\x04'))])
    await section.getByRole('button', { name: '发送' }).click()
    await section.getByRole('alert').getByText('批量.zip').waitFor()
    await section.getByRole('button', { name: '不附 批量.zip' }).click()
    await section.locator('input[type=file]').setInputFiles([
      file('桥头.jpg', 'image/jpeg', Buffer.from(picture, 'base64')),
      file('说明.pdf', 'application/pdf', Buffer.from('%PDF-1.7')),
    ])
    await section.getByRole('button', { name: '发送' }).click()
    await section.getByText('已发送').waitFor()
    assert.equal(await section.locator('.count').innerText(), '1')
    const seen = section.getByRole('button', { name: '照片 桥头.jpg' }).locator('img')
    await page.waitForFunction((img) => img.naturalWidth === 360, await seen.elementHandle())
    await axe('comments')
    await seen.click()
    await dialog().getByText('2560 × 1280').waitFor()
    await page.keyboard.press('Escape')
    await until('the photo is closed', async () => (await dialog().count()) === 0)
    const address = await section.getByRole('link', { name: '说明.pdf' }).getAttribute('href')
    assert.equal((await fetch(address)).status, 401)
    await section.getByRole('button', { name: '删除' }).click()
    await section.getByRole('button', { name: '删除' }).click()
    await section.getByText('已由 chen 删除').waitFor()
    assert.equal(await section.locator('img').count(), 0)
  })

  it('read sensitive fields for an emergency, and say so until it ends', async () => {
    const { counties } = await (await fetch(`${server.url}api/areas`)).json()
    const leader = page.locator('[data-field="leader"]')
    const code = await page.evaluate(async (area) => {
      const list = await (await fetch(`ogc/collections/village/items?county=${area}&limit=1`)).json()
      return list.features[0].properties.code
    }, counties[1].code)
    await page.goto(`${server.url}#sel=village/${code}`)
    await page.reload()
    await page.locator('[data-field="population"]').waitFor({ state: 'attached' })
    assert.equal(await leader.count(), 0)
    await account().click()
    await page.getByRole('button', { name: '应急查看敏感信息…' }).click()
    await dialog().getByLabel('理由').fill('要看')
    await dialog().getByRole('button', { name: '开始' }).click()
    await dialog().getByRole('alert').getByText('至少 10 个字').waitFor()
    await axe('an emergency')
    await dialog().getByLabel('理由').fill('山洪冲断道路，须打电话给队长')
    await dialog().getByRole('button', { name: '开始' }).click()
    const bar = page.locator('.emergencies')
    await bar.getByText(`正在应急查看${counties[1].name}的敏感信息`).waitFor()
    await leader.waitFor({ state: 'attached' })
    await axe('while an emergency lasts')
    await bar.getByRole('button', { name: '结束' }).click()
    await page.locator('[data-field="population"]').waitFor({ state: 'attached' })
    await until('sensitive fields are gone', async () => (await leader.count()) === 0)
  })

  it('have a second factor and tokens', async () => {
    await account().click()
    await page.getByRole('button', { name: /第二因素/ }).click()
    await field('密码', PASSWORD)
    await dialog().getByRole('button', { name: '继续' }).click()
    const secret = (await dialog().locator('.key').innerText()).trim()
    await field('验证码', code(secret))
    await dialog().getByRole('button', { name: '继续' }).click()
    const spare = (await dialog().locator('.codes li').first().innerText()).trim()
    await dialog().locator('.row').getByRole('button', { name: '关闭' }).click()

    await account().click()
    await page.getByRole('button', { name: '我的令牌' }).click()
    await field('用途', 'QGIS')
    await dialog().getByRole('button', { name: '新建令牌' }).click()
    const token = (await dialog().locator('.secret').innerText()).trim()
    await axe('tokens')
    const who = await (await fetch(`${server.url}api/session`, { headers: { authorization: `Bearer ${token}` } })).json()
    assert.equal(who.user.login, 'chen')
    assert.deepEqual(who.grants.map((g) => g.verb).filter((v) => v === 'write'), [])
    await dialog().getByRole('button', { name: '作废 QGIS' }).click()
    await dialog().getByText('还没有令牌').waitFor()
    assert.equal((await fetch(`${server.url}api/session`, { headers: { authorization: `Bearer ${token}` } })).status, 401)
    await page.keyboard.press('Escape')

    await signOut()
    await signIn('chen', PASSWORD)
    await field('验证码', spare)
    await dialog().getByRole('button', { name: '继续' }).click()
    await signedIn('陈工')
    assert.deepEqual(faults.filter((f) => !/40[013]/.test(f)), [])
  })
})
