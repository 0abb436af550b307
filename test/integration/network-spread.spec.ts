import { gossipsub } from '@libp2p/gossipsub'
import { RPC } from '@libp2p/gossipsub/message'
import { identify } from '@libp2p/identify'
import { memory } from '@libp2p/memory'
import { noise } from '@libp2p/noise'
import { expect } from 'aegir/chai'
import { encode } from 'it-length-prefixed'
import { createLibp2p } from 'libp2p'
import { gatedRegistrar } from '../../src/network/gated-registrar.ts'
import { identify as nameOf } from '../../src/network/gossip-id.ts'
import { MESH_DEGREE } from '../../src/network/gossip-router.ts'
import { createMembership } from '../../src/network/membership.ts'
import { muxer } from '../../src/network/muxer.ts'
import { markedRpc, markOf, servedTag } from '../../src/network/spread-mark.ts'
import { MAX_SPREAD_PEERS } from '../../src/network/spread.ts'
import { block, createRoomHost, epochs, introduce, say, until } from '../support/room-hosts.ts'
import type { RoomHost, RoomHostInit } from '../support/room-hosts.ts'
import type { GossipSub } from '@libp2p/gossipsub'
import type { Connection, Libp2p, Stream } from '@libp2p/interface'

const ROOM = 78
const window = epochs(ROOM, 10)
const { topic } = window[1].keys
const PATIENT = { embargo: { meanMs: 600_000, minMs: 600_000 } }

describe('an envelope at the end of its stem', () => {
  const hosts: RoomHost[] = []
  afterEach(async () => { await Promise.all(hosts.splice(0).map(async host => host.stop())) })

  const make = async (count: number, init: Partial<RoomHostInit> = {}): Promise<RoomHost[]> => {
    hosts.push(...await Promise.all(Array.from({ length: count }, async () => createRoomHost({ epochs: window, membership: { renewalSpreadMs: 50 }, ...init }))))
    return hosts
  }

  const subscribed = async (all: RoomHost[], neighbours: number): Promise<void> => until(() => all.every(host => host.gossip.neighbours().length >= neighbours))

  /** All connected to all. */
  const room = async (count: number, init: Partial<RoomHostInit> = {}): Promise<RoomHost[]> => {
    const all = await make(count, init)
    for (let i = 0; i < count; i++) {
      await Promise.all(all.slice(0, i).map(async (host, j) => (i + j) % 2 === 0 ? introduce(host, all[i]) : introduce(all[i], host)))
    }
    await subscribed(all, 2)
    return all
  }

  /** In everybody's mesh: then no heartbeat tells anybody of what was said. */
  const FULL_MESH = { gossip: { degree: { D: 9, Dlo: 8, Dhi: 12 } } }

  /** Counts the copies of envelopes that a host is sent from now on. */
  const copies = (host: RoomHost): () => number => {
    const chunks = new Map<unknown, number[]>()
    for (const stream of host.libp2p.getConnections().flatMap(connection => connection.streams)) {
      if (stream.protocol === '/meshsub/1.2.0' && stream.direction === 'inbound') {
        const bytes: number[] = []
        chunks.set(stream, bytes)
        stream.addEventListener('message', event => { bytes.push(...event.data.subarray()) })
      }
    }
    return () => [...chunks.values()].reduce((sum, bytes) => sum + messagesIn(Uint8Array.from(bytes)), 0)
  }

  it('reaches everybody after one hop, in one copy', async () => {
    const all = await room(8, { stem: PATIENT })
    await until(() => all.every(host => host.libp2p.getConnections().length === 7))
    // whoever is in the mesh has been grafted or pruned by now
    await new Promise(resolve => { setTimeout(resolve, 2_500) })
    const counts = all.map(copies)
    const said = 40
    for (let i = 0; i < said; i++) {
      await say(all[i % all.length], block(100 + i), 10)
    }
    await until(() => all.every(host => host.received.length >= said * 7 / 8))
    await until(() => counts.reduce((sum, count) => sum + count(), 0) >= said * 7)
    await new Promise(resolve => { setTimeout(resolve, 500) })
    // a mesh of three neighbours takes twelve to twenty copies for these seven
    expect(counts.reduce((sum, count) => sum + count(), 0) / said).to.be.within(7, 8)
  })

  it('goes to all neighbours when it is small, to those of the mesh when it is large', async () => {
    const all = await room(8)
    await until(() => all[0].libp2p.getConnections().length === 7)
    await new Promise(resolve => { setTimeout(resolve, 2_500) })
    expect(await all[0].gossip.relay(block(1, 4_096), 10)).to.equal(7)
    expect(await all[0].gossip.relay(block(2, 65_536), 10)).to.be.within(1, 4)
    await until(() => all.slice(1).every(host => host.received.length === 2))
  })

  it('comes to those whom its spreader does not know', async () => {
    const all = await make(6)
    for (let i = 1; i < all.length; i++) {
      await introduce(all[i - 1], all[i])
    }
    await subscribed(all, 1)
    await until(() => all.slice(1, -1).every(host => host.gossip.neighbours().length === 2))
    expect(await all[2].gossip.relay(block(1), 10)).to.equal(2)
    await until(() => all.every(host => host === all[2] || host.received.length === 1))
  })

  it('comes to all when its spreader names them and sends it to half of them only', async () => {
    const all = await room(7, FULL_MESH)
    await subscribed(all, 6)
    const [liar, ...others] = all
    const told = others.slice(0, 3)
    const lie = markOf(others.map(({ peer }) => servedTag(topic, peer)))
    const streams = await Promise.all(told.map(async host => {
      const connection = liar.libp2p.getConnections().find(connection => connection.remotePeer.toString() === host.peer)
      return (connection as Connection).newStream(['/meshsub/1.2.0'])
    }))
    const lies = 20
    for (let i = 0; i < lies; i++) {
      streams.forEach(stream => { stream.send(encode.single(markedRpc(topic, block(500 + i), lie))) })
    }
    await until(() => told.every(host => host.received.length === lies))
    // nobody passed on what all were said to have
    expect(others.slice(3).every(host => host.received.length < lies)).to.equal(true)
    await until(() => others.every(host => host.received.length === lies))
  })

  it('comes to one whose link to its spreader breaks with it on the way', async () => {
    const all = await room(6, FULL_MESH)
    await subscribed(all, 5)
    const [spreader, cut, ...others] = all
    const link = spreader.libp2p.getConnections().find(connection => connection.remotePeer.toString() === cut.peer) as Connection
    const stream = link.streams.find(stream => stream.protocol === '/meshsub/1.2.0' && stream.direction === 'outbound') as Stream
    let lost = 0
    stream.send = data => {
      lost += messagesIn(data.subarray())
      link.abort(new Error('The cable was pulled'))
      return true
    }
    await spreader.gossip.relay(block(1), 10)
    await until(() => others.every(host => host.received.length === 1))
    expect(lost).to.equal(1)
    // it was named: the others ask it a moment later, and nobody else would
    expect(cut.received).to.have.lengthOf(0)
    await until(() => cut.received.length === 1)
    expect(all.flatMap(host => host.offenders)).to.deep.equal([])
    // one loss does not make a liar of the spreader
    expect(await spreader.gossip.relay(block(2), 10)).to.be.at.least(4)
    await until(() => [cut, ...others].every(host => host.received.length === 2))
  })

  it(`goes to the mesh, and from there to everybody, where there are more than ${MAX_SPREAD_PEERS} neighbours`, async () => {
    const [hub, ...spokes] = await make(MAX_SPREAD_PEERS + 2)
    const last = spokes.pop() as RoomHost
    await Promise.all(spokes.map(async (spoke, i) => {
      await introduce(hub, spoke)
      await introduce(spoke, spokes[(i + 1) % spokes.length])
    }))
    await new Promise(resolve => { setTimeout(resolve, 2_500) })
    expect(await hub.gossip.relay(block(1), 10)).to.equal(MAX_SPREAD_PEERS)
    await until(() => spokes.every(spoke => spoke.received.length === 1))
    await introduce(hub, last)
    await introduce(last, spokes[0])
    await new Promise(resolve => { setTimeout(resolve, 2_500) })
    expect(await hub.gossip.relay(block(2), 10)).to.be.within(1, MESH_DEGREE.Dhi)
    await until(() => spokes.every(spoke => spoke.received.length === 2) && last.received.length >= 1)
  })

  it('is still in time for its author to hear of it, and for many that are said at once', async () => {
    const all = await room(6)
    const heard: string[] = []
    all[0].gossip.addEventListener('heard', event => { heard.push(event.detail.envelope) })
    const said = Array.from({ length: 1_500 }, (_, i) => block(1_000 + i, 512))
    await Promise.all(said.map(async envelope => say(all[0], envelope, 10)))
    await until(() => all.slice(1).every(host => host.received.length === said.length) && heard.length === said.length)
    expect(all[0].gossip.outstanding()).to.deep.equal({ envelopes: 0, waiting: 0 })
    expect(all.flatMap(host => host.offenders)).to.deep.equal([])
  })

  it('passes through a member that speaks gossip and nothing else, both ways', async () => {
    const [ana, ben] = await make(2)
    const plain = await plainMember()
    try {
      const { gossip } = plain.services.room
      const received: number[] = []
      gossip.addEventListener('gossipsub:message', (event: any) => { received.push(event.detail.msg.data[0] << 8 | event.detail.msg.data[3]) })
      for (const host of [ana, ben]) {
        await plain.dial(host.libp2p.getMultiaddrs())
      }
      await until(() => [ana, ben].every(host => host.gossip.neighbours().length === 1))
      expect(await ana.gossip.relay(block(7), 10)).to.equal(1)
      await until(() => ben.received.length === 1 && received.length === 1)
      await gossip.publish(topic, block(8))
      await until(() => ana.received.length === 1 && ben.received.length === 2)
    } finally {
      await plain.stop()
    }
  })
})

/** Proves membership and gossips: what any other program has to do. */
async function plainMember (): Promise<Libp2p<any>> {
  return createLibp2p<any>({
    transports: [memory()],
    connectionEncrypters: [noise()],
    streamMuxers: [muxer()],
    services: {
      identify: identify(),
      room: (components: any) => {
        const membership = createMembership({ epochs: window })(components)
        const { peerId, privateKey, peerStore, connectionManager, logger } = components
        const gossip = gossipsub({
          globalSignaturePolicy: 'StrictNoSign',
          floodPublish: false,
          msgIdFn: message => nameOf(message.topic, message.data).id
        })({ peerId, privateKey, peerStore, connectionManager, logger, registrar: gatedRegistrar(components, membership) }) as GossipSub & { start (): Promise<void>, stop (): Promise<void> }
        gossip.protocols = ['/meshsub/1.2.0']
        return {
          gossip,
          async start () {
            await membership.start()
            await gossip.start()
            gossip.subscribe(topic)
          },
          async stop () {
            await gossip.stop()
            await membership.stop()
          }
        }
      }
    }
  })
}

function messagesIn (bytes: Uint8Array): number {
  let count = 0
  for (let at = 0; at < bytes.byteLength;) {
    let length = 0
    for (let shift = 0, more = true; more; shift += 7) {
      length |= (bytes[at] & 0x7f) << shift
      more = bytes[at++] >= 0x80
    }
    count += RPC.decode(bytes.subarray(at, at + length)).messages.length
    at += length
  }
  return count
}
