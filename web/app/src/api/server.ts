// How the page speaks with its server. Paths are relative to the page, so that the app works
// under a prefix; no other host is ever asked.

import type { components } from './schema'

type Schemas = components['schemas']

/** An answer by its name in the OpenAPI document. Exact is what the document leaves open or says in wider terms. */
export type Answer<Name extends keyof Schemas, Exact = unknown> = Omit<Schemas[Name], keyof Exact> & Exact

/** Problem details of RFC 9457, as far as the page reads them. */
export interface Problem {
  title?: string
  detail?: string
  status?: number
  errors?: { parameter: string; detail: string }[]
  /** The feature as it is now, null where it is gone, where an edit was made of another state. */
  current?: unknown
  /** The index of the edit in its batch. */
  edit?: number
}

/** An answer of RFC 9457 problem details, or of a server that could not be reached (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly problem: Problem = {},
  ) {
    super(detail || title)
  }
}

/** The absolute address of a path of this server. */
export function url(path: string): string {
  const base = document.baseURI.replace(/[?#].*$/, '').replace(/[^/]*$/, '')
  return base + path
}

let moment: string | undefined

/** From now on states are asked for as they were at a moment (an ISO 8601 time); undefined is the present. */
export function asOf(to: string | undefined): void {
  moment = to
}

const QUESTIONS = [
  'areas', 'catchment', 'coverage', 'locate', 'near', 'outlines', 'procedures', 'programme', 'progress', 'projects(?!/)', 'route', 'search',
  'summary', 'villages', 'watching', 'siting(?!/scenarios)',
].join('|')

/** What can be asked of an earlier state; a test holds it beside the OpenAPI document. */
export const ofStates = new RegExp(
  `^(tiles/(?!dem)[^/]+(\\.json$|/.+\\.m[lv]t$)|api/(export|features(?!/[^/]+/[^/]+/comments)|${QUESTIONS})(/|$))`,
)

/** The path as it asks for the moment that is looked at. */
export function ofMoment(path: string): string {
  const [bare = '', query] = path.split('?')
  if (!moment || !ofStates.test(bare)) return path
  return `${bare}?${query ? `${query}&` : ''}datetime=${encodeURIComponent(moment)}`
}

export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return json<T>(ask(path, { headers: { accept: 'application/json' }, ...(signal ? { signal } : {}) }))
}

/** What get gives, and the tag of this state of it. */
export async function getTagged<T>(path: string, signal?: AbortSignal): Promise<T & { etag: string }> {
  const answer = await ask(path, { headers: { accept: 'application/json' }, ...(signal ? { signal } : {}) })
  return { ...((await answer.json()) as T), etag: answer.headers.get('etag') ?? '' }
}

export function post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const headers = { accept: 'application/json', 'content-type': 'application/json' }
  return json<T>(ask(path, { method: 'POST', headers, body: JSON.stringify(body), ...(signal ? { signal } : {}) }))
}

const TOKEN = 'cuntu.token'

/** The token that the operator gave this person, for as long as the tab lives. */
export const token = {
  get: () => sessionStorage.getItem(TOKEN) ?? '',
  set: (value: string) => sessionStorage.setItem(TOKEN, value),
}

/** Sends what changes something, in the name of the person who holds the token; an object goes as JSON. */
export function send(method: string, path: string, body?: object, more: Record<string, string> = {}): Promise<Response> {
  // A form of another site's page cannot send this header.
  const headers: Record<string, string> = { 'x-cuntu': '1', ...more }
  if (token.get()) headers['authorization'] = `Bearer ${token.get()}`
  if (body === undefined || body instanceof FormData) return ask(path, { method, headers, ...(body ? { body } : {}) })
  headers['content-type'] = 'application/json'
  return ask(path, { method, headers, body: JSON.stringify(body) })
}

export async function json<T>(answer: Promise<Response>): Promise<T> {
  return (await (await answer).json()) as T
}

async function ask(path: string, request: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(url(ofMoment(path)), request)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, 'unreachable', String(error))
  }
  if (response.ok) return response
  const said = (await response.json().catch(() => ({}))) as Problem
  throw new ApiError(response.status, said.title ?? response.statusText, said.detail ?? '', said)
}
