import { randomBytes } from 'node:crypto'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { concat, fromString } from 'uint8arrays'
import { epochKeys } from '../../src/crypto/index.ts'
import { pacedFrames } from '../../src/streams/index.ts'
import { decodeInvite } from '../../src/wire/index.ts'
import { LOCAL, Nodes, soon } from '../support/nodes.ts'
import { LiveMemory } from '../support/preload.ts'
import { createRoomHost } from '../support/room-hosts.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'
import type { EpochEntry } from '../../src/network/index.ts'
import type { RoomHost } from '../support/room-hosts.ts'
import type { Connection, Stream } from '@libp2p/interface'

const ALONE = ['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9']
const KEEP = '/undertone/keep/1.0.0'
const MiB = 1024 * 1024
/** What a keeper may still hold after it was attacked. */
const MAX_GROWTH = 16 * MiB
const WANT = 1

describe('a keeper under attack', () => {
  const nodes = new Nodes()
  const memory = new LiveMemory()
  const attackers: RoomHost[] = []
  let ana: ChildNode
  let keeper: ChildNode
  let room = ''
  let addresses: string[] = []
  let window: EpochEntry[] = []
  const ids: string[] = []

  before(async () => {
    await memory.prepare()
    ana = nodes.rpc(ALONE)
    room = (await ana.call('room.create', { name: 'Fort', kind: 'invite' })).room
    const { invite } = await ana.call('room.invite', { room })
    keeper = memory.watch(() => nodes.start(['relay', ...LOCAL, '--dht', 'off', '--json', '--keep', invite]))
    const [kept] = JSON.parse(await keeper.firstLine(soon())).keeps
    addresses = kept.addresses
    for (const limit = soon(); (await ana.call('room.members', { room })).keepers !== 1;) {
      limit.throwIfAborted()
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    for (let i = 0; i < 20; i++) {
      ids.push((await ana.call('room.send', { room, text: `${i} ${'long '.repeat(3_000)}` })).id)
    }
    await ana.until(() => ids.every(id => ana.events.some(event => event.type === 'status' && event.message === id && event.delivery === 'heard')), soon())
    const decoded = decodeInvite(invite)
    window = [{ epoch: decoded.epoch, keys: epochKeys(decoded.epochKey as any), current: true }]
  })
  afterEach(async () => { await Promise.all(attackers.splice(0).map(async each => each.stop())) })
  after(async () => {
    await nodes.stop()
    await memory.stop()
  })

  const attacker = async (): Promise<{ host: RoomHost, connection: Connection }> => {
    const host = await createRoomHost({ epochs: window, transport: tcp(), listen: '/ip4/127.0.0.1/tcp/0' })
    attackers.push(host)
    const connection = await host.libp2p.dial(addresses.map(address => multiaddr(address)))
    expect(await host.membership.prove(connection)).to.equal(true)
    return { host, connection }
  }
  const open = async (connection: Connection): Promise<Stream> => connection.newStream([KEEP], { signal: soon(), maxOutboundStreams: 10_000 })
  const want = (wanted: string[]): Uint8Array => concat([Uint8Array.of(WANT), new Uint8Array(8), ...wanted.map(id => fromString(id, 'hex'))])

  /** It has the whole room to itself: what a member says, it still gets. */
  const keeps = async (text: string): Promise<void> => {
    const { id } = await ana.call('room.send', { room, text })
    await ana.until(() => ana.events.some(event => event.type === 'status' && event.message === id && event.delivery === 'heard'), soon())
    expect((await ana.call('room.members', { room })).keepers).to.equal(1)
  }
  const cutOff = async (connection: Connection): Promise<void> => {
    for (const limit = soon(); connection.status === 'open';) {
      limit.throwIfAborted()
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }

  const nonsense: Record<string, Uint8Array> = {
    'words that mean nothing': randomBytes(4_096),
    'half an ID': new Uint8Array(1 + 8 + 31).fill(WANT, 0, 1),
    'more IDs than one question may have': new Uint8Array(1 + 8 + 4_097 * 32).fill(WANT, 0, 1)
  }
  for (const [what, bytes] of Object.entries(nonsense)) {
    it(`cuts off a member that sends ${what}`, async () => {
      const { connection } = await attacker()
      const frames = pacedFrames(await open(connection), { maxDataLength: MiB })
      await frames.write(bytes, { signal: soon() })
      await cutOff(connection)
      await keeps(`after ${what}`)
    })
  }

  it('cuts off a member that asks without end', async () => {
    const { connection } = await attacker()
    const frames = pacedFrames(await open(connection), { maxDataLength: MiB })
    await (async () => {
      while (connection.status === 'open') {
        await frames.write(want([]), { signal: soon() })
        await frames.read({ signal: soon() })
      }
    })().catch(() => {})
    await cutOff(connection)
    await keeps('after questions')
  })

  it('holds no more for members that ask for everything a thousand times and read nothing', async () => {
    const before = await memory.of(keeper)
    const all = want(Array.from({ length: 4_096 }, (_, i) => ids[i % ids.length]))
    for (let i = 0; i < 4; i++) {
      const { connection } = await attacker()
      for (let j = 0; j < 16 && connection.status === 'open'; j++) {
        await open(connection).then(async stream => {
          stream.pause()
          await pacedFrames(stream, { maxDataLength: MiB }).write(all, { signal: soon() })
        }).catch(() => {})
      }
    }
    await keeps('while they wait')
    expect(await memory.of(keeper) - before).to.be.below(MAX_GROWTH)
  })
})
