import { describe, expect, it } from 'vitest'
import type { Position } from 'geojson'
import { faultOf, readValue } from '../src/edit/check'
import { History } from '../src/edit/history'
import { snap, split } from '../src/edit/lines'
import { merge } from '../src/edit/merge'
import type { Shape } from '../src/edit/merge'
import type { Done, Edit } from '../src/api/editing/edits'
import type { Field } from '../src/api/layers'

const field = (f: Partial<Field>): Field => ({ id: 'f', type: 'text', title: { zh: '字段', en: 'field' }, ...f })

describe('what a field allows', () => {
  it.each([
    [{ required: true }, null, 'required'],
    [{ type: 'int' }, 1.5, 'whole'],
    [{ type: 'int' }, '四', 'whole'],
    [{ type: 'float' }, 'x', 'number'],
    [{ type: 'float', min: 0, max: 100 }, 100.5, 'range'],
    [{ type: 'year' }, 17, 'year'],
    [{ type: 'code' }, '61100', 'code'],
    [{ type: 'date' }, '2017-02-31x', 'date'],
    [{ values: [{ value: 'a', title: { zh: '', en: '' } }] }, 'b', 'choice'],
    [{ type: 'list', values: [{ value: 'a', title: { zh: '', en: '' } }] }, 'a,b', 'choice'],
  ] as const)('refuses of %j the value %j', (of, value, kind) => {
    expect(faultOf(field(of as Partial<Field>), value)?.kind).toBe(kind)
  })
  it.each([
    [{}, null],
    [{ type: 'int' }, 3],
    [{ type: 'float', min: 0 }, 0],
    [{ type: 'code' }, '611002001'],
    [{ type: 'date' }, '2017-05-31'],
    [{ type: 'bool' }, false],
  ] as const)('takes of %j the value %j', (of, value) => expect(faultOf(field(of as Partial<Field>), value)).toBeUndefined())
  it('reads numbers that are typed in full width, and leaves what is none to be mended', () => {
    expect(readValue(field({ type: 'float' }), ' １２．５ ')).toBe(12.5)
    expect(readValue(field({ type: 'int' }), '四')).toBe('四')
    expect(readValue(field({ type: 'text' }), '  ')).toBeNull()
  })
})

describe('a merge of three states', () => {
  const shape = (values: Shape['values'], geometry: Shape['geometry'] = null): Shape => ({ values, geometry })
  const point = (x: number): Shape['geometry'] => ({ type: 'Point', coordinates: [x, 0] })

  it('takes what only one has changed, and asks of what both have', () => {
    const merged = merge(shape({ a: 1, b: 1, c: 1, d: 1 }), shape({ a: 2, b: 1, c: 3, d: 5 }), shape({ a: 1, b: 2, c: 4, d: 5 }))
    expect(merged.shape.values).toEqual({ a: 2, b: 2, c: 4, d: 5 })
    expect(merged.theirs).toEqual(['a'])
    expect(merged.conflicts).toEqual([{ cell: 'c', base: 1, theirs: 3, mine: 4 }])
  })
  it('takes geometry for one cell', () => {
    expect(merge(shape({}, point(1)), shape({}, point(2)), shape({}, point(1))).shape.geometry).toEqual(point(2))
    expect(merge(shape({}, point(1)), shape({}, point(1)), shape({}, point(3))).shape.geometry).toEqual(point(3))
    expect(merge(shape({}, point(1)), shape({}, point(2)), shape({}, point(3))).conflicts.map((c) => c.cell)).toEqual(['geometry'])
  })
  it('loses no value that is not among the conflicts', () => {
    for (let n = 0; n < 2000; n++) {
      const pick = () => Math.floor(Math.random() * 3)
      const [base, theirs, mine] = [0, 1, 2].map(() => shape({ a: pick(), b: pick() })) as [Shape, Shape, Shape]
      const { shape: got, conflicts } = merge(base, theirs, mine)
      for (const id of ['a', 'b']) {
        const asked = conflicts.some((c) => c.cell === id)
        for (const side of [theirs, mine]) {
          if (side.values[id] !== base.values[id] && !asked) expect(got.values[id]).toBe(side.values[id])
        }
      }
      expect(merge(base, base, mine).shape).toEqual(mine)
    }
  })
})

describe('lines that meet', () => {
  const line: Position[] = [[110, 33], [110.01, 33], [110.02, 33]]
  const project = ([lon = 0, lat = 0]: Position) => ({ x: (lon - 110) * 1e5, y: (lat - 33) * 1e5 })

  it('snap to a vertex before what lies between two, and to nothing that is far', () => {
    expect(snap([{ id: 7, coordinates: line }], { x: 1003, y: 4 }, 12, project)).toMatchObject({ line: 7, at: 1, vertex: true })
    const edge = snap([{ id: 7, coordinates: line }], { x: 500, y: 5 }, 12, project)
    expect(edge).toMatchObject({ line: 7, at: 0, vertex: false, position: [110.005, 33] })
    expect(snap([{ id: 7, coordinates: line }], { x: 500, y: 20 }, 12, project)).toBeUndefined()
  })
  it('split where they are met, at a vertex or between two, and not at their ends', () => {
    expect(split(line, [[110.005, 33]])).toEqual([[[110, 33], [110.005, 33]], [[110.005, 33], [110.01, 33], [110.02, 33]]])
    expect(split(line, [[110.01, 33]])).toEqual([[[110, 33], [110.01, 33]], [[110.01, 33], [110.02, 33]]])
    expect(split(line, [[110, 33], [110.02, 33], [110.5, 33]])).toEqual([line])
    expect(split(line, [[110.015, 33], [110.005, 33], [110.005, 33]])).toHaveLength(3)
  })
})

describe('the history of edits', () => {
  const at = (id: number, etag: string) => ({ layer: 'road', id, etag })
  const shape = (name: string): Shape => ({ values: { name }, geometry: null })

  /** A store of tags alone, which gives ids. */
  function store(): { sent: Edit[][]; submit: (edits: Edit[]) => Promise<Done[]> } {
    const sent: Edit[][] = []
    let next = 100
    return {
      sent,
      submit: (edits) => {
        sent.push(edits)
        return Promise.resolve(edits.map((e) => ({ id: e.id ?? next++, ...(e.op === 'delete' ? {} : { etag: `"t${sent.length}"` }) })))
      },
    }
  }

  it('undoes and does again with the tags of what is there then', async () => {
    const { sent, submit } = store()
    const history = new History(submit)
    await history.commit([{ target: at(1, '"t0"'), before: shape('a'), after: shape('b') }])
    await history.commit([{ target: at(1, '"t1"'), before: shape('b'), after: shape('c') }])
    await history.undo()
    await history.undo()
    await history.redo()
    expect(sent.map((e) => [e[0]?.base, e[0]?.values])).toEqual([
      ['"t0"', { name: 'b' }], ['"t1"', { name: 'c' }], ['"t2"', { name: 'b' }], ['"t3"', { name: 'a' }], ['"t4"', { name: 'b' }],
    ])
  })
  it('knows a deleted feature by the id under which it came back', async () => {
    const { sent, submit } = store()
    const history = new History(submit)
    await history.commit([{ target: at(1, '"t0"'), before: shape('a'), after: shape('b') }])
    await history.commit([{ target: at(1, '"t1"'), before: shape('b'), after: null }])
    await history.undo()
    await history.undo()
    expect(sent[2]?.[0]).toMatchObject({ op: 'insert', values: { name: 'b' } })
    expect(sent[3]?.[0]).toMatchObject({ op: 'update', id: 100, base: '"t3"', values: { name: 'a' } })
  })
  it('keeps what could not be undone', async () => {
    let broken = false
    const history = new History((edits) => {
      if (broken) return Promise.reject(new Error('changed'))
      return Promise.resolve(edits.map(() => ({ id: 1, etag: '"t"' })))
    })
    await history.commit([{ target: at(1, '"t0"'), before: shape('a'), after: shape('b') }])
    broken = true
    await expect(history.undo()).rejects.toThrow('changed')
    expect([history.canUndo, history.canRedo]).toEqual([true, false])
  })
})
