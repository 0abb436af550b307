import { row } from '../bench-case.ts'
import { Forked } from '../support/forked.ts'
import { SMALL_HEAP } from '../support/groups.ts'
import { orbitdb, orbitdbRows } from '../support/orbitdb.ts'
import { besideRival } from '../support/rival.ts'
import type { BenchCase, Row } from '../bench-case.ts'

const WORKER = 'sync-peer'
const OURS = 'undertone'
const EVERY = 'every signature checked'

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

async function newcomer (signal: AbortSignal, address: string, command: string, options: object = {}): Promise<any> {
  const peer = new Forked(WORKER, signal, SMALL_HEAP)
  try {
    await peer.call('hold', { count: 0, stored: command === 'fetch' })
    return await peer.call(command, { address, ...options })
  } finally {
    await peer.end()
  }
}

/** A newcomer fetches, verifies and stores a room's history from one member on loopback, each in its own process. */
export default {
  name: 'sync',
  title: 'History for a newcomer: ten authors, messages of 200 bytes, verified and stored',
  run: async ({ quick, signal }) => {
    const rows: Row[] = []
    const count = quick ? 2_000 : 10_000
    const rounds = quick ? 1 : 5
    const ours: any[] = []
    const every: any[] = []
    const bare = []
    const holder = new Forked(WORKER, signal)
    try {
      const { address } = await holder.call('hold', { count })
      for (let i = 0; i < rounds; i++) {
        bare.push(await newcomer(signal, address, 'raw'))
        every.push(await newcomer(signal, address, 'fetch', { everySignature: true }))
        ours.push(await newcomer(signal, address, 'fetch'))
      }
      const behind = new Forked(WORKER, signal)
      try {
        const gaps = Array.from({ length: 10 }, (_, i) => Math.floor((i + 0.4) * count / 10))
        await behind.call('hold', { count, gaps })
        const { bytes, messages } = await behind.call('fetch', { address })
        rows.push(
          row('sync', OURS, `10 missing of ${count}: received`, messages, 'messages', { equals: 10, must: true }),
          row('sync', OURS, `10 missing of ${count}: traffic`, bytes / 1_000, 'KB', { below: 10 })
        )
      } finally {
        await behind.end()
      }
    } finally {
      await holder.end()
    }
    const ms = median(ours.map(each => each.ms))
    const slow = median(every.map(each => each.ms))
    // of each pair, one right after the other: other work on the machine slows both
    const beside = median(ours.map((each, i) => each.ms / every[i].ms))
    rows.unshift(
      row('sync', 'bare libp2p stream', `the bytes of ${count} messages`, median(bare.map(each => each.ms)), 'ms'),
      row('sync', EVERY, `${count} messages`, slow, 'ms'),
      row('sync', OURS, `${count} messages`, ms, 'ms', quick ? undefined : { below: 600 }),
      row('sync', OURS, `held of ${count}`, Math.min(...ours.map(each => each.held)), 'messages', { equals: count, must: true }),
      row('sync', OURS, 'until the first are on the screen', median(ours.map(each => each.first)), 'ms'),
      row('sync', OURS, `time beside ${EVERY}`, beside, '×', quick ? undefined : { atMost: 0.25 })
    )
    if (quick) {
      return rows
    }
    const theirs = await besideRival('sync', orbitdb, signal, async module => orbitdbRows(module, count, signal))
    return [...theirs, ...rows, ...await hundredThousand(signal)]
  }
} satisfies BenchCase

async function hundredThousand (signal: AbortSignal): Promise<Row[]> {
  const count = 100_000
  const holder = new Forked(WORKER, signal)
  try {
    const { address } = await holder.call('hold', { count })
    const { ms, growth, kept, held } = await newcomer(signal, address, 'fetch', { memory: true })
    return [
      row('sync', OURS, `held of ${count}`, held, 'messages', { equals: count, must: true }),
      row('sync', OURS, `${count} messages`, ms, 'ms', { below: 6_000 }),
      row('sync', OURS, `${count} messages: resident memory, growth at its peak`, growth, 'MB', { below: 150 }),
      row('sync', OURS, `${count} messages: what they take when all is collected`, kept, 'MB')
    ]
  } finally {
    await holder.end()
  }
}
