// Usage: node e2e/run.mjs [beside|alone|FILE…]: the browser tests, all without an argument.
//
// One browser for all files, two of which run at a time, each test in a context of its own: while one waits for the
// server or for a frame, the other computes. The longest begin first. Those that measure the page's own time run alone.

import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from 'node:test'
import { spec as Spec } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { BROWSER } from './harness.mjs'

const ALONE = ['frames.test.mjs']

const here = dirname(fileURLToPath(import.meta.url))
const size = (path) => statSync(path).size
const names = readdirSync(here).filter((name) => name.endsWith('.test.mjs'))
const beside = names.filter((name) => !ALONE.includes(name)).map((name) => join(here, name)).sort((a, b) => size(b) - size(a))
const alone = ALONE.map((name) => join(here, name))

const browser = await chromium.launchServer(BROWSER)
process.env.CUNTU_TEST_BROWSER = browser.wsEndpoint()
const [what, ...more] = process.argv.slice(2)
if (what === undefined) {
  await test(beside, 2)
  await test(alone, 1)
} else if (what === 'beside') await test(beside, 2)
else if (what === 'alone') await test(alone, 1)
else await test([what, ...more], 2)
await browser.close()

async function test(files, concurrency) {
  const report = run({ files, concurrency }).on('test:fail', () => (process.exitCode = 1))
  for await (const text of report.compose(new Spec())) process.stdout.write(text)
}
