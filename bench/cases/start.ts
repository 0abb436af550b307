import { quantile, row, isAsked } from '../bench-case.ts'
import { BASELINE, FAST, UNDERTONE, UndertoneFolder } from '../support/groups.ts'
import { PeerProcess } from '../support/peer-process.ts'
import type { BenchCase, Row } from '../bench-case.ts'

const ROOMS = 10

async function answersAfter (start: () => PeerProcess, method: string): Promise<number> {
  const began = performance.now()
  await start().call(method)
  return performance.now() - began
}

/** Memory after garbage had a chance to go: the least of what is seen for a while. */
async function settled (child: PeerProcess): Promise<number> {
  let least = Infinity
  for (let i = 0; i < 6; i++) {
    await new Promise(resolve => { setTimeout(resolve, 250) })
    least = Math.min(least, child.memory().now)
  }
  return least
}

export default {
  name: 'start',
  title: 'start of a node, its memory, and what each further room costs',
  run: async options => {
    const { quick } = options
    const rows: Row[] = []
    const times = quick ? 2 : 5
    if (isAsked(FAST, options)) {
      const children: PeerProcess[] = []
      const starts: number[] = []
      for (let i = 0; i < times; i++) {
        starts.push(await answersAfter(() => {
          children.push(new PeerProcess(BASELINE, ['fast']))
          return children[i]
        }, 'status'))
      }
      rows.push(row('start', FAST, 'until it answers', quantile(starts, 0.5), 'ms'), row('start', FAST, 'memory', await settled(children[0]), 'MB'))
      await Promise.all(children.map(async child => child.stop()))
    }
    if (isAsked(UNDERTONE, options)) {
      const programs = new UndertoneFolder()
      try {
        const starts: number[] = []
        const args = ['--dht', 'own', '--bootstrap', await programs.bootstrap(options.signal)]
        let child: PeerProcess | undefined
        for (let i = 0; i < times; i++) {
          await child?.stop()
          starts.push(await answersAfter(() => (child = programs.rpc(...args)), 'node.status'))
        }
        const node = child as PeerProcess
        const empty = await settled(node)
        await node.call('room.create', { name: 'first', kind: 'invite' })
        const one = await settled(node)
        const began = performance.now()
        for (let i = 0; i < ROOMS; i++) {
          await node.call('room.create', { name: `room ${i}`, kind: 'invite' })
        }
        const perRoom = (performance.now() - began) / ROOMS
        const many = await settled(node)
        const cpu = node.cpu()
        await new Promise(resolve => { setTimeout(resolve, quick ? 1_000 : 5_000) })
        const idle = (node.cpu() - cpu) / (quick ? 10 : 50)
        rows.push(
          row('start', UNDERTONE, 'until it answers', quantile(starts, 0.5), 'ms'),
          row('start', UNDERTONE, 'memory without a room', empty, 'MB'),
          row('start', UNDERTONE, 'memory with one room', one, 'MB'),
          row('start', UNDERTONE, 'memory per further room', (many - one) / ROOMS, 'MB'),
          row('start', UNDERTONE, 'time per further room', perRoom, 'ms'),
          row('start', UNDERTONE, `CPU when idle, ${ROOMS + 1} rooms`, idle, '%')
        )
      } finally {
        await programs.stop()
      }
    }
    return rows
  }
} satisfies BenchCase
