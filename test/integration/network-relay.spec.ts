import { mkdtemp, rm } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'aegir/chai'
import { Nodes, hears, meets, soon } from '../support/nodes.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'

/** Nobody can dial it: its only address is at a relay. */
const BEHIND_NAT = ['rpc', '--profile', 'private', '--memory', '--listen', '/p2p-circuit', '--dht', 'off']

describe('members behind a NAT', () => {
  const nodes = new Nodes()
  afterEach(async () => { await nodes.stop() })

  const addressesOf = async (node: ChildNode): Promise<string[]> => (await node.call('node.status')).compartments.flatMap((c: any) => c.addresses)
  const connectionsOf = async (node: ChildNode): Promise<any[]> => (await node.call('node.status')).compartments.flatMap((c: any) => c.connections)
  const eventually = async (holds: () => Promise<boolean>): Promise<void> => {
    for (const limit = soon(); !await holds();) {
      limit.throwIfAborted()
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  }

  it('are reached through a relay, and directly as soon as there is a way', async () => {
    const { address } = await nodes.relay()
    const ana = nodes.start([...BEHIND_NAT, '--bootstrap', address])
    const { room } = await ana.call('room.create', { name: 'Cellar', kind: 'invite' })
    await eventually(async () => (await addressesOf(ana)).some(each => each.includes('/p2p-circuit')))
    const { invite } = await ana.call('room.invite', { room })
    // it knows the relay from the invite alone; ana cannot be dialled, but ben can
    const ben = nodes.rpc(['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9'])
    await ben.call('room.join', { invite })
    await Promise.all([meets(ana), meets(ben)])
    await ben.call('room.send', { room, text: 'found you' })
    await hears(ana, 'found you')
    await eventually(async () => (await connectionsOf(ana)).some(each => each.member && !each.limited))
    await ana.call('room.send', { room, text: 'no relay between us' })
    await hears(ben, 'no relay between us')
  })

  // WebRTC leaves the loopback interface out
  if (Object.values(networkInterfaces()).flat().some(each => each?.internal === false)) {
    it('of whom neither can be dialled are connected directly by WebRTC, and go on without the relay', async () => {
      const { address, node: relay } = await nodes.relay()
      const [ana, ben] = [1, 2].map(() => nodes.start([...BEHIND_NAT, '--listen', '/webrtc', '--bootstrap', address]))
      const { room } = await ana.call('room.create', { name: 'Loft', kind: 'invite' })
      await eventually(async () => (await addressesOf(ana)).some(each => each.includes('/p2p-circuit')))
      await ben.call('room.join', { invite: (await ana.call('room.invite', { room })).invite })
      for (const node of [ana, ben]) {
        await eventually(async () => (await connectionsOf(node)).some(each => each.member && each.carrier === 'webrtc' && !each.limited))
      }
      relay.kill('SIGKILL')
      await eventually(async () => (await connectionsOf(ana)).every(each => each.carrier === 'webrtc'))
      await ben.call('room.send', { room, text: 'no relay any more' })
      await hears(ana, 'no relay any more')
      // WebRTC's threads keep no process that has nothing more to do
      for (const node of [ana, ben]) {
        node.endInput()
        expect(await node.exited()).to.equal(0)
      }
    })
  }

  it('move to a member that relays when their relay dies, and newcomers still get in', async () => {
    const { address, node: relay } = await nodes.relay()
    const ana = nodes.start([...BEHIND_NAT, '--bootstrap', address])
    const ben = nodes.rpc(['--dht', 'off', '--bootstrap', address])
    const { room } = await ana.call('room.create', { name: 'Tunnel', kind: 'invite' })
    await eventually(async () => (await addressesOf(ana)).some(each => each.includes('/p2p-circuit')))
    await ben.call('room.join', { invite: (await ana.call('room.invite', { room })).invite })
    await Promise.all([meets(ana), meets(ben)])
    const { transportPeer } = (await ben.call('node.status')).compartments[0]
    relay.kill('SIGKILL')
    await eventually(async () => (await addressesOf(ana)).some(each => each.includes(`/p2p/${transportPeer}/p2p-circuit`)))
    const { invite } = await ana.call('room.invite', { room })
    const cem = nodes.start([...BEHIND_NAT, '--bootstrap', '/ip4/127.0.0.1/tcp/9'])
    await cem.call('room.join', { invite })
    await meets(cem, 2)
    await cem.call('room.send', { room, text: 'through ben' })
    await Promise.all([hears(ana, 'through ben'), hears(ben, 'through ben')])
  })

  it('find their relay again where it was when it is killed and started again', async () => {
    const data = await mkdtemp(join(tmpdir(), 'undertone-relay-'))
    try {
      const first = await nodes.relay(['--profile', 'private', '--data', data, '--listen', '/ip4/127.0.0.1/tcp/0'])
      const port = /tcp\/(\d+)/.exec(first.address)?.[1] as string
      const ana = nodes.start([...BEHIND_NAT, '--bootstrap', first.address])
      await ana.call('room.create', { name: 'Shelter', kind: 'invite' })
      await eventually(async () => (await addressesOf(ana)).length > 0)
      first.node.kill('SIGKILL')
      await eventually(async () => (await addressesOf(ana)).length === 0)
      const again = await nodes.relay(['--profile', 'private', '--data', data, '--listen', `/ip4/127.0.0.1/tcp/${port}`])
      expect(again.address).to.equal(first.address)
      await eventually(async () => (await addressesOf(ana)).length > 0)
    } finally {
      await rm(data, { recursive: true })
    }
  })
})
