import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const WORKER = fileURLToPath(new URL('../workers/sync-peer.js', import.meta.url))
const FIRST_LOOK = 10

interface Row { case: string, subject: string, metric: string, value: number, unit: string, goal?: string, met?: boolean }

class Peer {
  readonly #child
  #next = 0
  constructor (args: string[] = []) { this.#child = fork(WORKER, { execArgv: ['--expose-gc', ...args] }) }

  async call (command: string, options: object = {}): Promise<any> {
    const id = this.#next++
    return new Promise((resolve, reject) => {
      const onMessage = (message: any): void => {
        if (message.id === id) {
          this.#child.off('message', onMessage)
          message.error == null ? resolve(message.result) : reject(new Error(message.error))
        }
      }
      this.#child.on('message', onMessage)
      this.#child.once('exit', () => { reject(new Error('A peer of the benchmark ended by itself')) })
      this.#child.send({ id, command, options })
    })
  }

  async end (): Promise<void> {
    await this.call('end').catch(() => {})
    this.#child.disconnect()
  }
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

async function newcomer (address: string, options: object = {}): Promise<any> {
  const peer = new Peer()
  try {
    await peer.call('hold', { count: 0, stored: true })
    return await peer.call('fetch', { address, ...options })
  } finally {
    await peer.end()
  }
}

/** A newcomer fetches, verifies and stores a room's history from one member on loopback, each in its own process. */
export const name = 'sync'
export const title = 'History for a newcomer: ten authors, messages of 200 bytes, verified and stored'

export async function run ({ quick = false }: { quick?: boolean } = {}): Promise<Row[]> {
  const rows: Row[] = []
  const row = (subject: string, metric: string, value: number, unit: string, goal?: string, met?: boolean): void => { rows.push({ case: name, subject, metric, value, unit, ...(goal == null ? {} : { goal, met }) }) }

  const holder = new Peer()
  const { address } = await holder.call('hold', { count: 10_000 })
  const rounds = quick ? 1 : 3
  const ours = []
  const checked = []
  const bare = []
  for (let i = 0; i < rounds; i++) {
    ours.push(await newcomer(address))
    checked.push(await newcomer(address, { everySignature: true }))
    const peer = new Peer()
    await peer.call('hold', { count: 0 })
    bare.push(await peer.call('raw', { address }))
    await peer.end()
  }
  for (const { held } of [...ours, ...checked]) {
    if (held < 10_000) {
      throw new Error(`A newcomer got ${held} of 10,000 messages`)
    }
  }
  const ms = median(ours.map(o => o.ms))
  const slow = median(checked.map(o => o.ms))
  row('undertone', '10,000 messages', ms, 'ms', '< 600', ms < 600)
  row('undertone', `first ${FIRST_LOOK} on the screen`, median(ours.map(o => o.first)), 'ms')
  row('every signature checked', '10,000 messages', slow, 'ms')
  row('undertone', 'times as fast as checking every signature', slow / ms, '×', '≥ 4', slow / ms >= 4)
  row('bare libp2p stream', 'the same bytes', median(bare.map(b => b.ms)), 'ms')

  const gaps = Array.from({ length: 10 }, (_, i) => 417 + i * 991)
  const behind = new Peer()
  await behind.call('hold', { count: 10_000, gaps })
  const { bytes, messages } = await behind.call('fetch', { address })
  await behind.end()
  if (messages !== 10) {
    throw new Error(`${messages} messages came where 10 were missing`)
  }
  row('undertone', '10 of 10,000 missing', bytes / 1000, 'KB', '< 10', bytes < 10_000)
  await holder.end()

  if (!quick) {
    const large = new Peer()
    const { address } = await large.call('hold', { count: 100_000 })
    const { ms, growth, held } = await newcomer(address)
    await large.end()
    if (held < 100_000) {
      throw new Error(`A newcomer got ${held} of 100,000 messages`)
    }
    row('undertone', '100,000 messages', ms, 'ms', '< 6,000', ms < 6_000)
    row('undertone', 'memory growth at its peak, 100,000', growth, 'MB', '< 150', growth < 150)
  }
  return rows
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.table((await run({ quick: process.argv.includes('--quick') })).map(({ case: _, ...row }) => row))
}
