// Runs of the server that take longer than a request (api/jobs/…).

import { ApiError, get, json, send, url } from './server'
import type { Answer } from './server'

export type Job = Answer<'JobStatus', { state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' }>

/** What a job comes to. `progress` hears its share from 0 to 1 and what it says; aborting cancels it. */
export async function jobResult<T>(
  job: Job,
  progress: (share: number, message: string | undefined) => void,
  signal: AbortSignal,
): Promise<T> {
  const cancel = () => void cancelJob(job.id).catch(() => undefined)
  signal.addEventListener('abort', cancel)
  try {
    const end = await followJob(job, (now) => progress(now.total ? now.done / now.total : 0, now.message), signal)
    const result = await resultOf<T>(end)
    if (result === undefined) throw new ApiError(500, end.state, '')
    return result
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

/** What a job that has ended came to; undefined where it was cancelled or has nothing to give. */
export async function resultOf<T>(end: Job): Promise<T | undefined> {
  if (end.error) throw new ApiError(end.error.status, end.error.title, end.error.detail ?? '')
  return end.state === 'done' && end.result ? get<T>(end.result.replace(/^\//, '')) : undefined
}

/** Whether a job has yet to end. */
export const pending = (job: Job): boolean => job.state === 'waiting' || job.state === 'running'

/** All jobs of the store, whoever started them on whichever server, the newest first. */
export async function allJobs(): Promise<Job[]> {
  return (await json<{ jobs: Job[] }>(send('GET', 'api/jobs'))).jobs
}

/** Cancels a job, or forgets one that has ended. */
export async function cancelJob(id: string): Promise<void> {
  await send('DELETE', `api/jobs/${id}`)
}

/** The job as it ends; `hear` is told how far it is. */
export function followJob(job: Job, hear: (now: Job) => void, signal?: AbortSignal): Promise<Job> {
  return new Promise((resolve, reject) => {
    const events = new EventSource(url(`api/jobs/${job.id}/events`))
    const end = (then: () => void) => {
      events.close()
      signal?.removeEventListener('abort', stop)
      then()
    }
    const stop = () => end(() => reject(new DOMException('cancelled', 'AbortError')))
    signal?.addEventListener('abort', stop)
    events.addEventListener('job', (event: MessageEvent<string>) => {
      const now = JSON.parse(event.data) as Job
      hear(now)
      if (!pending(now)) end(() => resolve(now))
    })
    events.onerror = () => {
      if (events.readyState === EventSource.CLOSED) end(() => reject(new ApiError(0, 'unreachable', '')))
    }
  })
}
