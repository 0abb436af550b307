import { randomBytes } from 'node:crypto'
import { RPC } from '@libp2p/gossipsub/message'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { Uint8ArrayList } from 'uint8arraylist'
import { epochKeys, generateKeyPair } from '../../src/crypto/index.ts'
import { decodeInvite, encodePayload, encodeSigned, packEnvelope, signMessage } from '../../src/wire/index.ts'
import { Nodes, hears, meets, soon } from '../support/nodes.ts'
import { LiveMemory } from '../support/preload.ts'
import { createRoomHost, epochs } from '../support/room-hosts.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'
import type { EpochEntry } from '../../src/network/index.ts'
import type { RoomHost } from '../support/room-hosts.ts'
import type { Connection, Stream } from '@libp2p/interface'

const MEMBER_PROTOCOLS = ['member', 'heard', 'stem', 'peers', 'sync', 'file', 'keep'].map(name => `/undertone/${name}/1.0.0`)
const EVERY_PROTOCOL = [...MEMBER_PROTOCOLS, '/meshsub/1.2.0', '/ipfs/id/1.0.0', '/ipfs/id/push/1.0.0', '/ipfs/ping/1.0.0']
const MiB = 1024 * 1024
/** What a node may still hold after it was attacked with hundreds of megabytes. */
const MAX_GROWTH = 16 * MiB

describe('a room under attack', () => {
  const nodes = new Nodes()
  const memory = new LiveMemory()
  const attackers: RoomHost[] = []
  let ana: ChildNode
  let ben: ChildNode
  let room = ''
  let window: EpochEntry[] = []
  let roomId: ReturnType<typeof decodeInvite>['room']
  let said = 0

  before(async () => {
    await memory.prepare()
    const alone = ['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9']
    ana = memory.watch(() => nodes.rpc(alone))
    ben = nodes.rpc(alone)
    const created = await ana.call('room.create', { name: 'Fort', kind: 'invite' })
    room = created.room
    const { invite } = await ana.call('room.invite', { room })
    await ben.call('room.join', { invite })
    await Promise.all([meets(ana), meets(ben)])
    // the attacker is worse than a stranger: somebody let it in
    const decoded = decodeInvite(invite)
    roomId = decoded.room
    window = [{ epoch: decoded.epoch, keys: epochKeys(decoded.epochKey as any), current: true }]
  })
  afterEach(async () => {
    await Promise.all(attackers.splice(0).map(async each => each.stop()))
  })
  after(async () => {
    await nodes.stop()
    await memory.stop()
  })

  const attacker = async (member: boolean): Promise<{ host: RoomHost, connection: Connection }> => {
    const host = await createRoomHost({ epochs: member ? window : epochs(66, 10), transport: tcp(), listen: '/ip4/127.0.0.1/tcp/0' })
    attackers.push(host)
    const { addresses } = await ana.call('node.status')
    const connection = await host.libp2p.dial(addresses.map((address: string) => multiaddr(address)))
    if (member) {
      expect(await host.membership.prove(connection)).to.equal(true)
    }
    return { host, connection }
  }

  const connected = async (host: RoomHost, node = ana): Promise<boolean> => {
    const { compartments } = await node.call('node.status')
    return compartments.some((c: any) => c.connections.some((other: any) => other.peer === host.peer))
  }

  /** It loses its connection, and the room has not noticed. */
  const repelled = async (host: RoomHost, from = ana): Promise<void> => {
    for (const limit = soon(); await connected(host, from);) {
      limit.throwIfAborted()
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    const text = `still here ${said++}`
    await ana.call('room.send', { room, text })
    await hears(ben, text)
    const { compartments } = await ben.call('node.status')
    expect(compartments[0].connections.some((c: any) => c.member)).to.equal(true)
  }

  const quietly = async (attack: () => Promise<unknown>): Promise<void> => {
    try {
      await attack()
    } catch {
      // it has been cut off: that is what is waited for
    }
  }

  const open = async (connection: Connection, protocol: string): Promise<Stream> => connection.newStream([protocol], { signal: AbortSignal.timeout(20_000), maxOutboundStreams: 10_000 })

  const gossiped = async (connection: Connection, envelopes: Uint8Array[]): Promise<void> => {
    const stream = await open(connection, '/meshsub/1.2.0')
    const { topic } = window[0].keys
    for (let at = 0; at < envelopes.length && stream.status === 'open'; at += 50) {
      const rpc = RPC.encode({ subscriptions: [], messages: envelopes.slice(at, at + 50).map(data => ({ data, topic })) })
      if (!stream.send(new Uint8ArrayList(varint(rpc.byteLength), rpc))) {
        await stream.onDrain({ signal: soon() })
      }
    }
  }

  const written = async (body: { time: number, forged?: boolean }): Promise<Uint8Array> => {
    const { publicKey, privateKey } = generateKeyPair(randomBytes(32))
    const message = await signMessage(privateKey, roomId, encodePayload({ authorKey: publicKey, sequence: 0, seen: [], time: body.time, body: { kind: 'text', text: 'x', mentions: [] } }))
    const bytes = encodeSigned(message).slice()
    if (body.forged === true) {
      // the signature comes first
      bytes[5] ^= 1
    }
    return packEnvelope(window[0].keys, bytes)
  }

  it('drops a member that gossips garbage', async () => {
    const { host, connection } = await attacker(true)
    await quietly(async () => gossiped(connection, Array.from({ length: 400 }, () => randomBytes(256))))
    await repelled(host)
  })

  it('drops a member that forges authors', async () => {
    const { host, connection } = await attacker(true)
    const forged = await Promise.all(Array.from({ length: 30 }, async () => written({ time: Date.now(), forged: true })))
    await quietly(async () => gossiped(connection, forged))
    await repelled(host)
  })

  it('drops a member that replays what was said long ago, thousands of times', async () => {
    const { host, connection } = await attacker(true)
    const old = await Promise.all(Array.from({ length: 3_000 }, async () => written({ time: Date.now() - 3_600_000 })))
    await quietly(async () => gossiped(connection, old))
    await repelled(host)
  })

  type Attack = (connection: Connection) => Promise<unknown>

  const garbage: Attack = async connection => {
    const bytes = randomBytes(64 * 1024)
    for (let round = 0; round < 12 && connection.status === 'open'; round++) {
      await Promise.all(EVERY_PROTOCOL.map(async protocol => quietly(async () => {
        const stream = await open(connection, protocol)
        stream.send(bytes)
        await stream.close({ signal: AbortSignal.timeout(2_000) })
      })))
    }
  }

  const hugeFrames: Attack = async connection => {
    const flood = new Uint8Array(256 * 1024)
    flood.set([0xff, 0xff, 0xff, 0xff, 0x07])
    await Promise.all(EVERY_PROTOCOL.map(async protocol => {
      for (let round = 0; round < 8 && connection.status === 'open'; round++) {
        await quietly(async () => {
          const stream = await open(connection, protocol)
          for (let i = 0; i < 16 && stream.status === 'open'; i++) {
            stream.send(flood) || await stream.onDrain({ signal: AbortSignal.timeout(1_000) })
          }
          stream.abort(new Error('next'))
        })
      }
    }))
  }

  const thousandStreams: Attack = async connection => {
    for (let i = 0; i < 100 && connection.status === 'open'; i++) {
      await Promise.all(EVERY_PROTOCOL.map(async protocol => quietly(async () => open(connection, protocol))))
    }
  }

  const attacks: Record<string, Attack> = {
    'sends garbage on every protocol': garbage,
    'announces huge frames and sends as much as it can': hugeFrames,
    'opens a thousand streams and says nothing': thousandStreams
  }

  for (const [does, attack] of Object.entries(attacks)) {
    it(`drops a member that ${does}, and keeps nothing of it`, async () => {
      const before = await memory.of(ana)
      const { host, connection } = await attacker(true)
      await attack(connection)
      await repelled(host)
      expect(await memory.of(ana) - before).to.be.below(MAX_GROWTH)
    })
  }

  /** It subscribes, and then reads no more. */
  const stall = async (): Promise<void> => {
    const host = await createRoomHost({ epochs: window, transport: tcp(), listen: '/ip4/127.0.0.1/tcp/0' })
    try {
      await host.libp2p.unhandle('/meshsub/1.2.0')
      await host.libp2p.handle('/meshsub/1.2.0', stream => { stream.pause() })
      const { addresses } = await ben.call('node.status')
      const connection = await host.libp2p.dial(addresses.map((address: string) => multiaddr(address)))
      await host.membership.prove(connection)
      // more than a stream's window holds
      for (let i = 0; await connected(host, ben) && i < 60; i++) {
        await ben.call('room.send', { room, text: `${i} ${'long '.repeat(2_000)}` })
      }
      await repelled(host, ben)
    } finally {
      await host.stop()
    }
  }
  /** Takes ten seconds, as the test before the last one does: they go on at the same time, at two nodes. */
  let stalled: Promise<void> | undefined

  it('drops strangers that do all of this at the same time', async () => {
    stalled = stall()
    stalled.catch(() => {})
    const before = await memory.of(ana)
    await Promise.all(Object.values(attacks).map(async attack => {
      const { host, connection } = await attacker(false)
      await attack(connection)
      await repelled(host)
    }))
    expect(await memory.of(ana) - before).to.be.below(MAX_GROWTH)
  })

  it('cuts off a member that takes nothing of what it is sent', async () => { await (stalled ?? stall()) })
})

function varint (value: number): Uint8Array {
  const bytes: number[] = []
  while (value >= 0x80) {
    bytes.push((value & 0x7f) | 0x80)
    value = Math.floor(value / 128)
  }
  return Uint8Array.from([...bytes, value])
}
