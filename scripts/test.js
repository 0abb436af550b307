// `npm test` from a fresh clone: installs, transpiles, runs the unit tests, ends with `N passed, N failed`.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, mkdirSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const env = { ...process.env, PATH: join(root, 'node_modules', '.bin') + delimiter + process.env.PATH }

function run (command, args) {
  const { status } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' })
  return status === 0
}

function files (folder, ending) {
  return readdirSync(join(root, folder), { recursive: true }).filter(f => ending.test(f)).map(f => join(folder, f))
}

if (!existsSync(join(root, 'node_modules', '.package-lock.json')) && !run('npm', ['ci', '--no-audit', '--no-fund'])) {
  console.log('0 passed, 1 failed')
  process.exit(1)
}
rmSync(join(root, '.build', 'test'), { recursive: true, force: true })
mkdirSync(join(root, '.build', 'test'), { recursive: true })
const built = run('esbuild', [...files('src', /\.tsx?$/), ...files('test', /\.tsx?$/), '--outdir=.build/test', '--outbase=.', '--format=esm', '--target=es2023', '--log-level=error'])
const report = join(root, '.build', 'test', 'report.json')
const node = join(root, 'node_modules', '.bin', 'node')
if (built) {
  run(node, ['node_modules/mocha/bin/mocha.js', '--timeout', '60000', '--reporter', 'json', '--reporter-option', `output=${report}`, '.build/test/test/unit/**/*.spec.js'])
}
let passed = 0
let failed = built ? 0 : 1
if (existsSync(report)) {
  const { readFileSync } = await import('node:fs')
  const result = JSON.parse(readFileSync(report, 'utf8'))
  passed += result.stats.passes
  failed += result.stats.failures
  for (const failure of result.failures) {
    console.log(`FAILED ${failure.fullTitle}\n${failure.err.stack}`)
  }
} else {
  failed++
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)
