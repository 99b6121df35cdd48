// Usage: node .ci/circles.mjs DIR
//
// Prints the circles among the modules (.ts, .vue) under DIR, one a line: modules that import each other, straight or
// by way of others. An import of types is an import. One that is made at run time, import(), is not: what is loaded
// later may look back at what loads it.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const root = process.argv[2]
const modules = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(ts|vue)$/.test(entry.name))
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
if (modules.length === 0) throw new Error(`no module under ${root}`)
const imports = new Map(modules.map((path) => [path, importsOf(path)]))
for (const circle of circles()) {
  if (circle.length > 1 || imports.get(circle[0]).includes(circle[0])) {
    console.log(circle.map((path) => relative(root, path)).sort().join(' '))
  }
}

function importsOf(path) {
  const text = readFileSync(path, 'utf8')
  const code = path.endsWith('.vue') ? [...text.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].map((m) => m[1]).join('\n') : text
  const found = []
  for (const [, , name] of code.matchAll(/^\s*(?:import|export)\b([^'"`;()]*?\bfrom\s*|\s*)['"](\.{1,2}\/[^'"?]+)['"]/gm)) {
    const target = join(dirname(path), name)
    const file = [target, `${target}.ts`, `${target}.vue`, join(target, 'index.ts')].find((f) => modules.includes(f))
    if (file) found.push(file)
    else if (!existsSync(target)) throw new Error(`${path}: what is ${name}?`)
  }
  return found
}

/** The strongly connected components, by Tarjan. */
function circles() {
  const found = []
  const order = new Map() // module → when it was first met
  const low = new Map()
  const stack = []
  const visit = (path) => {
    order.set(path, order.size)
    low.set(path, order.get(path))
    stack.push(path)
    for (const next of imports.get(path)) {
      if (!order.has(next)) visit(next)
      if (stack.includes(next)) low.set(path, Math.min(low.get(path), low.get(next)))
    }
    if (low.get(path) === order.get(path)) found.push(stack.splice(stack.indexOf(path)))
  }
  for (const path of modules) if (!order.has(path)) visit(path)
  return found
}
