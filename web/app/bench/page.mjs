// Usage: CUNTU_BIN=… CUNTU_DEMO=… LIGHTHOUSE=DIR node bench/page.mjs [RUNS]
//
// The page's first view beside a bare MapLibre page with the same tiles and shaded ground: for how long each blocks the
// main thread (Lighthouse's total blocking time, desktop), when its first map is drawn, and how much script it loads and
// does not use. Runs alternate, since a machine has its moods; medians are told. LIGHTHOUSE is a folder whose
// node_modules has lighthouse.

import { spawn } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const RUNS = Number(process.argv[2] ?? 5)
const AT_MOST = 1.5
const CHROME = process.env.CUNTU_CHROMIUM ?? '/usr/bin/chromium'
const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
]
const here = new URL('.', import.meta.url)
const modules = createRequire(pathToFileURL(join(process.env.LIGHTHOUSE, 'package.json')))
const load = async (name) => import(pathToFileURL(modules.resolve(name)).href)
const { default: lighthouse, desktopConfig } = await load('lighthouse')
const { launch } = await load('chrome-launcher')

const place = await mkdtemp(join(tmpdir(), 'cuntu-bench-'))
const store = join(place, 'demo.gpkg')
await copyFile(process.env.CUNTU_DEMO, store)
const port = 18500 + Math.floor(Math.random() * 400)
const server = spawn(process.env.CUNTU_BIN, ['serve', '--store', store, '--addr', `127.0.0.1:${port}`], { stdio: 'ignore' })
for (let ready = false; !ready; ) {
  ready = await fetch(`http://127.0.0.1:${port}/readyz`).then((r) => r.ok, () => false)
  if (!ready) await new Promise((resolve) => setTimeout(resolve, 100))
}

// Both pages come through the same door, so that the way is the same for both.
const own = {
  'bare.html': 'text/html',
  'bench/bare.mjs': 'text/javascript',
  'bench/maplibre-gl.mjs': 'text/javascript',
  'bench/maplibre-gl-shared.mjs': 'text/javascript',
  'bench/maplibre-gl-worker.mjs': 'text/javascript',
  'bench/maplibre-gl.css': 'text/css',
}
const door = createServer(async (q, a) => {
  const path = q.url.slice(1).split('?')[0]
  if (own[path]) {
    const name = path.replace('bench/', '')
    const body = await readFile(new URL(name.startsWith('bare') ? name : `../node_modules/maplibre-gl/dist/${name}`, here))
    a.writeHead(200, { 'content-type': own[path] }).end(body)
    return
  }
  const on = request({ port, host: '127.0.0.1', path: q.url, method: q.method, headers: q.headers }, (r) => {
    a.writeHead(r.statusCode, r.headers)
    r.pipe(a)
  })
  on.on('error', () => a.destroy())
  a.on('close', () => on.destroy())
  q.pipe(on)
}).listen(0, '127.0.0.1')
await new Promise((resolve) => door.once('listening', resolve))
const base = `http://127.0.0.1:${door.address().port}/`

async function measure(address) {
  const chrome = await launch({ chromePath: CHROME, chromeFlags: FLAGS, ignoreDefaultFlags: false })
  try {
    const flags = {
      port: chrome.port,
      onlyAudits: ['total-blocking-time', 'unused-javascript', 'user-timings', 'bootup-time', 'mainthread-work-breakdown'],
      throttlingMethod: 'provided',
      logLevel: 'error',
    }
    const { lhr } = await lighthouse(address, flags, desktopConfig)
    if (lhr.runtimeError) throw new Error(lhr.runtimeError.message)
    const mark = lhr.audits['user-timings'].details?.items.find((i) => i.name === 'drawn')
    return {
      blocking: lhr.audits['total-blocking-time'].numericValue,
      drawn: mark?.startTime ?? NaN,
      unused: (lhr.audits['unused-javascript'].details?.items ?? []).reduce((n, i) => n + i.wastedBytes, 0) / 1024,
      script: (lhr.audits['bootup-time'].details?.items ?? []).reduce((n, i) => n + i.scripting, 0),
    }
  } finally {
    await chrome.kill()
  }
}

const pages = { bare: `${base}bare.html`, page: base }
const runs = { bare: [], page: [] }
try {
  for (let i = 0; i < RUNS; i++) for (const [name, address] of Object.entries(pages)) runs[name].push(await measure(address))
} finally {
  door.close()
  door.closeAllConnections()
  server.kill()
  await rm(place, { recursive: true, force: true })
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]
const figures = (name, key) => runs[name].map((r) => r[key])
console.log(`${'medians of ' + RUNS}`.padEnd(30), 'bare'.padStart(8), 'page'.padStart(8))
for (const [key, title] of [
  ['blocking', 'blocks the main thread, ms'],
  ['drawn', 'first map drawn, ms'],
  ['script', 'runs script, ms'],
  ['unused', 'script not used, KiB'],
]) {
  const [bare, page] = [median(figures('bare', key)), median(figures('page', key))]
  console.log(
    title.padEnd(30),
    bare.toFixed(0).padStart(8),
    page.toFixed(0).padStart(8),
    key === 'blocking' ? `  ratio ${(page / bare).toFixed(2)}${page / bare > AT_MOST ? `  ABOVE ${AT_MOST}` : ''}` : '',
  )
}
if (process.env.BENCH_ALL) console.log(JSON.stringify(runs))
