/**
 * `npm run bench [-- name…] [--quick] [--subject part] [--against folder] [--markdown]`: runs cases one
 * after the other, prints a table and writes bench/results.json. Exit: 0 done, 1 a case failed or lost
 * something, 2 wrong usage.
 */
import { readdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { formatMarkdown, formatTable } from './results-table.ts'
import type { BenchCase, CaseOptions, Row } from './bench-case.ts'

/** A case that hangs fails instead of holding up the rest. */
const CASE_TIMEOUT_MS = 300_000
/** A stopped run has so long to end what it started. */
const STOP_MS = 1_000
const RESULTS = fileURLToPath(new URL('../../bench/results.json', import.meta.url))
/** Cheap looks first; a case that is not named here comes after these. */
const ORDER = ['start', 'join', 'rooms', 'thirty', 'burst']

function wrongUsage (message: string): never {
  console.error(message)
  process.exit(2)
}

function readArguments (): ReturnType<typeof parseOptions> {
  try {
    return parseOptions()
  } catch (error: any) {
    return wrongUsage(error.message)
  }
}

// eslint-disable-next-line @typescript-eslint/explicit-function-return-type
function parseOptions () {
  return parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      markdown: { type: 'boolean', default: false },
      subject: { type: 'string', multiple: true },
      against: { type: 'string' }
    }
  })
}

async function loadCases (): Promise<BenchCase[]> {
  const folder = new URL('./cases/', import.meta.url)
  const files = readdirSync(folder).filter(file => file.endsWith('.js')).toSorted()
  const cases: BenchCase[] = await Promise.all(files.map(async file => (await import(new URL(file, folder).href)).default))
  const place = ({ name }: BenchCase): number => (ORDER.indexOf(name) + ORDER.length + 1) % (ORDER.length + 1)
  return cases.toSorted((a, b) => place(a) - place(b))
}

const { values, positionals } = readArguments()
const all = await loadCases()
const unknown = positionals.filter(name => !all.some(each => each.name === name))
if (unknown.length > 0) {
  wrongUsage(`There is no benchmark ${unknown.join(', ')}. There are: ${all.map(each => each.name).join(', ')}.`)
}
const chosen = all.filter(each => positionals.length === 0 ? each.onRequest !== true : positionals.includes(each.name))
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stop.abort(new Error('The benchmark was stopped.'))
    setTimeout(() => { process.exit(1) }, STOP_MS)
  })
}

const machine = { node: process.version, cpus: cpus().length, model: cpus()[0]?.model, memory: totalmem(), load: loadavg()[0] }
const results: Array<{ name: string, title: string, seconds: number, rows: Row[], error?: string }> = []
for (const { name, title, run } of chosen) {
  console.error(`${name}: ${title}`)
  const began = performance.now()
  const options: CaseOptions = {
    quick: values.quick,
    signal: AbortSignal.any([stop.signal, AbortSignal.timeout(CASE_TIMEOUT_MS)]),
    subjects: values.subject,
    against: values.against
  }
  let rows: Row[] = []
  let error: string | undefined
  try {
    options.signal.throwIfAborted()
    rows = await run(options)
    const missed = rows.filter(row => row.must === true && row.met !== true)
    error = missed.length === 0 ? undefined : missed.map(row => `${row.subject}: ${row.metric} is ${row.value} ${row.unit}, not ${row.goal}`).join('; ')
  } catch (failure: any) {
    error = failure?.message ?? String(failure)
  }
  const seconds = Math.round((performance.now() - began) / 100) / 10
  results.push({ name, title, seconds, rows, error })
  console.error(error == null ? `  ${seconds} s` : `  failed after ${seconds} s: ${error}`)
}

const rows = results.flatMap(result => result.rows)
const failed = results.filter(result => result.error != null).length
writeFileSync(RESULTS, `${JSON.stringify({ time: new Date().toISOString(), quick: values.quick, machine, cases: results, rows }, null, 2)}\n`)
console.log(`\nNode.js ${machine.node.slice(1)}, ${machine.cpus} × ${machine.model ?? 'unknown processor'}, load ${machine.load.toFixed(1)} at the start${values.quick ? ', quick: figures are rough' : ''}\n`)
console.log(values.markdown ? formatMarkdown(rows) : formatTable(rows))
console.log(`\n${results.length - failed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
