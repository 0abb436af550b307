import { expect } from 'aegir/chai'
import { TypedEventEmitter } from 'main-event'
import { memberSignals } from '../../src/network/carriers/signals.ts'

const CANDIDATE = Uint8Array.of(4, 0x08, 0x02, 0x12, 0x00)
const OFFER = Uint8Array.of(4, 0x08, 0x00, 0x12, 0x00)

class FakeStream extends TypedEventEmitter<any> {
  readonly sent: Uint8Array[] = []
  status = 'open'
  writeStatus = 'writable'
  error?: Error
  send (data: Uint8Array): boolean {
    if (this.writeStatus !== 'writable') {
      throw new Error('Cannot write to a stream that is closed')
    }
    return this.sent.push(data) > 0
  }

  abort (error: Error): void { this.error = error }
  /** as long as its relay does not answer: for ever */
  async close (): Promise<void> { await this.closing }
  closing: Promise<void> = new Promise(() => {})
}

describe('signals of a WebRTC connection', () => {
  const connection = (stream: FakeStream): any => ({ remotePeer: 'somebody', newStream: async () => stream })

  /** What libp2p's transport is given, with ours in between. */
  const given = (member: boolean, stream: FakeStream): { components: any, handled: Map<string, any> } => {
    const handled = new Map<string, any>()
    let components: any
    memberSignals(each => { components = each }, async () => member)({
      registrar: { handle: async (protocol: string, handler: any) => { handled.set(protocol, handler) } },
      connectionManager: { getConnections: () => [connection(stream)] },
      transportManager: { dial: async () => connection(stream) }
    })
    return { components, handled }
  }

  it('are answered to members alone: they carry addresses', async () => {
    for (const member of [false, true]) {
      const stream = new FakeStream()
      const { components, handled } = given(member, stream)
      let answered = 0
      await components.registrar.handle('/signals', () => { answered++ })
      await handled.get('/signals')(stream, connection(stream))
      expect(answered).to.equal(member ? 1 : 0)
      expect(stream.error?.name).to.equal(member ? undefined : 'SignalsRefusedError')
    }
  })

  it('hold up nobody when their relay dies as they end: the connection is made, and stays', async () => {
    const [theirs, ours] = [new FakeStream(), new FakeStream()]
    const { components, handled } = given(true, ours)
    await components.registrar.handle('/signals', async (stream: FakeStream) => { await stream.close() })
    await handled.get('/signals')(theirs, connection(theirs))
    const [begun] = components.connectionManager.getConnections()
    ours.closing = Promise.reject(new Error('the relay is gone'))
    await (await begun.newStream(['/signals'])).close()
    await new Promise(resolve => setTimeout(resolve, 0))
    expect(ours.error?.message).to.equal('the relay is gone')
  })

  it('are begun with members alone, whether they are connected already or a relay has to be asked', async () => {
    const stream = new FakeStream()
    const { components } = given(false, stream)
    for (const each of [components.connectionManager.getConnections()[0], await components.transportManager.dial()]) {
      await expect(each.newStream(['/signals'])).to.eventually.be.rejected().with.property('name', 'SignalsRefusedError')
    }
    expect(stream.sent).to.deep.equal([])
  })

  it('say where we are after the other side has answered, at most 64 times before', async () => {
    const raw = new FakeStream()
    const { components } = given(true, raw)
    const stream = await components.connectionManager.getConnections()[0].newStream(['/signals'])
    stream.send(OFFER)
    for (let i = 0; i < 70; i++) {
      stream.send(CANDIDATE)
    }
    expect(raw.sent).to.deep.equal([OFFER, ...Array(6).fill(CANDIDATE)])
    raw.safeDispatchEvent('message', { detail: {} })
    while (raw.sent.length < 71) {
      await new Promise(resolve => setTimeout(resolve, 1))
    }
    stream.send(CANDIDATE)
    expect(raw.sent).to.have.lengthOf(72)
  })

  it('are not written to a stream that the other side or we have closed meanwhile', async () => {
    const raw = new FakeStream()
    const { components } = given(true, raw)
    const stream = await components.connectionManager.getConnections()[0].newStream(['/signals'])
    stream.send(OFFER)
    stream.send(CANDIDATE)
    // what a timer throws is nobody's to catch: that nothing is tried is what counts
    const { promise: looked, resolve } = Promise.withResolvers<void>()
    let tried = 0
    Object.defineProperty(raw, 'writeStatus', {
      get: () => {
        resolve()
        return 'closed'
      }
    })
    raw.send = () => {
      tried++
      return false
    }
    raw.safeDispatchEvent('message', { detail: {} })
    await looked
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(raw.sent).to.deep.equal([OFFER])
    expect(tried).to.equal(0)
  })
})
