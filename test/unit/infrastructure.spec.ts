import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { Infrastructure, MAX_SERVING } from '../../src/network/rendezvous/infrastructure.ts'

async function someone (): Promise<string> { return peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString() }
const turn = async (): Promise<void> => new Promise(resolve => setTimeout(resolve, 0))

describe('bootstrap nodes', () => {
  async function make (dial: (peer: string) => Promise<any>): Promise<{ infrastructure: Infrastructure, peer: string, dials(): number, logged: string[] }> {
    const peer = await someone()
    const logged: string[] = []
    let dials = 0
    const infrastructure = new Infrastructure({
      libp2p: { dial: async () => { dials++; return dial(peer) }, getConnections: () => [] } as any,
      addresses: [multiaddr(`/ip4/127.0.0.1/tcp/9/p2p/${peer}`), multiaddr(`/ip4/127.0.0.1/tcp/9/ws/p2p/${peer}`)],
      log: message => { logged.push(message) }
    })
    return { infrastructure, peer, dials: () => dials, logged }
  }

  it('that are dead are not dialled again because others come and go', async () => {
    const { infrastructure, peer, dials } = await make(async () => { throw new Error('nobody') })
    infrastructure.start()
    await turn()
    const others = await Promise.all(Array.from({ length: 20 }, someone))
    for (const other of [...others, peer]) {
      infrastructure.serves(other)
      infrastructure.lost(other)
      await turn()
    }
    expect(dials()).to.equal(1)
    infrastructure.stop()
  })

  it('are dialled once at a time, however often somebody asks', async () => {
    const { infrastructure, dials } = await make(async () => new Promise(() => {}))
    infrastructure.start()
    for (let i = 0; i < 50; i++) {
      infrastructure.refresh()
    }
    await turn()
    expect(dials()).to.equal(1)
    infrastructure.stop()
  })

  it('that hang up at once are tried less and less often', async () => {
    const { infrastructure, peer, dials, logged } = await make(async peer => ({ remotePeer: { toString: () => peer } }))
    infrastructure.start()
    const signal = AbortSignal.timeout(20_000)
    for (let round = 1; round <= 3; round++) {
      while (dials() < round) {
        signal.throwIfAborted()
        await new Promise(resolve => setTimeout(resolve, 10))
      }
      await turn()
      infrastructure.lost(peer)
    }
    expect(logged.map(each => each.replace(/.*again in /, ''))).to.deep.equal(['500 ms', '1000 ms', '2000 ms'])
    infrastructure.stop()
  })

  it(`remembers at most ${MAX_SERVING} peers that serve a DHT, and never forgets those that were named`, async () => {
    const { infrastructure, peer } = await make(async () => new Promise(() => {}))
    infrastructure.start()
    for (let i = 0; i <= MAX_SERVING; i++) {
      infrastructure.serves(`peer ${i}`)
    }
    expect([infrastructure.has('peer 0'), infrastructure.has(`peer ${MAX_SERVING}`), infrastructure.has(peer)]).to.deep.equal([false, true, true])
    infrastructure.stop()
  })
})
