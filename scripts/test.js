// `npm test` from a fresh clone: installs, builds, lints, type-checks, runs unit, integration and
// browser tests; ends with `N passed, N failed`. `--only node,lint` runs some steps only.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { browserEnvironment, installChromium } from './chromium.js'
import { findNode, root, toolEnvironment } from './node.js'
import { install } from './prepare.js'

const REPORTS = join(root, '.build', 'reports')
/** A step that hangs fails, so that the whole stays under the limit of continuous integration. */
const STEP_TIMEOUT_MS = 14 * 60_000

/** Browser specs that spend nearly all of their time waiting. */
const WAITING = /sleep\.spec\.js$/

const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1].split(',') : undefined
const results = []

function command (args, env = {}) {
  const { status } = spawnSync(findNode(), args, { cwd: root, env: toolEnvironment(env), stdio: 'inherit', timeout: STEP_TIMEOUT_MS, killSignal: 'SIGKILL' })
  return status === 0
}

/**
 * One check that passes or fails as a whole.
 *
 * @param name
 * @param args
 */
function check (name, args) {
  const ok = command(args)
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1 }
}

/**
 * Mocha in this process's Node.js; counts come from its report, and a run without one has failed.
 *
 * @param name
 * @param files
 * @param timeout
 */
function mocha (name, files, timeout) {
  if (files.length === 0) {
    return { passed: 0, failed: 1 }
  }
  const report = join(REPORTS, `${name}.json`)
  const ok = command(mochaArguments(report, files, timeout))
  return counts(report, ok)
}

function mochaArguments (report, files, timeout) {
  return ['--no-warnings', 'node_modules/mocha/bin/mocha.js', '--exit', '--timeout', String(timeout), '--reporter', './scripts/mocha-report.cjs', '--reporter-option', `output=${report}`, ...files]
}

/**
 * Mocha for specs that spend their time waiting, while others run; what it prints comes at the end.
 *
 * @param name
 * @param files
 * @param timeout
 */
async function beside (name, files, timeout) {
  const report = join(REPORTS, `${name}.json`)
  const child = spawn(findNode(), mochaArguments(report, files, timeout), { cwd: root, env: toolEnvironment(), stdio: ['ignore', 'pipe', 'pipe'], timeout: STEP_TIMEOUT_MS, killSignal: 'SIGKILL' })
  const output = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => { output.push(chunk) })
  }
  const status = await new Promise(resolve => { child.once('close', resolve).once('error', resolve) })
  process.stdout.write(Buffer.concat(output))
  return counts(report, status === 0)
}

/** Specs of real pages: those that wait for a minute do so while the others run. */
async function web () {
  const all = specs('browser')
  const waiting = beside('web-waiting', all.filter(path => WAITING.test(path)), 180_000)
  const others = mocha('web', all.filter(path => !WAITING.test(path)), 180_000)
  const waited = await waiting
  return { passed: others.passed + waited.passed, failed: others.failed + waited.failed }
}

function counts (report, ok) {
  if (!existsSync(report)) {
    return { passed: 0, failed: 1 }
  }
  const { passed, failed } = JSON.parse(readFileSync(report, 'utf8'))
  // killed or crashed after its last test
  return { passed, failed: !ok && failed === 0 ? 1 : failed }
}

function specs (folder) {
  const full = join(root, 'dist', 'test', folder)
  return existsSync(full) ? readdirSync(full).filter(name => name.endsWith('.spec.js')).map(name => join('dist', 'test', folder, name)) : []
}

/** aegir's browser runner prints mocha's text; its last lines count. */
async function unitInBrowser () {
  const env = await browserEnvironment()
  const run = spawnSync(findNode(), ['node_modules/aegir/src/index.js', 'test', '-t', 'browser', '--build', 'false', '--files', 'dist/test/unit/*.spec.js'], { cwd: root, env: toolEnvironment({ ...env, NODE_OPTIONS: `--import ${pathToFileURL(join(root, 'scripts', 'aegir-hooks.js'))}` }), encoding: 'utf8', timeout: STEP_TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 })
  const output = `${run.stdout}${run.stderr}`
  process.stdout.write(output)
  // eslint-disable-next-line no-control-regex
  const plain = output.replace(/\u001b\[[0-9;]*m/g, '')
  const number = word => Number([...plain.matchAll(new RegExp(`^\\s*(\\d+) ${word}`, 'gm'))].pop()?.[1] ?? 0)
  const passed = number('passing')
  const failed = number('failing')
  return { passed, failed: failed === 0 && (run.status !== 0 || passed === 0) ? 1 : failed }
}

const steps = [
  ['build', () => check('build', ['scripts/build.js'])],
  ['lint', () => check('lint', ['scripts/lint.js'])],
  ['node', () => mocha('node', specs('unit'), 60_000)],
  ['integration', () => mocha('integration', specs('integration'), 180_000)],
  ['browser', async () => installChromium() ? unitInBrowser() : { passed: 0, failed: 1 }],
  ['web', () => installChromium() ? web() : { passed: 0, failed: 1 }]
]

install()
rmSync(REPORTS, { recursive: true, force: true })
mkdirSync(REPORTS, { recursive: true })
for (const [name, run] of steps) {
  if (only != null && !only.includes(name)) {
    continue
  }
  console.log(`\n== ${name}`)
  const began = performance.now()
  const { passed, failed } = await run()
  results.push({ name, passed, failed, seconds: Math.round((performance.now() - began) / 1000) })
  // nothing after a failed build says anything
  if (name === 'build' && failed > 0) {
    break
  }
}
console.log()
for (const { name, passed, failed, seconds } of results) {
  console.log(`${name.padEnd(12)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${String(seconds).padStart(5)} s`)
}
const sum = key => results.reduce((total, each) => total + each[key], 0)
console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
process.exit(sum('failed') === 0 && sum('passed') > 0 ? 0 : 1)
