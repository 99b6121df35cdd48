// The library of projects by year (GET api/projects).

import { narrow } from '../areas'
import type { Words } from '../layers'
import { get } from '../server'
import type { Answer } from '../server'

export type ProjectPlan = Answer<
  'ProjectPlan',
  {
    years: Answer<'ProjectYear', { sources: Record<string, number> }>[]
    wrong: { id: number; number: string; name: string; texts: Words[] }[]
  }
>

export function projectsPath(area: string | undefined, format = 'json'): string {
  const query = narrow({ year: undefined, area })
  if (format !== 'json') query.set('f', format)
  return `api/projects?${query}`
}

export function getProjects(area: string | undefined, signal: AbortSignal): Promise<ProjectPlan> {
  return get(projectsPath(area), signal)
}
