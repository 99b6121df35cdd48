// Who uses the page, as the server has it.

import { shallowRef } from 'vue'
import { getSession, signOut } from '../api/people/account'
import type { Session } from '../api/people/account'

/** Undefined until the server has said. */
export const session = shallowRef<Session>()

/** Why somebody who was signed in is not any more. */
export const ended = shallowRef<'idle' | 'expired'>()

const setup = /^#setup=([A-Z0-9]+)$/.exec(globalThis.location?.hash ?? '')?.[1]
if (setup) history.replaceState(null, '', location.pathname + location.search) // nobody reads it over a shoulder

/** The code of the one-time address by which the page was opened. */
export const setupCode = setup

export async function loadSession(): Promise<void> {
  try {
    const now = await getSession()
    if (session.value?.state === 'in' && now.state === 'out') ended.value = 'expired'
    session.value = now
  } catch {
    // A server without accounts answers nothing, and one that is away will.
  }
}

/** Everything on the page is what its reader may see: it is made anew for another one. */
export function begin(): void {
  location.reload()
}

export async function leave(): Promise<void> {
  await signOut()
  begin()
}

const USED = 'cuntu.used'
const LOOK_MS = 20_000

/** Signs out who has not touched the page for as long as the rules allow, in whichever tab: what the page asks by itself is no use. */
export function watchIdle(): () => void {
  const touch = () => localStorage.setItem(USED, String(Date.now()))
  const look = () => {
    const now = session.value
    if (now?.state !== 'in' || Date.now() - Number(localStorage.getItem(USED)) < now.idle_seconds * 1000) return
    void signOut()
      .catch(() => {}) // the server ends it by itself
      .then(loadSession)
      .then(() => (ended.value = 'idle'))
  }
  touch()
  const events = ['pointerdown', 'keydown'] as const
  events.forEach((e) => addEventListener(e, touch, { passive: true }))
  const timer = setInterval(look, LOOK_MS)
  return () => {
    clearInterval(timer)
    events.forEach((e) => removeEventListener(e, touch))
  }
}
