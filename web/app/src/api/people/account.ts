// Signing in, one's own account, and the administration of accounts (api/session, api/users, api/tokens).

import type { Answer } from '../server'
import { get, json, send } from '../server'

export type Session = Answer<'AccountSession'>
export type User = Answer<'AccountUser'>
export type Users = Answer<'AccountUsers', { users: User[] }>
export type Grant = Answer<'AccessGrant'>
export type HeldRole = Answer<'AccountHeldRole'>
export type Token = Answer<'AccountToken'>
export type Enrolment = Answer<'AccountEnrolment'>

/** What is set of a user; what is left out stays as it is. */
export interface UserChange {
  login?: string
  name?: string
  unit?: string
  disabled?: boolean
  /** The year 1 is never. */
  expires?: string
  admin?: string[]
  roles?: HeldRole[]
  grants?: Grant[]
  confirm?: boolean
  unlock?: boolean
  drop_factor?: boolean
}

export const getSession = () => get<Session>('api/session')
export const signIn = (login: string, password: string) => json<Session>(send('POST', 'api/session', { login, password }))
export const signOut = () => send('DELETE', 'api/session')
export const secondFactor = (code: string) => json<Session>(send('POST', 'api/session/totp', { code }))

export function changePassword(old: string, chosen: string): Promise<Session> {
  return json<Session>(send('POST', 'api/session/password', { old, new: chosen }))
}

export const enrol = (password: string) => json<Enrolment>(send('POST', 'api/session/factor', { password }))

/** The codes for when the device is lost. */
export async function endEnrol(code: string): Promise<string[]> {
  return (await json<{ recovery: string[] }>(send('PUT', 'api/session/factor', { code }))).recovery
}

export interface FirstAccounts {
  code: string
  single: boolean
  login: string
  name: string
  password: string
  system?: string
  audit?: string
}

/** Makes the first accounts, and tells the passwords for the first time, by login. */
export async function setUp(said: FirstAccounts): Promise<Record<string, string>> {
  return (await json<{ passwords: Record<string, string> }>(send('POST', 'api/setup', said))).passwords
}

export const getUsers = () => get<Users>('api/users')
export const addUser = (user: UserChange) => json<{ user: User; password: string }>(send('POST', 'api/users', user))
export const changeUser = (id: string, change: UserChange) => json<User>(send('PATCH', `api/users/${id}`, change))

export async function resetPassword(id: string): Promise<string> {
  return (await json<{ password: string }>(send('POST', `api/users/${id}/password`))).password
}

export const setProfile = (profile: string) => json<Session>(send('PATCH', 'api/policy', { profile }))

export async function getTokens(): Promise<Token[]> {
  return (await get<{ tokens: Token[] }>('api/tokens')).tokens
}

export interface TokenWish {
  name: string
  verbs: string[]
  layers: string[] | null
  area: string
  expires: string
}

/** Makes a token, and tells its text this once. */
export async function addToken(wish: TokenWish): Promise<string> {
  return (await json<{ text: string }>(send('POST', 'api/tokens', wish))).text
}

export const dropToken = (id: string) => send('DELETE', `api/tokens/${id}`)
