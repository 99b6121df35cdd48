// How the page speaks with its server. Paths are relative to the page, so that the app works
// under a prefix; no other host is ever asked.

import type { components } from './schema'

type Schemas = components['schemas']

/** An answer by its name in the OpenAPI document. Exact is what the document leaves open or says in wider terms. */
export type Answer<Name extends keyof Schemas, Exact = unknown> = Omit<Schemas[Name], keyof Exact> & Exact

/** An answer of RFC 9457 problem details, or of a server that could not be reached (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
  ) {
    super(detail || title)
  }
}

/** The absolute address of a path of this server. */
export function url(path: string): string {
  const base = document.baseURI.replace(/[?#].*$/, '').replace(/[^/]*$/, '')
  return base + path
}

export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return json<T>(ask(path, { headers: { accept: 'application/json' }, ...(signal ? { signal } : {}) }))
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
export function send(method: string, path: string, body?: object): Promise<Response> {
  const headers: Record<string, string> = {}
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
    response = await fetch(url(path), request)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, 'unreachable', String(error))
  }
  if (response.ok) return response
  const said = (await response.json().catch(() => ({}))) as { title?: string; detail?: string }
  throw new ApiError(response.status, said.title ?? response.statusText, said.detail ?? '')
}
