import { expect } from 'aegir/chai'
import { Nodes, hears, meets, soon } from '../support/nodes.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'

const ALONE = ['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9']

describe('one host for several rooms', () => {
  const nodes = new Nodes()
  afterEach(async () => { await nodes.stop() })

  const peersOf = async (node: ChildNode): Promise<string[]> => (await node.call('node.status')).compartments.map((c: any) => c.transportPeer)

  it('carries rooms of two nodes that both share theirs, and keeps what is said apart', async () => {
    const [ana, ben] = [1, 2].map(() => nodes.rpc([...ALONE, '--shared-host']))
    const rooms: string[] = []
    for (const name of ['Left', 'Right']) {
      const { room } = await ana.call('room.create', { name, kind: 'invite' })
      await ben.call('room.join', { invite: (await ana.call('room.invite', { room })).invite })
      rooms.push(room)
    }
    for (const node of [ana, ben]) {
      await node.until(() => rooms.every(room => node.events.some(e => e.type === 'status' && e.room === room && e.connected >= 1)), soon())
    }
    await ana.call('room.send', { room: rooms[0], text: 'on the left' })
    await ben.call('room.send', { room: rooms[1], text: 'on the right' })
    await Promise.all([hears(ben, 'on the left'), hears(ana, 'on the right')])
    for (const node of [ana, ben]) {
      const messages = node.events.filter(e => e.type === 'message').map(e => [e.room, e.message.text])
      expect(messages).to.have.deep.members([[rooms[0], 'on the left'], [rooms[1], 'on the right']])
      expect(new Set(await peersOf(node)).size).to.equal(1)
      expect((await node.call('node.privacy')).sharedHost).to.equal(true)
    }
  })

  it('meets hosts of one room, and goes on when a room is left', async () => {
    const ana = nodes.rpc([...ALONE, '--shared-host'])
    const [ben, cem] = [1, 2].map(() => nodes.rpc(ALONE))
    const [one, two] = [await ana.call('room.create', { name: 'One', kind: 'invite' }), await ana.call('room.create', { name: 'Two', kind: 'invite' })]
    await ben.call('room.join', { invite: (await ana.call('room.invite', { room: one.room })).invite })
    await cem.call('room.join', { invite: (await ana.call('room.invite', { room: two.room })).invite })
    await Promise.all([meets(ben), meets(cem)])
    await ana.call('room.send', { room: one.room, text: 'for Ben' })
    await ana.call('room.send', { room: two.room, text: 'for Cem' })
    await Promise.all([hears(ben, 'for Ben'), hears(cem, 'for Cem')])
    await ana.call('room.leave', { room: one.room })
    await ana.call('room.send', { room: two.room, text: 'still here' })
    await hears(cem, 'still here')
    expect(await peersOf(ana)).to.have.lengthOf(1)
  })
})
