import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { DirectWay } from '../../src/network/direct-way.ts'

const PEER = '12D3KooWD2MSgYXDMFEmDpGiRZ2wQSZwrBwY7T5sXzUqmCn6hJ8F'
const HOST = { peer: PEER, addresses: [multiaddr(`/ip4/127.0.0.1/tcp/9/ws/p2p/${PEER}/p2p-circuit/webrtc`)] }

interface Shape { direction: 'inbound' | 'outbound', limited: boolean }

function made (connections: Shape[], waitMs?: number): { way: DirectWay, dials: string[], connections: Shape[] } {
  const dials: string[] = []
  const libp2p = {
    getConnections: () => connections.map(({ direction, limited }) => ({ direction, status: 'open', limits: limited ? {} : undefined })),
    dial: async (addresses: unknown) => { dials.push(String(addresses)) }
  }
  return { way: new DirectWay(libp2p as any, () => {}, waitMs), dials, connections }
}

const turn = async (): Promise<void> => new Promise(resolve => setTimeout(resolve))

describe('a direct way to a member met over a relay', () => {
  it('is dialled at once by the end that dialled the relayed one, and once', () => {
    const { way, dials } = made([{ direction: 'outbound', limited: true }])
    const { signal } = new AbortController()
    way.consider(HOST, signal)
    way.consider(HOST, signal)
    expect(dials).to.have.length(1)
  })

  it('is left to that end by the other one, which dials when there is still none', async () => {
    const { way, dials } = made([{ direction: 'inbound', limited: true }], 0)
    way.consider(HOST, new AbortController().signal)
    expect(dials).to.be.empty()
    await turn()
    await turn()
    expect(dials).to.have.length(1)
  })

  it('is dialled by either end at once where it needs no relay, and by the waiting one when the relay is gone meanwhile', async () => {
    const free = made([{ direction: 'inbound', limited: true }])
    free.way.consider({ peer: PEER, addresses: [multiaddr(`/ip4/127.0.0.1/tcp/9/ws/p2p/${PEER}`)] }, new AbortController().signal)
    expect(free.dials).to.have.length(1)
    const gone = made([{ direction: 'inbound', limited: true }], 0)
    gone.way.consider(HOST, new AbortController().signal)
    gone.connections.pop()
    await turn()
    await turn()
    expect(gone.dials).to.have.length(1)
  })

  it('is not dialled by the other end when it has come, or when the room was left', async () => {
    const came = made([{ direction: 'inbound', limited: true }], 0)
    came.way.consider(HOST, new AbortController().signal)
    came.connections.push({ direction: 'inbound', limited: false })
    const left = made([{ direction: 'inbound', limited: true }], 0)
    const controller = new AbortController()
    left.way.consider(HOST, controller.signal)
    controller.abort()
    await turn()
    await turn()
    expect([...came.dials, ...left.dials]).to.be.empty()
  })

  it('is not looked for where there is one, or for an address that only a relay carries', () => {
    const direct = made([{ direction: 'outbound', limited: true }, { direction: 'inbound', limited: false }])
    direct.way.consider(HOST, new AbortController().signal)
    const relayOnly = made([{ direction: 'outbound', limited: true }])
    relayOnly.way.consider({ peer: PEER, addresses: [multiaddr(`/ip4/127.0.0.1/tcp/9/ws/p2p/${PEER}/p2p-circuit`)] }, new AbortController().signal)
    expect([...direct.dials, ...relayOnly.dials]).to.be.empty()
  })
})
