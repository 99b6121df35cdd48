import { readFileSync } from 'node:fs'
import { createConfig, lint } from '@redocly/openapi-core'
import openapiTS, { astToString } from 'openapi-typescript'
import { expect, it } from 'vitest'

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
