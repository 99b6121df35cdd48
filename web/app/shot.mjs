import { chromium } from 'playwright-core'
const shots = JSON.parse(process.argv[2])
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--headless=new','--no-sandbox','--use-angle=swiftshader','--enable-unsafe-swiftshader','--disable-quic'] })
for (const s of shots) {
  const p = await b.newPage({ viewport: s.phone ? { width: 390, height: 844 } : { width: 1366, height: 768 }, colorScheme: s.dark ? 'dark' : 'light' })
  let bytes = 0
  const errors = []
  p.on('response', async (r) => { try { const h = await r.request().sizes(); bytes += h.responseBodySize } catch {} })
  p.on('console', (m) => m.type() === 'error' && errors.push(m.text()))
  await p.goto('http://127.0.0.1:18081/' + (s.path ?? ''))
  const at = Date.now()
  await p.waitForFunction(() => performance.getEntriesByName('drawn').length > 0, null, { timeout: 90000 }).catch(() => console.log('not drawn'))
  await p.waitForTimeout(s.wait ?? 3000)
  if (s.click) { await p.mouse.click(...s.click); await p.waitForTimeout(3000) }
  if (s.hover) { await p.mouse.move(...s.hover); await p.waitForTimeout(1500) }
  await p.screenshot({ path: `/tmp/w/try/${s.name}.png` })
  console.log(s.name, bytes, Date.now() - at, errors.slice(0, 5))
  await p.close()
}
await b.close()
