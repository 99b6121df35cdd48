// The rooms of the app, read from its sources: no circles, no question outside api/, no text outside words/.

import { describe, expect, it } from 'vitest'

const sources = import.meta.glob<string>('../src/**/*.{ts,vue}', { eager: true, query: '?raw', import: 'default' })
const modules = new Map(Object.entries(sources).map(([path, text]) => [path.replace('../src/', ''), text]))

/** The modules that one imports at once; what it loads later may import it. */
function importsOf(path: string): string[] {
  const found = [...(modules.get(path) ?? '').matchAll(/^(?:import|export)\s[^'"]*?from '(\.[^']+)'/gm)]
  const names = found.flatMap(([, to = '']) => {
    const parts = path.split('/').slice(0, -1)
    for (const part of to.split('/')) {
      if (part === '..') parts.pop()
      else if (part !== '.') parts.push(part)
    }
    const base = parts.join('/')
    const name = [base, `${base}.ts`, base ? `${base}/index.ts` : 'index.ts'].find((p) => modules.has(p))
    return name ? [name] : []
  })
  return [...new Set(names)]
}

/** A circle of modules, the first of which is its last too. */
function circle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>()
  const visit = (at: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(at)) return [...way.slice(way.indexOf(at)), at]
    if (done.has(at)) return undefined
    for (const to of graph.get(at) ?? []) {
      const found = visit(to, [...way, at])
      if (found) return found
    }
    done.add(at)
    return undefined
  }
  for (const from of graph.keys()) {
    const found = visit(from, [])
    if (found) return found
  }
  return undefined
}

const named = (pattern: RegExp, but: (path: string) => boolean) =>
  [...modules].flatMap(([path, text]) =>
    but(path) ? [] : text.split('\n').flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
  )

describe('the modules of the app', () => {
  const graph = new Map([...modules.keys()].map((path) => [path, importsOf(path)]))

  it('are read', () => {
    expect(graph.get('main.ts')).toContain('state/state.ts')
    expect(graph.get('api/near.ts')).toEqual(['api/server.ts'])
    expect(circle(new Map([['a', ['b']], ['b', ['c']], ['c', ['b']]]))).toEqual(['b', 'c', 'b'])
  })

  it('go in no circle', () => {
    expect(circle(graph)).toBeUndefined()
  })

  it('ask the server in api/ alone', () => {
    expect(named(/\bfetch\(|new EventSource|XMLHttpRequest|\bget<|\bpost</, (p) => p.startsWith('api/'))).toEqual([])
  })

  it('keep their texts in words/', () => {
    const quoted = /^(?!\s*(\/\/|\*|\/\*\*)).*\p{Script=Han}/u
    expect(named(quoted, (p) => p.startsWith('words/'))).toEqual([])
  })

  it('have names of one style', () => {
    const odd = [...modules.keys()].filter((p) => !/^([a-z][a-zA-Z]*\/)*([a-z][a-zA-Z]*\.ts|[A-Z][a-zA-Z]*\.vue)$/.test(p))
    expect(odd).toEqual([])
  })

  it('lie in folders of some twenty at most', () => {
    const folders = new Map<string, number>()
    for (const path of modules.keys()) {
      const folder = path.split('/').slice(0, -1).join('/')
      folders.set(folder, (folders.get(folder) ?? 0) + 1)
    }
    expect([...folders].filter(([, n]) => n > 22)).toEqual([])
  })
})
