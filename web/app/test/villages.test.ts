import { describe, expect, it } from 'vitest'
import { orderedBy } from '../src/ui/villages'

const village = (code: string, people: number | null) => ({
  id: Number(code),
  code,
  name: `v${code}`,
  town_name: '',
  county_name: '',
  lon: null,
  lat: null,
  why: [],
  people,
})
const villages = [village('3', 20), village('1', null), village('2', 300)]
const columns = [{ key: 'people', title: '', value: (v: (typeof villages)[number]) => v.people, text: () => '' }]
const codes = (by: string, rising: boolean) => orderedBy(villages, columns, { by, rising }).map((v) => v.code)

describe('a list of villages', () => {
  it('is sorted by code, which keeps towns together, where it is sorted by name', () => {
    expect(codes('name', true)).toEqual(['1', '2', '3'])
    expect(codes('name', false)).toEqual(['3', '2', '1'])
  })

  it('has those of which nothing is known last, the greatest first', () => {
    expect(codes('people', false)).toEqual(['2', '3', '1'])
  })

  it('leaves the list that it is given as it was', () => {
    codes('people', true)
    expect(villages.map((v) => v.code)).toEqual(['3', '1', '2'])
  })
})
