import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { expect } from 'aegir/chai'
import { TypedEventEmitter } from 'main-event'
import { gatedRegistrar } from '../../src/network/gated-registrar.ts'
import type { GatedRegistrarInit } from '../../src/network/gated-registrar.ts'
import type { Connection, Libp2pEvents, NewStreamOptions, PeerId, Stream, Topology } from '@libp2p/interface'

/** As much of a stream as is used before anything is written. */
function silentStream (): Stream {
  return Object.assign(new EventTarget(), { protocol: '/p', status: 'open', writeBufferLength: 0, send: () => true, close: async () => {}, abort: () => {} }) as unknown as Stream
}

describe('a gossip stream to a member who is reached through a relay', () => {
  let remotePeer: PeerId
  let another: PeerId
  before(async () => {
    remotePeer = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
    another = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
  })

  /** Members, the connections to them, and who of them gossipsub hears of. */
  async function stage (members: PeerId[], init: GatedRegistrarInit = {}): Promise<Stage> {
    const events = new TypedEventEmitter<Libp2pEvents>()
    const connections: Connection[] = []
    const told: string[] = []
    const membership = Object.assign(new EventTarget(), { isMember: () => true, members: () => members.map(String) })
    const registrar = gatedRegistrar({ registrar: {} as any, connectionManager: { getConnections: () => connections }, events }, membership as any, { movePauseMs: 1, ...init })
    const streams = new Map<string, Promise<Stream>>()
    return {
      told,
      streams,
      connect: (remotePeer, limits, newStream) => {
        const connection = { remotePeer, limits, newStream, status: 'open', timeline: { open: connections.length } } as unknown as Connection
        connections.push(connection)
        events.dispatchEvent(new CustomEvent('connection:open', { detail: connection }))
      },
      start: async () => {
        await registrar.register('/p', {
          onConnect: (peer, gated) => {
            told.push(peer.toString())
            streams.set(peer.toString(), gated.newStream(['/p']))
          }
        } satisfies Topology)
      }
    }
  }

  const turn = async (): Promise<void> => { await new Promise(resolve => setTimeout(resolve, 0)) }

  it('is opened over a direct connection that came while the relay did not answer', async () => {
    const { connect, start, streams } = await stage([remotePeer])
    const better = silentStream()
    connect(remotePeer, {}, async (_, options) => new Promise((resolve, reject) => { options?.signal?.addEventListener('abort', () => { reject(options.signal?.reason) }) }))
    await start()
    connect(remotePeer, undefined, async () => better)
    await turn()
    expect((await streams.get(remotePeer.toString()) as any).raw).to.equal(better)
  })

  it('goes over to a direct connection that comes later, and tells what may have been lost', async () => {
    const moved: string[] = []
    const { connect, start, streams } = await stage([remotePeer], { onMoved: peer => { moved.push(peer) } })
    const better = silentStream()
    connect(remotePeer, {}, async () => silentStream())
    await start()
    await turn()
    connect(remotePeer, undefined, async () => better)
    await turn()
    expect((await streams.get(remotePeer.toString()) as any).raw).to.equal(better)
    expect(moved).to.deep.equal([remotePeer.toString()])
  })

  it('goes over later where the direct connection did not answer at first', async () => {
    const { connect, start, streams } = await stage([remotePeer])
    const better = silentStream()
    let asked = 0
    const answered = Promise.withResolvers<void>()
    connect(remotePeer, {}, async () => silentStream())
    await start()
    await turn()
    connect(remotePeer, undefined, async () => {
      if (++asked === 1) {
        throw new Error('busy')
      }
      setTimeout(() => { answered.resolve() }, 0)
      return better
    })
    const stream: any = await streams.get(remotePeer.toString())
    expect(stream.raw).to.not.equal(better)
    await answered.promise
    expect(stream.raw).to.equal(better)
  })

  it('keeps nobody waiting who comes later, when it is not answered', async () => {
    const { connect, start, told } = await stage([remotePeer, another])
    connect(remotePeer, {}, async () => new Promise(() => {}))
    connect(another, undefined, async () => silentStream())
    await start()
    await turn()
    expect(told).to.deep.equal([another.toString()])
  })

  it('is opened once, and over a relay where there is nothing better', async () => {
    const { connect, start, streams, told } = await stage([remotePeer])
    const asked: Array<NewStreamOptions | undefined> = []
    connect(remotePeer, {}, async (_, options) => {
      asked.push(options)
      return silentStream()
    })
    await start()
    await turn()
    await streams.get(remotePeer.toString())
    expect(told).to.have.length(1)
    expect(asked).to.have.length(1)
    expect(asked[0]?.runOnLimitedConnection).to.equal(true)
  })

  it('is tried again when it could not be opened', async () => {
    const { connect, start, told } = await stage([remotePeer])
    let asked = 0
    const answered = Promise.withResolvers<void>()
    connect(remotePeer, undefined, async () => {
      if (++asked === 1) {
        throw new Error('busy')
      }
      setTimeout(() => { answered.resolve() }, 0)
      return silentStream()
    })
    await start()
    await answered.promise
    expect(told).to.deep.equal([remotePeer.toString()])
  })
})

interface Stage {
  /** peers that gossipsub heard of, in order */
  told: string[]
  /** what it opened to them at once */
  streams: Map<string, Promise<Stream>>
  connect (peer: PeerId, limits: object | undefined, newStream: (protocols: string[], options?: NewStreamOptions) => Promise<Stream>): void
  start (): Promise<void>
}
