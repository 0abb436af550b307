import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ChildNode } from '../../src/cli/child-node.ts'

/** Starts a process with a module loaded before its own. */
export function preloaded<T> (module: string, environment: Record<string, string>, start: () => T): T {
  const before = { ...process.env }
  Object.assign(process.env, environment, { NODE_OPTIONS: `${before.NODE_OPTIONS ?? ''} --import ${module}` })
  try {
    return start()
  } finally {
    for (const name of ['NODE_OPTIONS', ...Object.keys(environment)]) {
      before[name] == null ? delete process.env[name] : process.env[name] = before[name]
    }
  }
}

/** Collects garbage when signalled, and writes down what is left of heap and buffers. */
const MEASURE = `
import { renameSync, writeFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')
let count = 0
process.on('SIGUSR2', async () => {
  for (let i = 0; i < 3; i++) {
    collect()
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  const { heapUsed, external } = process.memoryUsage()
  const file = process.env.UNDERTONE_TEST_MEMORY
  writeFileSync(file + '.new', JSON.stringify({ count: ++count, live: heapUsed + external }))
  renameSync(file + '.new', file)
})
`

/** Bytes that one process still holds after its garbage was collected, which resident memory does not say. */
export class LiveMemory {
  #folder = ''
  #count = 0

  async prepare (): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'undertone-memory-'))
    await writeFile(join(this.#folder, 'measure.mjs'), MEASURE)
  }

  watch<T> (start: () => T): T {
    return preloaded(join(this.#folder, 'measure.mjs'), { UNDERTONE_TEST_MEMORY: join(this.#folder, 'now') }, start)
  }

  async of (node: ChildNode): Promise<number> {
    const wanted = ++this.#count
    node.kill('SIGUSR2')
    while (true) {
      const { count, live } = JSON.parse(await readFile(join(this.#folder, 'now'), 'utf8').catch(() => '{"count":0}'))
      if (count >= wanted) {
        return live
      }
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }

  async stop (): Promise<void> { await rm(this.#folder, { recursive: true, force: true }) }
}
