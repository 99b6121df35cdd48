// What this person has edited since the page was opened, to be undone and done again. Each is a batch: all of it goes back, or
// none, where somebody else has changed a part of it since.

import type { Done, Edit } from '../api/editing/edits'
import { changedValues, sameGeometry } from './merge'
import type { Shape } from './merge'

/** A feature under the tag that it has now. One that is deleted and put back has another id then. */
export interface Target {
  layer: string
  id: number
  etag: string
}

/** What became of a feature: null is that it is not there. */
export interface Change {
  target: Target
  before: Shape | null
  after: Shape | null
}

/** The edits that make changes, or take them back. */
export function editsOf(changes: readonly Change[], back = false): Edit[] {
  return (back ? [...changes].reverse() : changes).map(({ target, before, after }) => {
    const [from, to] = back ? [after, before] : [before, after]
    const { layer, id, etag: base } = target
    if (!to) return { op: 'delete', layer, id, base }
    if (!from) return { op: 'insert', layer, values: to.values, geometry: to.geometry }
    const values = changedValues(from.values, to.values)
    const moved = sameGeometry(from.geometry, to.geometry) ? {} : { geometry: to.geometry }
    return { op: 'update', layer, id, base, values, ...moved }
  })
}

export class History {
  private done: Change[][] = []
  private undone: Change[][] = []
  private readonly targets = new Map<string, Target>()

  constructor(private readonly submit: (edits: Edit[], reason?: string) => Promise<Done[]>) {}

  get canUndo(): boolean {
    return this.done.length > 0
  }

  get canRedo(): boolean {
    return this.undone.length > 0
  }

  /** Does changes, which then can be undone; their targets have the ids and tags that they got. */
  async commit(changes: Change[], reason?: string): Promise<Target[]> {
    for (const c of changes) c.target = this.known(c.target)
    await this.go(changes, false, reason)
    this.done.push(changes)
    this.undone = []
    return changes.map((c) => c.target)
  }

  /** What would be undone, or done again. */
  next(back: boolean): readonly Change[] | undefined {
    return (back ? this.done : this.undone).at(-1)
  }

  async undo(): Promise<Change[] | undefined> {
    return this.move(this.done, this.undone, true)
  }

  async redo(): Promise<Change[] | undefined> {
    return this.move(this.undone, this.done, false)
  }

  private async move(from: Change[][], to: Change[][], back: boolean): Promise<Change[] | undefined> {
    const changes = from.at(-1)
    if (!changes) return undefined
    await this.go(changes, back)
    from.pop()
    to.push(changes)
    return changes
  }

  private async go(changes: Change[], back: boolean, reason?: string): Promise<void> {
    const answers = await this.submit(editsOf(changes, back), reason)
    const inOrder = back ? [...changes].reverse() : changes
    inOrder.forEach(({ target }, i) => {
      target.id = answers[i]?.id ?? target.id
      target.etag = answers[i]?.etag ?? target.etag
      this.targets.set(`${target.layer}/${target.id}`, target)
    })
  }

  /** The target that stands for the feature in earlier changes, under the tag with which it was read just now. */
  private known(target: Target): Target {
    const before = target.id ? this.targets.get(`${target.layer}/${target.id}`) : undefined
    return before ? Object.assign(before, { etag: target.etag }) : target
  }
}
