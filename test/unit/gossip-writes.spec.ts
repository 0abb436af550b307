import { RPC } from '@libp2p/gossipsub/message'
import { expect } from 'aegir/chai'
import { encode } from 'it-length-prefixed'
import { Uint8ArrayList } from 'uint8arraylist'
import { joinWrites } from '../../src/network/carriers/joined-writes.ts'
import { splitRpc } from '../../src/network/gated-rpc.ts'
import { CoalescingStream, MAX_HELD } from '../../src/network/gated-stream.ts'
import { drained } from '../../src/streams/index.ts'

/** A stream that keeps what it is given, and one that coalesces on top of it. */
function streams (): { coalescing: CoalescingStream, written: Uint8Array[], messages (): Promise<Uint8Array[]> } {
  const written: Uint8Array[] = []
  const raw = {
    status: 'open',
    writeStatus: 'writable',
    writableNeedsDrain: false,
    writeBufferLength: 0,
    addEventListener () {},
    send: (data: Uint8ArrayList) => written.push(data.subarray()) > 0
  }
  const coalescing = new CoalescingStream(raw as any, '/test', { coalesceMs: 0, maxBacklogBytes: 1e9, stallMs: 1e4, onStall () {} })
  const messages = async (): Promise<Uint8Array[]> => {
    await new Promise(resolve => { setTimeout(resolve, 5) })
    return written.flatMap(frame => {
      const found: Uint8Array[] = []
      for (let at = 0; at < frame.length;) {
        // frames of these tests are longer than 127 bytes and shorter than 16 KiB: two bytes of length
        const length = (frame[at] & 0x7f) | frame[at + 1] << 7
        found.push(...RPC.decode(frame.subarray(at + 2, at + 2 + length)).messages.map(({ data }) => data as Uint8Array))
        at += 2 + length
      }
      return found
    })
  }
  return { coalescing, written, messages }
}

const envelope = (seed: number): Uint8Array => {
  const bytes = new Uint8Array(256).fill(seed)
  new DataView(bytes.buffer).setUint32(0, seed)
  return bytes
}
const rpcOf = (...envelopes: Uint8Array[]): Uint8ArrayList => encode.single(RPC.encode({ subscriptions: [], messages: envelopes.map(data => ({ data, topic: 'room' })) }))

describe('writes to a neighbour', () => {
  it('carry the envelopes of one moment in one write', async () => {
    const { coalescing, written, messages } = streams()
    coalescing.send(rpcOf(envelope(1)))
    coalescing.send(rpcOf(envelope(2), envelope(3)))
    expect((await messages()).map(data => data[3])).to.deep.equal([1, 2, 3])
    expect(written).to.have.lengthOf(1)
  })

  it('wait each time a neighbour takes no more, not only the first time', async () => {
    const stream = Object.assign(new EventTarget(), { writableNeedsDrain: true })
    const { signal } = new AbortController()
    const times: string[] = []
    const wait = async (name: string): Promise<void> => { await drained(stream as any, signal).then(() => { times.push(name) }, () => { times.push(`${name} closed`) }) }
    const first = wait('first')
    stream.dispatchEvent(new Event('drain'))
    await first
    const second = wait('second')
    await new Promise(resolve => { setTimeout(resolve) })
    expect(times).to.deep.equal(['first'])
    stream.dispatchEvent(new Event('drain'))
    await second
    const third = wait('third')
    stream.dispatchEvent(new Event('close'))
    await third
    stream.writableNeedsDrain = false
    await wait('fourth')
    expect(times).to.deep.equal(['first', 'second', 'third closed', 'fourth'])
  })

  it('leave out what the neighbour sent itself meanwhile, and nothing else', async () => {
    const { coalescing, messages } = streams()
    coalescing.send(rpcOf(envelope(1)))
    coalescing.send(rpcOf(envelope(2)))
    coalescing.heldByPeer(envelope(1))
    expect((await messages()).map(data => data[3])).to.deep.equal([2])
  })

  it('do not happen when the neighbour has all of it', async () => {
    const { coalescing, written, messages } = streams()
    coalescing.heldByPeer(envelope(1))
    coalescing.send(rpcOf(envelope(1)))
    expect(await messages()).to.deep.equal([])
    expect(written).to.deep.equal([])
  })

  it(`remember at most ${MAX_HELD} envelopes that a neighbour has sent`, async () => {
    const { coalescing, messages } = streams()
    for (let seed = 0; seed <= MAX_HELD; seed++) {
      coalescing.heldByPeer(envelope(seed))
    }
    coalescing.send(rpcOf(envelope(0), envelope(1)))
    expect((await messages()).map(data => new DataView(data.slice().buffer).getUint32(0))).to.deep.equal([0])
  })

  it('keep what is no message in its place', () => {
    const control = RPC.encode({ subscriptions: [{ subscribe: true, topic: 'room' }], messages: [] })
    expect(splitRpc(control)).to.deep.equal([{ bytes: control }])
    const both = RPC.encode({ subscriptions: [], messages: [{ data: envelope(7), topic: 'room' }], control: { ihave: [], iwant: [], graft: [{ topicID: 'room' }], prune: [], idontwant: [] } })
    const parts = splitRpc(both)
    expect(parts.map(({ key }) => key != null)).to.deep.equal([true, false])
    expect(RPC.decode(parts[1].bytes).control?.graft).to.have.lengthOf(1)
  })

  it('reach the socket as one buffer, however many pieces encryption made', async () => {
    const given: Uint8Array[][] = []
    class Connection {
      sent = given
      sendData (data: Uint8ArrayList): { sentBytes: number, canSendMore: boolean } {
        this.sent.push([...data])
        return { sentBytes: data.byteLength, canSendMore: true }
      }
    }
    const upgraded: any[] = []
    const upgrader: any = { upgradeOutbound: async (connection: any) => { upgraded.push(connection) } }
    const carrier: any = () => ({
      dial: async (_: unknown, options: any) => options.upgrader.upgradeOutbound(new Connection(), {}),
      createListener () {}
    })
    await joinWrites(carrier)({}).dial({} as any, { upgrader } as any)
    const pieces = new Uint8ArrayList(Uint8Array.of(0, 3), Uint8Array.of(1, 2, 3), Uint8Array.of(9))
    expect(upgraded[0].sendData(pieces)).to.deep.equal({ sentBytes: 6, canSendMore: true })
    expect(given.map(write => write.map(bytes => [...bytes]))).to.deep.equal([[[0, 3, 1, 2, 3, 9]]])
  })
})
