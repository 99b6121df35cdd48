// Whose map it is, as the server keeps it for every page and print.

import type { Answer } from '../server'
import { get, json, send } from '../server'

export type Office = Answer<'StartOffice'>

export function getOffice(): Promise<Office> {
  return get<Office>('api/office')
}

export function putOffice(office: Omit<Office, 'mine'>): Promise<Office> {
  return json<Office>(send('PUT', 'api/office', office))
}
