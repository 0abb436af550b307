import { isAsked, quantile, row } from '../bench-case.ts'
import { UNDERTONE, UndertoneFolder } from '../support/groups.ts'
import type { BenchCase, CaseOptions, Row } from '../bench-case.ts'
import type { PeerProcess } from '../support/peer-process.ts'

const INVITE_GOAL_MS = 500
const DHT_GOAL_MS = 1_500
const NODES = 10

/** Resolves with the time at which a process is told of its first message. */
async function firstText (child: PeerProcess, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => { reject(signal.reason) }, { once: true })
    child.onText = (_, at) => { resolve(at) }
  })
}

/** One newcomer after the other, each a process that runs already and has never seen the room. */
async function arrivals (programs: UndertoneFolder, args: string[], join: object, count: number, signal: AbortSignal): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const newcomer = programs.rpc(...args)
    await newcomer.call('node.status')
    const heard = firstText(newcomer, signal)
    const began = performance.now()
    await newcomer.call('room.join', join)
    times.push(await heard - began)
  }
  return times
}

async function byInvite (programs: UndertoneFolder, count: number, signal: AbortSignal): Promise<number[]> {
  const args = ['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9']
  const host = programs.rpc(...args)
  const { room } = await host.call('room.create', { name: 'benchmark', kind: 'invite' })
  await host.call('room.send', { room, text: '#1 said before you came' })
  const { invite } = await host.call('room.invite', { room })
  return arrivals(programs, args, { invite }, count, signal)
}

async function byDht (programs: UndertoneFolder, count: number, signal: AbortSignal): Promise<number[]> {
  const address = await programs.bootstrap(signal)
  const args = ['--dht', 'own', '--bootstrap', address]
  const nodes = Array.from({ length: NODES - 1 }, () => programs.rpc(...args))
  const [{ room }] = await Promise.all(nodes.map(async node => node.call('room.join', { name: 'benchmark' })))
  await nodes[0].call('room.send', { room, text: '#1 said before you came' })
  // until the others have found one another, the newcomer would find a room that is only being made
  for (const node of nodes) {
    for (;;) {
      const { rooms } = await node.call('room.list')
      if (rooms[0].connected >= 4) {
        break
      }
      signal.throwIfAborted()
      await new Promise(resolve => { setTimeout(resolve, 200) })
    }
  }
  return arrivals(programs, args, { name: 'benchmark' }, count, signal)
}

async function measure (options: CaseOptions): Promise<Row[]> {
  const { quick, signal } = options
  if (!isAsked(UNDERTONE, options)) {
    return []
  }
  const rows: Row[] = []
  for (const [metric, goal, way] of [['by invite', INVITE_GOAL_MS, byInvite], ['by DHT alone, ten nodes', DHT_GOAL_MS, byDht]] as const) {
    const programs = new UndertoneFolder()
    try {
      const times = await way(programs, quick ? 2 : 7, signal)
      rows.push(
        row('join', UNDERTONE, `${metric}, median`, quantile(times, 0.5), 'ms', { below: goal }),
        row('join', UNDERTONE, `${metric}, slowest`, Math.max(...times), 'ms')
      )
    } finally {
      await programs.stop()
    }
  }
  return rows
}

export default {
  name: 'join',
  title: 'from room.join to the first message, by invite and by the DHT alone',
  run: measure
} satisfies BenchCase
