// What continuous integration runs: the tests, then the benchmarks and the other implementations at a
// fraction of their load. Goals of time are printed; what is lost or cannot run has failed.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './node.js'

const MINUTE_MS = 60_000
const STEPS = [
  { script: 'test.js', args: [], limit: 22 * MINUTE_MS },
  { script: 'bench.js', args: ['--quick'], limit: 4 * MINUTE_MS },
  { script: 'interop.js', args: ['--quick'], limit: 3 * MINUTE_MS }
]

/**
 * Runs one script, shows what it prints and reads its counts; one without counts, or that fails
 * after them, counts as one failure.
 *
 * @param step
 */
async function run (step) {
  console.log(`\n==== ${step.script} ${step.args.join(' ')}`)
  const child = spawn(process.execPath, [join(root, 'scripts', step.script), ...step.args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], detached: process.platform !== 'win32' })
  let tail = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    process.stdout.write(text)
    tail = (tail + text).slice(-16_384)
  })
  // with everything it has started, or those would hold up the machine for the next step
  const end = signal => {
    try {
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal)
    } catch {
      // it has ended meanwhile
    }
  }
  const timer = setTimeout(() => {
    console.error(`${step.script} took more than ${step.limit / MINUTE_MS} minutes`)
    end('SIGKILL')
  }, step.limit)
  const code = await new Promise(resolve => { child.once('close', resolve) })
  clearTimeout(timer)
  const counts = [...tail.matchAll(/^(\d+) passed, (\d+) failed$/gm)].pop()
  const [passed, failed] = counts == null ? [0, 1] : counts.slice(1).map(Number)
  const names = [...tail.matchAll(/^(?:FAILED|UNSTEADY) .*$/gm)].map(([line]) => line)
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed, names }
}

let passed = 0
let failed = 0
const names = []
for (const step of STEPS.filter(({ script }) => existsSync(join(root, 'scripts', script)))) {
  const counts = await run(step)
  passed += counts.passed
  failed += counts.failed
  names.push(...counts.names)
}
console.log(['', ...names, ''].join('\n'))
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)
