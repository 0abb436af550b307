import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { expect } from 'aegir/chai'
import { TypedEventEmitter } from 'main-event'
import { gatedRegistrar } from '../../src/network/gated-registrar.ts'
import type { Connection, Libp2pEvents, PeerId, Stream, Topology } from '@libp2p/interface'

/** As much of a stream as is used before anything is written. */
function silentStream (): Stream {
  return Object.assign(new EventTarget(), { protocol: '/p', status: 'open', writeBufferLength: 0, send: () => true, close: async () => {}, abort: () => {} }) as unknown as Stream
}

describe('a gossip stream to a member who is reached through a relay', () => {
  let remotePeer: PeerId
  before(async () => { remotePeer = peerIdFromPrivateKey(await generateKeyPair('Ed25519')) })

  /** Opens the stream over the relayed connection; a direct one comes while that is on its way. */
  async function opened (onDirect: () => Promise<Stream>): Promise<Stream> {
    const events = new TypedEventEmitter<Libp2pEvents>()
    const connections: Connection[] = []
    const { promise: relayed, resolve } = Promise.withResolvers<Stream>()
    const connection = (limits: object | undefined, newStream: () => Promise<Stream>): Connection => ({ remotePeer, limits, newStream, status: 'open', timeline: { open: connections.length } }) as unknown as Connection
    connections.push(connection({}, async () => relayed))
    const membership = Object.assign(new EventTarget(), { isMember: () => true, members: () => [remotePeer.toString()] })
    const registrar = gatedRegistrar({ registrar: {} as any, connectionManager: { getConnections: () => connections }, events }, membership as any, { movePauseMs: 1 })
    const { promise: met, resolve: meet } = Promise.withResolvers<Connection>()
    await registrar.register('/p', { onConnect: (_, gated) => { meet(gated) } } satisfies Topology)
    const opening = (await met).newStream(['/p'])
    const direct = connection(undefined, onDirect)
    connections.push(direct)
    events.dispatchEvent(new CustomEvent('connection:open', { detail: direct }))
    resolve(silentStream())
    return opening
  }

  it('goes over to a direct connection that came while it was being opened', async () => {
    const better = silentStream()
    const stream: any = await opened(async () => better)
    await new Promise(resolve => setTimeout(resolve, 0))
    expect(stream.raw).to.equal(better)
  })

  it('goes over later where the direct connection did not answer at first', async () => {
    const better = silentStream()
    let asked = 0
    const answered = Promise.withResolvers<void>()
    const stream: any = await opened(async () => {
      if (++asked === 1) {
        throw new Error('busy')
      }
      setTimeout(() => { answered.resolve() }, 0)
      return better
    })
    expect(stream.raw).to.not.equal(better)
    await answered.promise
    expect(stream.raw).to.equal(better)
  })
})
