// The audit log, for the audit administrator (api/audit).

import type { Answer } from '../server'
import { get } from '../server'

export type Act = Answer<'DataAct'>
export type Acts = Answer<'WitnessList', { acts: Act[] }>
export type Verdict = Answer<'AuditVerdict', { wrong: string[] }>

/** Which acts are asked for; what is left out does not narrow. */
export interface Ask {
  verb?: string | undefined
  outcome?: string | undefined
  actor?: string | undefined
  q?: string | undefined
  since?: string | undefined
  after?: number | undefined
}

export function listActs(ask: Ask, signal?: AbortSignal): Promise<Acts> {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(ask)) if (value !== undefined && value !== '') params.set(name, String(value))
  return get<Acts>(`api/audit?${params}`, signal)
}

export const getVerdict = () => get<Verdict>('api/audit/verdict')
