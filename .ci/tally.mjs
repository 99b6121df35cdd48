// Usage: node .ci/tally.mjs go|vitest|node RESULTS
//
// Reads what a test runner wrote to RESULTS, prints what failed and why, and ends with one line
// "PASSED FAILED". A skipped test counts as failed: what is not run is not known to work.
import { readFileSync } from 'node:fs'

const [runner, path] = process.argv.slice(2)
const counted = { go, vitest, node }[runner](readFileSync(path, 'utf8'))
console.log(counted.passed, counted.failed)

/** The stream of events of `go test -json`. */
function go(text) {
  let passed = 0
  let failed = 0
  const output = new Map() // package + test → its lines
  const failing = new Set()
  for (const line of text.split('\n')) {
    if (!line.startsWith('{')) {
      if (line.trim()) console.log(line) // of the go command itself
      continue
    }
    const { Action, Package = '', Test = '', Output, FailedBuild } = JSON.parse(line)
    const key = `${Package} ${Test}`
    switch (Action) {
      case 'build-output':
        process.stdout.write(Output)
        break
      case 'output':
        output.set(key, (output.get(key) ?? '') + Output)
        break
      case 'pass':
        if (Test) passed++
        output.delete(key)
        break
      case 'skip':
      case 'fail':
        if (Test) {
          failed++
          failing.add(Package)
          console.log(`--- ${Action.toUpperCase()} ${key}\n${prune(output.get(key))}`)
        } else if (Action === 'fail' && !failing.has(Package)) {
          failed++ // it did not build, or ended outside of any test
          console.log(`--- FAIL ${FailedBuild ? `${Package}: does not build` : `${Package}\n${prune(output.get(key))}`}`)
        }
        break
    }
  }
  return { passed, failed }
}

/** A test's output without the lines that only say that it ran. */
function prune(output = '') {
  return output.replace(/^ *(=== (RUN|PAUSE|CONT|NAME)|--- (FAIL|SKIP)).*\n/gm, '').trimEnd()
}

/** The report of Vitest's reporter "json". */
function vitest(text) {
  const report = JSON.parse(text)
  let { numPassedTests: passed, numFailedTests: failed } = report
  failed += report.numPendingTests + report.numTodoTests
  for (const file of report.testResults) {
    for (const test of file.assertionResults) {
      if (test.status !== 'passed') console.log(`--- ${test.status} ${file.name} ${test.fullName}\n${test.failureMessages?.join('\n') ?? ''}`)
    }
    if (file.status !== 'passed' && !file.assertionResults.some((test) => test.status === 'failed')) {
      failed++ // the file itself did not load
      console.log(`--- failed ${file.name}\n${file.message}`)
    }
  }
  return { passed, failed }
}

/** The text of node's own test runner, whichever of its reporters wrote it, of one run or of several. */
function node(text) {
  const count = (word) => [...text.matchAll(new RegExp(`^(?:#|ℹ) ${word} (\\d+)$`, 'gm'))].reduce((sum, [, n]) => sum + Number(n), 0)
  const passed = count('pass')
  const failed = count('fail') + count('cancelled') + count('skipped') + count('todo')
  if (failed > 0 || passed === 0) console.log(text)
  return { passed, failed }
}
