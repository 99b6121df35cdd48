// Runs of the server that take longer than a request (api/jobs/…).

import { ApiError, get, url } from './server'

export interface Job {
  id: string
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'
  done: number
  /** 0 while it is not known. */
  total: number
  message?: string
  /** Where the result is. */
  result?: string
  error?: { title: string; status: number; detail?: string }
}

/** What a job comes to. `progress` hears its share from 0 to 1 and what it says; aborting cancels it. */
export async function jobResult<T>(job: Job, progress: (share: number, message: string | undefined) => void, signal: AbortSignal): Promise<T> {
  const end = await follow(job, progress, signal)
  if (end.state !== 'done' || !end.result) throw new ApiError(end.error?.status ?? 500, end.error?.title ?? end.state, end.error?.detail ?? '')
  return get<T>(end.result.replace(/^\//, ''), signal)
}

function follow(job: Job, progress: (share: number, message: string | undefined) => void, signal: AbortSignal): Promise<Job> {
  return new Promise((resolve, reject) => {
    const events = new EventSource(url(`api/jobs/${job.id}/events`))
    const end = (then: () => void) => {
      events.close()
      signal.removeEventListener('abort', cancel)
      then()
    }
    const cancel = () => {
      void fetch(url(`api/jobs/${job.id}`), { method: 'DELETE' }).catch(() => undefined)
      end(() => reject(new DOMException('cancelled', 'AbortError')))
    }
    signal.addEventListener('abort', cancel)
    events.addEventListener('job', (event: MessageEvent<string>) => {
      const now = JSON.parse(event.data) as Job
      progress(now.total ? now.done / now.total : 0, now.message)
      if (now.state !== 'waiting' && now.state !== 'running') end(() => resolve(now))
    })
    events.onerror = () => {
      if (events.readyState === EventSource.CLOSED) end(() => reject(new ApiError(0, 'unreachable', '')))
    }
  })
}
