import { expect } from 'aegir/chai'
import { HEARD_BATCH_MS, HEARD_PATIENT_MS, HeardProtocol } from '../../src/network/gossip-heard.ts'

/** Acknowledgements that go to one peer, with the time of each write. */
function heard (): { protocol: HeardProtocol, writes: Array<{ at: number, bytes: number }> } {
  const writes: Array<{ at: number, bytes: number }> = []
  const began = performance.now()
  const stream = { status: 'open', writeStatus: 'writable', writableNeedsDrain: false, send: (data: Uint8Array) => writes.push({ at: performance.now() - began, bytes: data.byteLength }) }
  const connection = { status: 'open', remotePeer: { toString: () => 'a' }, newStream: async () => stream }
  const protocol = new HeardProtocol({ connectionManager: { getConnections: () => [connection] } } as any, {
    membership: {} as any,
    backlog: () => 0,
    onHeard () {},
    onOffender () {}
  })
  return { protocol, writes }
}

const id = (seed: number): Uint8Array => new Uint8Array(20).fill(seed)
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) {
    await new Promise(resolve => { setTimeout(resolve, 10) })
  }
}

describe('acknowledgements', () => {
  it('of what others only passed on wait for more company, and all go in one write', async () => {
    const { protocol, writes } = heard()
    for (let seed = 0; seed < 10; seed++) {
      protocol.acknowledge('a', id(seed), 512, true)
    }
    await until(() => writes.length > 0)
    expect(writes.map(({ bytes }) => bytes)).to.deep.equal([160])
    expect(writes[0].at).to.be.at.least(HEARD_PATIENT_MS - 5)
  })

  it('that an author may wait for take the patient ones with them', async () => {
    const { protocol, writes } = heard()
    protocol.acknowledge('a', id(1), 512, true)
    protocol.acknowledge('a', id(2), 512)
    await until(() => writes.length > 0)
    expect(writes.map(({ bytes }) => bytes)).to.deep.equal([32])
    expect(writes[0].at).to.be.at.least(HEARD_BATCH_MS - 5)
    await new Promise(resolve => { setTimeout(resolve, HEARD_PATIENT_MS) })
    expect(writes).to.have.lengthOf(1)
  })

  it('for many envelopes at once wait for no timer: a window may be full', async () => {
    const { protocol, writes } = heard()
    for (let seed = 0; seed < 32; seed++) {
      protocol.acknowledge('a', id(seed), 512, true)
    }
    await new Promise(resolve => { setTimeout(resolve, 0) })
    expect(writes.map(({ bytes }) => bytes)).to.deep.equal([32 * 16])
  })
})
