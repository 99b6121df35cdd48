// The official divisions of China, of which a county is taken onto the map (GET api/divisions, POST …/take).

import type { Answer } from '../server'
import { get, json, send } from '../server'

export type Division = Answer<'DivisionsMatch'>
export type Taken = Answer<'DivisionsTaken'>

export async function findCounties(name: string, limit: number, signal?: AbortSignal): Promise<Division[]> {
  const query = new URLSearchParams({ q: name, limit: String(limit) })
  return (await get<Answer<'DivisionsAnswer'>>(`api/divisions?${query}`, signal)).results
}

/** Adds a county with its towns and villages, which have no places yet; what is there already stays as it is. */
export function takeCounty(code: string): Promise<Taken> {
  return json<Taken>(send('POST', `api/divisions/${code}/take`))
}
