import { readFileSync } from 'node:fs'
import { createConfig, lint } from '@redocly/openapi-core'
import openapiTS, { astToString } from 'openapi-typescript'
import { expect, it } from 'vitest'
import { asOf, ofMoment, ofStates } from '../src/api/server'

const file = new URL('../../testdata/openapi.json', import.meta.url)

it('the OpenAPI document is valid by an independent validator', async () => {
  const config = await createConfig({ extends: ['spec'] })
  const problems = await lint({ ref: file.pathname, config })
  expect(problems.map((p) => `${p.location[0]?.pointer}: ${p.message}`)).toEqual([])
})

it("the client's types are those of the OpenAPI document", async () => {
  const types = astToString(await openapiTS(file))
  const kept = readFileSync(new URL('../src/api/schema.ts', import.meta.url), 'utf8')
  expect(kept.slice(kept.indexOf('export')), 'npm run api makes them anew').toBe(types.slice(types.indexOf('export')))
})

it('the client asks for a moment where the document says that can be', () => {
  type Operation = { parameters?: { name: string }[] }
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as { paths: Record<string, Record<string, Operation>> }
  let moments = 0
  for (const [path, operations] of Object.entries(paths)) {
    if (path.startsWith('/ogc')) continue // where datetime= is the features' own time
    const can = Object.values(operations).some((o) => o.parameters?.some((p) => p.name === 'datetime'))
    expect(ofStates.test(path.slice(1)), path).toBe(can)
    if (can) moments++
  }
  expect(moments).toBeGreaterThan(20)
  asOf('2026-11-24T00:00:00.000Z')
  expect(ofMoment('api/near?k=3')).toBe('api/near?k=3&datetime=2026-11-24T00%3A00%3A00.000Z')
  expect(ofMoment('api/history')).toBe('api/history')
  asOf(undefined)
  expect(ofMoment('api/near')).toBe('api/near')
})
