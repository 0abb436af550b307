import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { expect } from 'aegir/chai'
import { createUndertone } from '../../src/index.ts'
import { soon } from '../support/nodes.ts'
import type { Undertone } from '../../src/index.ts'
import type { Socket } from 'node:net'

const CUTTING_MS = 3_000
const MOST_CUTTING_MS = 60_000
const CUTS = 6
const CARRIERS = ['tcp/0', 'tcp/0/ws']

const pause = async (ms: number): Promise<void> => { await new Promise(resolve => { setTimeout(resolve, ms) }) }

describe('a network whose connections break at any moment', () => {
  const engines: Undertone[] = []
  const sockets = new Set<Socket>()
  const faults: unknown[] = []
  const onSocket = (message: unknown): void => {
    const { socket } = message as { socket: Socket }
    sockets.add(socket)
    socket.once('close', () => { sockets.delete(socket) })
  }
  const onFault = (fault: unknown): void => { faults.push(fault) }

  before(() => {
    subscribe('net.client.socket', onSocket)
    subscribe('net.server.socket', onSocket)
    process.on('uncaughtException', onFault)
    process.on('unhandledRejection', onFault)
  })
  afterEach(async () => { await Promise.all(engines.splice(0).map(async each => each.stop())) })
  after(() => {
    unsubscribe('net.client.socket', onSocket)
    unsubscribe('net.server.socket', onSocket)
    process.removeListener('uncaughtException', onFault)
    process.removeListener('unhandledRejection', onFault)
  })

  for (const carrier of CARRIERS) {
    it(`loses no message and no process, over ${carrier.endsWith('ws') ? 'WebSocket' : 'TCP'}`, async () => {
      for (let i = 0; i < 3; i++) {
        engines.push(await createUndertone({ profile: 'private', dht: 'off', listen: [`/ip4/127.0.0.1/${carrier}`], bootstrap: [], sharedHost: i === 2 }))
      }
      const [first, ...others] = engines
      const founded = await first.rooms.create({ name: 'Storm', kind: 'invite' })
      const rooms = [founded]
      for (const each of others) {
        rooms.push(await each.rooms.join({ invite: (await founded.invite()).invite }))
      }
      const file = new Uint8Array(512 * 1024).fill(7)
      const { id } = await founded.attach({ name: 'big', type: 'application/octet-stream', data: file })
      let cut = 0
      const over = new AbortController()
      const storm = AbortSignal.any([over.signal, AbortSignal.timeout(MOST_CUTTING_MS)])
      const least = performance.now() + CUTTING_MS
      const said: string[] = []
      const cutter = (async () => {
        const ways: Array<(socket: Socket) => void> = [socket => { socket.destroy() }, socket => { socket.end() }, socket => { socket.resetAndDestroy() }]
        while (!storm.aborted) {
          await pause(20 + Math.random() * 100)
          const open = [...sockets]
          const socket = open[Math.floor(Math.random() * open.length)]
          if (socket != null) {
            ways[cut++ % ways.length](socket)
          }
          // a slow machine cuts as often, in more time
          cut >= CUTS && performance.now() > least && over.abort()
          open.length < 3 && engines.forEach(each => { each.refresh() })
        }
      })()
      const talkers = rooms.map(async (room, i) => {
        for (let n = 0; !storm.aborted; n++) {
          const text = `${i}/${n}`
          await room.send(text)
          said.push(text)
          await pause(25)
        }
      })
      const readers = rooms.slice(1).map(async room => {
        while (!storm.aborted) {
          await room.fetch(id, { signal: AbortSignal.timeout(1_000) }).catch(() => {})
          await pause(50)
        }
      })
      await Promise.all([cutter, ...talkers, ...readers])
      expect(cut).to.be.at.least(CUTS)
      engines.forEach(each => { each.refresh() })
      for (const room of rooms) {
        for (const limit = soon(); ;) {
          const { messages } = await room.history({ limit: 1_000 })
          const texts = messages.filter(({ kind }) => kind === 'text').map(({ text }) => text)
          if (texts.length >= said.length) {
            expect(texts.sort()).to.deep.equal([...said].sort())
            break
          }
          limit.throwIfAborted()
          await pause(100)
        }
      }
      expect(faults).to.deep.equal([])
    })
  }
})
