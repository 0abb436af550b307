import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { row } from '../bench-case.ts'
import type { Row } from '../bench-case.ts'

const CACHE = fileURLToPath(new URL('../../../.cache/rivals/', import.meta.url))
const INSTALL_MS = 180_000

/** A program of others that is measured beside ours; never a dependency of this package. */
export interface Rival {
  name: string
  /** what npm installs, with exact versions: `level@10.0.0` */
  packages: string[]
  /** lines of a module that exports what the benchmark calls */
  exports: string[]
}

async function npm (args: string[], signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const child = spawn('npm', args, { stdio: ['ignore', 'ignore', 'pipe'], shell: process.platform === 'win32', signal })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', text => { said = (said + text).slice(-2_000) })
    child.on('error', reject).on('close', status => {
      status === 0 ? resolve() : reject(new Error(said.trim().split('\n')[0] ?? `npm ended with ${status}`))
    })
  })
}

/** Installs a rival into `.cache/rivals` once for its versions; answers the address of the module to import. */
async function installed ({ name, packages, exports }: Rival, signal: AbortSignal): Promise<string> {
  const folder = join(CACHE, name.replace(/[^\w.]+/g, '-'))
  const entry = join(folder, 'entry.mjs')
  const text = `// ${packages.join(' ')}\n${exports.join('\n')}\n`
  // written last: there is an entry only where all was installed
  if (!existsSync(entry) || readFileSync(entry, 'utf8') !== text) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{"private":true}\n')
    console.error(`  installing ${name} (once)…`)
    await npm(['install', '--no-save', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...packages], AbortSignal.any([signal, AbortSignal.timeout(INSTALL_MS)]))
    writeFileSync(entry, text)
  }
  return pathToFileURL(entry).href
}

/** Rows of a rival. One that cannot be installed or run leaves a row that says so, and ours are measured all the same. */
export async function besideRival (benchCase: string, rival: Rival, signal: AbortSignal, measure: (module: string) => Promise<Row[]>, install = installed): Promise<Row[]> {
  try {
    return await measure(await install(rival, signal))
  } catch (error: any) {
    signal.throwIfAborted()
    const reason = String(error?.message ?? error).split('\n')[0]
    console.error(`  ${rival.name} was NOT measured: ${reason}`)
    return [row(benchCase, rival.name, `NOT MEASURED: ${reason.slice(0, 80)}`, NaN, '')]
  }
}
