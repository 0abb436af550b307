import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { byteStream } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { createLibp2p } from 'libp2p'
import { toString } from 'uint8arrays'
import { epochKeyFromSecret, epochKeys, roomSecretFromName } from '../../src/crypto/index.ts'
import { createCompartment } from '../../src/network/index.ts'
import { MEMBERSHIP_PROTOCOL } from '../../src/network/membership.ts'
import { muxer } from '../../src/network/muxer.ts'
import { block, createRoomHost, epochs, introduce, until } from '../support/room-hosts.ts'
import type { Compartment, EpochEntry, NetworkInit } from '../../src/network/index.ts'
import type { RoomHost } from '../support/room-hosts.ts'
import type { IdentifyResult, Libp2p, Stream } from '@libp2p/interface'

const network: NetworkInit = { profile: 'private', dht: 'off', bootstrap: [], listen: [multiaddr('/ip4/127.0.0.1/tcp/0')] }

async function byName (name: string): Promise<EpochEntry[]> {
  const secret = await roomSecretFromName(name, undefined, 3_600_000)
  return [9, 10, 11].map(epoch => ({ epoch, keys: epochKeys(epochKeyFromSecret(secret, epoch)), current: epoch === 10 }))
}

describe('a stranger', () => {
  const compartments: Compartment[] = []
  const strangers: Libp2p[] = []
  let hosts: RoomHost[] = []
  afterEach(async () => {
    await Promise.all([...compartments.splice(0), ...strangers.splice(0), ...hosts.splice(0)].map(async each => each.stop()))
  })

  const member = async (entries: EpochEntry[], contacts: Compartment[] = []): Promise<Compartment> => {
    const made = await createCompartment({ network, epochs: entries, contacts: contacts.flatMap(each => each.addresses()), validate: () => 'accept' })
    compartments.push(made)
    await made.start()
    return made
  }

  const stranger = async (): Promise<Libp2p> => {
    const made = await createLibp2p({
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [muxer()],
      connectionGater: { denyDialMultiaddr: () => false },
      services: { identify: identify() }
    })
    strangers.push(made)
    return made
  }

  /** Everything that a host tells somebody who connects and tries every protocol it has. */
  const viewOf = async (target: Compartment): Promise<{ identified: IdentifyResult, told: Map<string, Uint8Array> }> => {
    const host = await stranger()
    const identified = new Promise<IdentifyResult>(resolve => { host.addEventListener('peer:identify', event => { resolve(event.detail) }) })
    const connection = await host.dial(target.addresses())
    const result = await identified
    const told = new Map<string, Uint8Array>()
    await Promise.all(result.protocols.filter(each => !each.startsWith('/ipfs/')).map(async protocol => {
      const stream = await connection.newStream([protocol])
      const bytes: number[] = []
      stream.addEventListener('message', event => { bytes.push(...event.data.subarray()) })
      const ended = new Promise(resolve => { stream.addEventListener('close', resolve) })
      // what a member begins with: a nonce and tags; an empty subscription; a question
      stream.send(new Uint8Array(32 + 128).fill(7))
      // what is refused ends after its grace; the relay's and the DHT's answers leave the stream open
      await Promise.race([ended, new Promise(resolve => setTimeout(resolve, 1_500))])
      told.set(protocol, Uint8Array.from(bytes))
      stream.abort(new Error('seen enough'))
    }))
    return { identified: result, told }
  }

  it('learns from a host in a busy room neither topic, key, member nor address, and nothing that differs from another room', async () => {
    const kitchen = await byName('Kitchen')
    const [ana, other] = [await member(kitchen), await member(epochs(5, 10))]
    const ben = await member(kitchen, [ana])
    await until(() => ana.members().includes(ben.peerId) && ben.members().includes(ana.peerId))
    const talk = setInterval(() => { ben.publish(block(Math.floor(Math.random() * 1e9))).catch(() => {}) }, 20)
    try {
      const [view, otherView] = await Promise.all([viewOf(ana), viewOf(other)])
      // of addresses its own alone, as it was seen
      expect(view.identified.listenAddrs).to.deep.equal([])
      expect(view.identified.signedPeerRecord).to.equal(undefined)
      expect(view.identified.observedAddr?.toString()).to.match(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+(\/p2p\/\w+)?$/).and.not.include(ben.peerId)
      expect(view.identified.agentVersion).to.equal('undertone/1')
      // the same protocols, agent and version, whatever the room and whoever is in it
      expect([...view.told.keys()].sort()).to.deep.equal([...otherView.told.keys()].sort())
      expect(view.identified.agentVersion).to.equal(otherView.identified.agentVersion)
      expect(view.identified.protocolVersion).to.equal(otherView.identified.protocolVersion)
      for (const [protocol, bytes] of view.told) {
        if (protocol.startsWith('/libp2p/')) {
          // a relay's refusal: the same to the byte
          expect(otherView.told.get(protocol), protocol).to.deep.equal(bytes)
        } else {
          // a nonce and an answer, of the same size to everybody; else nothing at all
          expect(bytes.length, protocol).to.equal(protocol === MEMBERSHIP_PROTOCOL ? 64 : 0)
          expect(otherView.told.get(protocol)?.length, protocol).to.equal(bytes.length)
        }
      }
      // whoever guesses the name finds nothing in it to compare the guess with
      const all = JSON.stringify([view.identified.protocols, view.identified.listenAddrs.map(String), [...view.told.values()].map(bytes => toString(bytes, 'hex'))])
      for (const { keys } of kitchen) {
        for (const secret of [keys.topic, toString(keys.rendezvous, 'hex'), toString(keys.membership, 'hex'), toString(keys.envelope, 'hex')]) {
          expect(all).to.not.include(secret)
        }
      }
      expect(all).to.not.include(ben.peerId)
      for (const address of ben.addresses()) {
        expect(all).to.not.include(/tcp\/(\d+)/.exec(address.toString())?.[1] ?? 'no port')
      }
    } finally {
      clearInterval(talk)
    }
  })

  it('is left within seconds, and does not become a member by being dialled', async () => {
    const host = await stranger()
    const tags: number[] = []
    await host.handle(MEMBERSHIP_PROTOCOL, async (stream: Stream) => {
      stream.addEventListener('message', event => { tags.push(...event.data.subarray()) })
      stream.send(new Uint8Array(32))
      stream.send(new Uint8Array(32).fill(1))
    })
    const made = await createCompartment({ network, epochs: epochs(6, 10), contacts: host.getMultiaddrs(), strangerTimeoutMs: 1_000, validate: () => 'accept' })
    compartments.push(made)
    await made.start()
    await until(() => tags.length === 32 + 128)
    await until(() => made.connections().length === 0)
    expect(made.members()).to.deep.equal([])
  })

  it('cannot pass one member’s proof on to another and be taken for either', async () => {
    hosts = await Promise.all([1, 2].map(async () => createRoomHost({ epochs: epochs(7, 10) })))
    const [ana, ben] = hosts
    const middle = await createRoomHost({ epochs: epochs(8, 10) })
    hosts.push(middle)
    let passed = 0
    await middle.libp2p.unhandle(MEMBERSHIP_PROTOCOL)
    const toBen = await middle.libp2p.dial(ben.libp2p.getMultiaddrs())
    await middle.libp2p.handle(MEMBERSHIP_PROTOCOL, async (stream: Stream) => {
      const [left, right] = [byteStream(stream), byteStream(await toBen.newStream([MEMBERSHIP_PROTOCOL]))]
      await right.write(await left.read({ bytes: 32 }))
      await left.write(await right.read({ bytes: 32 }))
      await right.write(await left.read({ bytes: 128 }))
      await left.write(await right.read({ bytes: 32 }))
      passed++
    })
    const [connection] = [await ana.libp2p.dial(middle.libp2p.getMultiaddrs())]
    expect(await ana.membership.prove(connection)).to.equal(false)
    expect(passed).to.be.at.least(1)
    for (const each of [ana, ben]) {
      expect(each.membership.isMember(middle.peer)).to.equal(false)
    }
  })

  it('gets nowhere with a proof that was good once', async () => {
    hosts = await Promise.all([1, 2, 3].map(async () => createRoomHost({ epochs: epochs(9, 10) })))
    const [ana, ben, former] = hosts
    await introduce(ana, ben)
    // someone who was a member keeps what it was sent, and comes back when the room has moved on
    const seen: Uint8Array[] = []
    await former.libp2p.unhandle(MEMBERSHIP_PROTOCOL)
    await former.libp2p.handle(MEMBERSHIP_PROTOCOL, async (stream: Stream) => {
      const bytes = byteStream(stream)
      seen.push((await bytes.read({ bytes: 32 })).slice())
      await bytes.write(new Uint8Array(32).fill(3))
      seen.push((await bytes.read({ bytes: 128 })).slice())
      stream.abort(new Error('kept'))
    })
    await ana.libp2p.dial(former.libp2p.getMultiaddrs())
    await until(() => seen.length >= 2)
    for (const target of [ana, ben]) {
      const stream = byteStream(await (await former.libp2p.dial(target.libp2p.getMultiaddrs())).newStream([MEMBERSHIP_PROTOCOL]))
      await stream.write(seen[0])
      await stream.read({ bytes: 32 })
      await stream.write(seen[1])
      await stream.read({ bytes: 32 })
      expect(target.membership.isMember(former.peer)).to.equal(false)
    }
  })
})
