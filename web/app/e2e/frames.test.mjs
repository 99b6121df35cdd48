// The frame budget: no task of 200 ms on the page's thread while the map is dragged and
// zoomed with every layer on. What a task spends waiting for the graphics process (a
// program is linked the first time that something of its kind is drawn) is taken off: it
// is the machine's, here without a graphics card. So is what the page does at rest. A machine that is slower than the one
// for which the budget was set, by a loop of numbers, gets so many times as long.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { FULL, open, overDemo, settled, until, visitor } from './harness.mjs'

const BUDGET_MS = 200
const LOOP_MS = 180
const LAYERS = 'county,town,village,hamlet,road,river,water,broadband,facility,site,park,hazard,reserve'

describe('the frame budget', () => {
  let server, browser, end

  before(async () => ({ server, browser, end } = await overDemo()))
  after(() => end?.())

  it('holds while the map is dragged and zoomed', async () => {
    const address = `${server.url}#map=9.5/33.86/109.94&layers=${LAYERS}`
    const { page, faults, close } = await open(browser, address, { width: 1000, height: 560, ...FULL })
    const budget = BUDGET_MS * Math.max(1, (await page.evaluate(loop)) / LOOP_MS)
    await page.evaluate(watchTasks)
    const tasks = () => page.evaluate(() => window.__tasks())
    const rest = async () => {
      await settled(page)
      await page.evaluate(() => new Promise((done) => requestIdleCallback(done)))
    }
    await rest()
    await tasks()
    const began = Date.now()
    for (const wheel of [-240, 240]) {
      await drag(page)
      for (let i = 0; i < 4; i++) await page.mouse.wheel(0, wheel)
      await rest()
    }
    const moving = await tasks()
    const took = Date.now() - began
    const moved = await page.evaluate(() => window.__cuntu.map.getCenter().lng)
    assert.notEqual(moved.toFixed(3), '109.940', 'the map was not dragged')

    const resting = Date.now()
    await until('it has rested as long', () => Date.now() - resting > Math.min(took, 1500))
    const idle = await tasks()
    const over = (list) => list.filter((t) => t.ms - t.waited > budget)
    const [many, few] = [over(moving), over(idle)]
    assert.ok(
      many.length <= few.length,
      `${many.length} tasks over ${Math.round(budget)} ms in ${took} ms, ${few.length} at rest: ${JSON.stringify(many)}`,
    )
    assert.deepEqual(faults, [])
    await close()
  })
})

// loop is how many milliseconds the machine takes for some numbers, once the script is compiled.
function loop() {
  let took, sum
  for (let run = 0; run < 3; run++) {
    const began = performance.now()
    sum = 0
    for (let i = 1; i < 2e7; i++) sum += Math.sqrt(i) % 7
    took = performance.now() - began
  }
  return sum > 0 ? took : Infinity
}

describe('graphics programs', () => {
  let server, browser, end

  before(async () => ({ server, browser, end } = await overDemo()))
  after(() => end?.())

  it('are begun ahead of the first view, and not each when it is first drawn with', async () => {
    const context = await visitor(browser)
    const page = await context.newPage()
    await page.addInitScript(() => {
      window.__linked = { ahead: 0, drawing: 0 }
      const { linkProgram } = WebGL2RenderingContext.prototype
      WebGL2RenderingContext.prototype.linkProgram = function (program) {
        window.__linked[new Error().stack.includes('getProgram') ? 'drawing' : 'ahead']++
        return linkProgram.call(this, program)
      }
    })
    await page.goto(server.url)
    await settled(page)
    const linked = await page.evaluate(() => window.__linked)
    assert.ok(linked.ahead >= 8, JSON.stringify(linked))
    assert.ok(linked.drawing <= 3, `the first frame has the sky and the ground: ${JSON.stringify(linked)}`)
    await context.close()
  })
})

async function drag(page) {
  await page.mouse.move(600, 300)
  await page.mouse.down()
  for (let i = 1; i <= 12; i++) await page.mouse.move(600 - 12 * i, 300 - 5 * i)
  await page.mouse.up()
}

/** In the page: notes long tasks, and what of each was spent waiting for the graphics process. */
function watchTasks() {
  const tasks = []
  const waits = []
  for (const name of [
    'getProgramParameter',
    'getShaderParameter',
    'getUniformBlockIndex',
    'getUniformLocation',
    'texSubImage2D',
    'texImage2D',
    'readPixels',
  ]) {
    const call = WebGL2RenderingContext.prototype[name]
    WebGL2RenderingContext.prototype[name] = function (...args) {
      const start = performance.now()
      const result = call.apply(this, args)
      const ms = performance.now() - start
      if (ms > 1) waits.push({ start, ms })
      return result
    }
  }
  const note = (list) => {
    for (const { startTime, duration } of list.getEntries()) {
      const inside = waits.filter((w) => w.start >= startTime && w.start < startTime + duration)
      tasks.push({ ms: Math.round(duration), waited: Math.round(inside.reduce((n, w) => n + w.ms, 0)) })
    }
  }
  const observer = new PerformanceObserver(note)
  observer.observe({ type: 'longtask' })
  window.__tasks = () => {
    note({ getEntries: () => observer.takeRecords() })
    return tasks.splice(0)
  }
}
