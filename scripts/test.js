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

/** Spec files that may run a second time: more of them are no accident. */
const MAX_RERUN = 3

const NO_CHROMIUM = { passed: 0, failed: 1, failures: [{ title: 'Chromium cannot be installed' }] }

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
  return { passed: others.passed + waited.passed, failed: others.failed + waited.failed, failures: [...others.failures ?? [], ...waited.failures ?? []] }
}

function counts (report, ok) {
  if (!existsSync(report)) {
    return { passed: 0, failed: 1, failures: [{ title: `${report} was not written` }] }
  }
  const { passed, failed, failures } = JSON.parse(readFileSync(report, 'utf8'))
  // killed or crashed after its last test
  return !ok && failed === 0 ? { passed, failed: 1, failures: [{ title: `${report}: ended early` }] } : { passed, failed, failures }
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
  const listed = plain.slice(Math.max(0, plain.search(/^\s*\d+ failing/m))).split('\n').map(line => line.trim()).filter(line => line !== '').slice(0, 12)
  const broken = failed > 0 || run.status !== 0 || passed === 0
  return { passed, failed: broken ? Math.max(1, failed) : 0, failures: broken ? listed.map(title => ({ title })) : [] }
}

/**
 * Specs of real processes share the machine with whatever else it does. Those that failed, if they are few, run
 * once more with nothing beside them; both outcomes are printed, and what fails twice has failed.
 *
 * @param name
 * @param first
 * @param timeout
 */
function again (name, first, timeout) {
  const files = [...new Set((first.failures ?? []).map(({ file }) => file))]
  if (first.failed === 0 || files.length > MAX_RERUN || files.some(file => !file?.endsWith('.spec.js'))) {
    return first
  }
  first.failures.forEach(({ title, message }) => { console.log(`FAILED ONCE, runs again: ${title}: ${message}`) })
  const second = mocha(`${name}-again`, files, timeout)
  if (second.failed > 0) {
    return { ...first, failures: [...first.failures, ...second.failures.map(each => ({ ...each, title: `(again) ${each.title}` }))] }
  }
  return { passed: first.passed + first.failed, failed: 0, unsteady: first.failures }
}

const steps = [
  ['build', () => check('build', ['scripts/build.js'])],
  ['lint', () => check('lint', ['scripts/lint.js'])],
  ['node', () => mocha('node', specs('unit'), 60_000)],
  ['integration', () => again('integration', mocha('integration', specs('integration'), 180_000), 180_000)],
  ['browser', async () => installChromium() ? unitInBrowser() : NO_CHROMIUM],
  ['web', async () => installChromium() ? again('web', await web(), 180_000) : NO_CHROMIUM]
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
  const { passed, failed, failures, unsteady } = await run()
  results.push({ name, passed, failed, failures, unsteady, seconds: Math.round((performance.now() - began) / 1000) })
  // nothing after a failed build says anything
  if (name === 'build' && failed > 0) {
    break
  }
}
console.log()
for (const { name, passed, failed, seconds } of results) {
  console.log(`${name.padEnd(12)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${String(seconds).padStart(5)} s`)
}
// once more at the end, where whoever sees only that finds them
for (const { name, failures = [], unsteady = [] } of results) {
  unsteady.forEach(({ title, message = '' }) => { console.log(`UNSTEADY ${name}, passed the second time: ${title}: ${message.split('\n')[0]}`) })
  failures.forEach(({ title, message = '' }) => { console.log(`FAILED ${name}: ${title}: ${message.split('\n')[0]}`) })
}
const sum = key => results.reduce((total, each) => total + each[key], 0)
console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
process.exit(sum('failed') === 0 && sum('passed') > 0 ? 0 : 1)
