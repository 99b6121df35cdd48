// What the browser tests stand on: the real binary on a free port over a store of
// its own, a real browser, and pages that note whatever goes wrong in them.

import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'

export const run = promisify(execFile)

const BINARY = process.env.CUNTU_BIN
/** How to start the browser: CUNTU_CHROMIUM, or Debian's. */
export const BROWSER = {
  executablePath: process.env.CUNTU_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--headless=new',
    '--no-sandbox',
    '--use-angle=swiftshader',
    '--enable-unsafe-swiftshader',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}

/** Software rendering on a busy machine is slow; a wait that fails is a fault, not slowness. */
export const PATIENCE_MS = 180_000

export function cuntu(...args) {
  assert.ok(BINARY, 'CUNTU_BIN must name the cuntu binary')
  return run(BINARY, args, { maxBuffer: 16 << 20 })
}

/** The demo in a file of its own: a copy of CUNTU_DEMO, where that is made already. */
export function demo(store) {
  return process.env.CUNTU_DEMO ? copyFile(process.env.CUNTU_DEMO, store) : cuntu('demo', '--store', store)
}

export async function scratch() {
  const dir = await mkdtemp(join(tmpdir(), 'cuntu-e2e-'))
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) }
}

/** `cuntu serve` on a free port, once it is ready; told is what it prints. */
export async function serve(store, ...flags) {
  const port = await freePort()
  const child = spawn(BINARY, ['serve', '--store', store, '--addr', `127.0.0.1:${port}`, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  let told = ''
  child.stdout.on('data', (chunk) => (told += chunk))
  child.stderr.on('data', (chunk) => (log += chunk))
  const url = `http://127.0.0.1:${port}/`
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  try {
    await until('the server is ready', async () => {
      assert.equal(child.exitCode, null, `cuntu serve ended:\n${log}`)
      return (await fetch(`${url}readyz`).catch(() => undefined))?.ok
    })
  } catch (error) {
    await stop()
    throw error
  }
  return { url, stop, told: () => told }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}

/** Polls until the condition holds. */
export async function until(what, condition, patience = PATIENCE_MS) {
  const deadline = Date.now() + patience
  while (Date.now() < deadline) {
    if (await condition()) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`waited in vain until ${what}`)
}

/** The demo in a file, served by the binary, and a browser; end ends and removes them. */
export async function overDemo(...flags) {
  const place = await scratch()
  let server, browser
  const store = join(place.dir, 'demo.gpkg')
  const end = async () => {
    await browser?.close()
    await server?.stop()
    await place.remove()
  }
  try {
    await demo(store)
    server = await serve(store, ...flags)
    browser = await launch()
  } catch (error) {
    await end()
    throw error
  }
  return { server, browser, end, store }
}

/** The browser that run.mjs started for all files, or one of its own where a file is run by itself. */
export function launch() {
  const shared = process.env.CUNTU_TEST_BROWSER
  return shared ? chromium.connect(shared) : chromium.launch(BROWSER)
}

/**
 * What spares a machine without a graphics card: a pixel of the map for four of the page, and no flights. Who looks at
 * pixels or at motion asks for them.
 */
const SPARING = { deviceScaleFactor: process.env.CUNTU_SHOTS ? 1 : 0.5, reducedMotion: 'reduce' }
/** What spares nothing. */
export const FULL = { deviceScaleFactor: 1, reducedMotion: 'no-preference' }

/** A browser that was here before, so that no tour of the first visit stands before what is tested. */
export async function visitor(browser, options = {}) {
  const context = await browser.newContext(options)
  await context.addInitScript(() => {
    if (location.protocol.startsWith('http')) localStorage.setItem('cuntu.tour', 'left')
  })
  return context
}

/** A page at the address, with what it did wrong: errors, warnings, requests to other hosts or in vain; fresh: of a first visit. */
export async function open(browser, address, { width = 1366, height = 768, fresh = false, ...more } = {}) {
  const options = { viewport: { width, height }, ...SPARING, ...more }
  const context = await (fresh ? browser.newContext(options) : visitor(browser, options))
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const faults = []
  const bytes = new Map() // of each address
  const begun = new Map() // when each was asked for (Date.now)
  const origin = new URL(address).origin
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('console', (m) => {
    if (m.type() === 'error' || m.type() === 'warning') faults.push(`console ${m.type()}: ${m.text()}`)
  })
  page.on('request', (r) => {
    if (!/^(data|blob):/.test(r.url()) && new URL(r.url()).origin !== origin) faults.push(`another host: ${r.url()}`)
  })
  page.on('response', (r) => {
    if (r.status() >= 400) faults.push(`${r.status()}: ${r.url()}`)
  })
  page.on('requestfinished', async (r) => {
    const sizes = await r.sizes().catch(() => undefined)
    if (sizes) bytes.set(r.url(), sizes.responseBodySize)
    if (sizes) begun.set(r.url(), r.timing().startTime)
  })
  await page.goto(address)
  await settled(page)
  return { page, faults, bytes, begun, close: () => context.close() }
}

/** Waits until everything in view is drawn. */
export function settled(page) {
  return page.waitForFunction(() => {
    const map = window.__cuntu?.map
    return map && window.__cuntu.grounded.value && map.loaded() && map.areTilesLoaded() && !map.isMoving()
  })
}

/**
 * The features of a layer that the map draws, as points or in their outlines, each with a place of it on the page: of an outline, well
 * inside, and first come those that have one where nothing else is drawn over it.
 */
export function drawn(page, layer) {
  return page.evaluate((id) => {
    const { map } = window.__cuntu
    const own = (l) => l.startsWith(`${id}:`) || map.getLayer(l)?.metadata?.layer === id
    const others = map
      .getLayersOrder()
      .filter((l) => l.includes(':') && !own(l) && map.getLayer(l).type !== 'fill' && !/land|glow|-edge/.test(l))
    const layers = map.getLayersOrder().filter((l) => own(l) && !/name|-edge/.test(l))
    const frame = map.getContainer().getBoundingClientRect()
    const after = (ring, i) => ring[(i + 1) % ring.length]
    const area = (ring) => Math.abs(ring.reduce((sum, p, i) => sum + p.x * after(ring, i).y - p.y * after(ring, i).x, 0))
    // The middle of the widest stretch on some levels of an outline.
    const within = (ring) => {
      const ys = ring.map((p) => p.y)
      const [low, high] = [Math.min(...ys), Math.max(...ys)]
      return [0.5, 0.35, 0.65, 0.2, 0.8].flatMap((share) => {
        const y = low + (high - low) * share
        const xs = ring
          .flatMap((p, i) => {
            const q = ring[(i + 1) % ring.length]
            return p.y < y !== q.y < y ? [p.x + ((q.x - p.x) * (y - p.y)) / (q.y - p.y)] : []
          })
          .sort((a, b) => a - b)
        const stretches = xs.slice(1).flatMap((x, i) => (i % 2 === 0 ? [{ from: xs[i], to: x }] : []))
        const [widest] = stretches.sort((a, b) => b.to - b.from - (a.to - a.from))
        return widest ? [{ x: (widest.from + widest.to) / 2, y }] : []
      })
    }
    const seen = new Map()
    for (const f of map.queryRenderedFeatures({ layers })) {
      const { type, coordinates } = f.geometry
      if (type === 'Point') {
        seen.set(f.id, { id: f.id, at: [map.project(coordinates)], size: Infinity, properties: f.properties })
        continue
      }
      for (const [outer] of type === 'Polygon' ? [coordinates] : type === 'MultiPolygon' ? coordinates : []) {
        const ring = outer.map((c) => map.project(c))
        const size = area(ring)
        if (size > (seen.get(f.id)?.size ?? -1)) seen.set(f.id, { id: f.id, at: within(ring), size, properties: f.properties })
      }
    }
    const inside = ({ x, y }) => x > 0 && y > 0 && x < frame.width && y < frame.height
    const free = ({ x, y }) => map.queryRenderedFeatures([[x - 8, y - 8], [x + 8, y + 8]], { layers: others }).length === 0
    let looked = 0
    const list = [...seen.values()].map(({ id, at, size, properties }) => {
      const looks = size !== Infinity && inside(at[0] ?? { x: -1 }) && looked++ < 80
      const open = size === Infinity ? at[0] : looks ? at.find((p) => inside(p) && free(p)) : undefined
      const place = open ?? at[0] ?? { x: 0, y: 0 }
      return { id, x: place.x + frame.x, y: place.y + frame.y, properties, open: open !== undefined }
    })
    return list.sort((a, b) => Number(b.open) - Number(a.open))
  }, layer)
}

/**
 * Waits until the map is of a colour (#rrggbb), or of a paler or darker shade of it, at a place of the page; gives the time
 * (Date.now) of that frame.
 */
export function coloured(page, { x, y }, colour) {
  return page.evaluate(
    ([px, py, wanted, patience]) =>
      new Promise((resolve, reject) => {
        const { map } = window.__cuntu
        const canvas = map.getCanvas()
        const gl = canvas.getContext('webgl2')
        const frame = canvas.getBoundingClientRect()
        const ratio = canvas.width / canvas.clientWidth
        const pixel = new Uint8Array(4)
        const rgb = [1, 3, 5].map((i) => parseInt(wanted.slice(i, i + 2), 16))
        // What is drawn through leaves the hue as it is.
        const chroma = (c) => [0, 1, 2].map((i) => c[i] - (c[0] + c[1] + c[2]) / 3)
        const length = (v) => Math.hypot(...v)
        const shadeOf = (a, b) => {
          const [p, q] = [chroma(a), chroma(b)]
          return length(q) > 0.2 * length(p) && p[0] * q[0] + p[1] * q[1] + p[2] * q[2] > 0.96 * length(p) * length(q)
        }
        const timer = setTimeout(() => {
          map.off('render', look)
          reject(new Error(`still rgb(${pixel.slice(0, 3)}), not ${wanted}`))
        }, patience)
        // The canvas can only be read in the frame that draws it.
        function look() {
          gl.readPixels(
            Math.round((px - frame.x) * ratio),
            canvas.height - Math.round((py - frame.y) * ratio),
            1,
            1,
            gl.RGBA,
            gl.UNSIGNED_BYTE,
            pixel,
          )
          if (!shadeOf(rgb, pixel)) return
          clearTimeout(timer)
          map.off('render', look)
          resolve(Date.now())
        }
        map.on('render', look)
        map.triggerRepaint()
      }),
    [x, y, colour, PATIENCE_MS],
  )
}
