import { chromium } from 'playwright-core'
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--headless=new','--no-sandbox','--use-angle=swiftshader','--enable-unsafe-swiftshader','--disable-quic'] })
const p = await b.newPage({ viewport: { width: 1366, height: 768 } })
const seen = []
p.on('response', async (r) => { try { const h = await r.request().sizes(); seen.push([r.url().replace('http://127.0.0.1:18081/',''), h.responseBodySize + h.responseHeadersSize, r.request().timing().startTime]) } catch {} })
await p.goto('http://127.0.0.1:18081/')
await p.waitForFunction(() => performance.getEntriesByName('rest').length > 0, null, { timeout: 90000 })
await p.waitForTimeout(2000)
const rest = await p.evaluate(() => performance.getEntriesByName('rest')[0]?.startTime + performance.timeOrigin)
const first = seen.filter(([, , at]) => !(at >= rest))
console.log(first.reduce((s, [, n]) => s + n, 0), first.length)
for (const [u, n] of first.sort((a, b) => b[1] - a[1]).slice(0, 25)) console.log(n, u)
await b.close()
