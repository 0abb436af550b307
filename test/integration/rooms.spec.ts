import { expect } from 'aegir/chai'
import { LOCAL, Nodes, heard, hears, meets, soon } from '../support/nodes.ts'

describe('rooms of real processes', () => {
  const nodes = new Nodes()
  afterEach(async () => { await nodes.stop() })

  for (const dht of ['own', 'amino']) {
    it(`are found through the ${dht} DHT alone, with nothing shared but a bootstrap address and a name`, async () => {
      const { address } = await nodes.relay()
      const [ana, ben] = [1, 2].map(() => nodes.rpc(['--bootstrap', address, '--dht', dht]))
      const [{ room }] = await Promise.all([ana, ben].map(async node => node.call('room.join', { name: 'Kitchen' })))
      await Promise.all([meets(ana), meets(ben)])
      await ana.call('room.send', { room, text: 'hello Ben' })
      await hears(ben, 'hello Ben')
    })
  }

  it('are found through the invite alone, with the DHT off', async () => {
    const [ana, ben] = [1, 2].map(() => nodes.rpc(['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9']))
    const { room, kind, founder, persona } = await ana.call('room.create', { name: 'Study', kind: 'invite' })
    expect(kind).to.equal('invite')
    expect(founder).to.equal(persona)
    await ana.call('room.send', { room, text: 'said before' })
    const { invite, link } = await ana.call('room.invite', { room, uses: 1 })
    expect(link).to.contain('#/join/')
    const joined = await ben.call('room.join', { invite })
    expect(joined.room).to.equal(room)
    await ben.call('room.send', { room, text: 'let me in' })
    await hears(ana, 'let me in')
    await hears(ben, 'said before')
    const { members } = await ana.call('room.members', { room })
    expect(members).to.have.lengthOf(2)
    expect(members.find((m: any) => !m.self).invitedBy).to.equal(persona)
  })

  it('go on when relay and bootstrap node are killed, and take back a member that was', async () => {
    const { node: relay, address } = await nodes.relay()
    const [ana, ben] = [1, 2].map(() => nodes.rpc(['--bootstrap', address, '--dht', 'own']))
    const { room } = await ana.call('room.create', { name: 'Attic', kind: 'invite' })
    const { invite } = await ana.call('room.invite', { room })
    await ben.call('room.join', { invite })
    await Promise.all([meets(ana), meets(ben)])
    relay.kill('SIGKILL')
    await ana.call('room.send', { room, text: 'still here' })
    await hears(ben, 'still here')

    ben.kill('SIGKILL')
    await ana.call('room.send', { room, text: 'while you were away' })
    const again = nodes.rpc(['--bootstrap', address, '--dht', 'own'])
    await again.call('room.join', { invite })
    await hears(again, 'while you were away')
    await hears(again, 'still here')
  })

  it('tell each message once, in one order, to everybody, however many talk at once', async () => {
    const { address } = await nodes.relay()
    const people = Array.from({ length: 5 }, () => nodes.rpc(['--bootstrap', address, '--dht', 'own']))
    const [{ room }] = await Promise.all(people.map(async node => node.call('room.join', { name: 'Five' })))
    await Promise.all(people.map(async node => meets(node)))
    const said = people.flatMap((_, i) => Array.from({ length: 20 }, (_, j) => `${i}/${j}`))
    await Promise.all(people.map(async (node, i) => Promise.all(said.filter(text => text.startsWith(`${i}/`)).map(async text => node.call('room.send', { room, text })))))
    const orders = await Promise.all(people.map(async node => {
      await node.until(() => heard(node).length >= said.length, soon())
      expect(heard(node).slice().sort()).to.deep.equal(said.slice().sort())
      const { messages } = await node.call('room.messages', { room, limit: 1_000 })
      return messages.map((m: any) => m.text)
    }))
    for (const order of orders) {
      expect(order).to.deep.equal(orders[0])
    }
  })

  it('lose nothing of a burst of 5,000 from one member, whose sending waits', async function () {
    this.timeout(180_000)
    const { address } = await nodes.relay()
    const people = Array.from({ length: 4 }, () => nodes.rpc(['--bootstrap', address, '--dht', 'own']))
    const [{ room }] = await Promise.all(people.map(async node => node.call('room.join', { name: 'Flood' })))
    await Promise.all(people.map(async node => meets(node)))
    const [sender, ...others] = people
    const sending = Array.from({ length: 5_000 }, async (_, i) => sender.call('room.send', { room, text: `${i}` }))
    await Promise.all(sending)
    await Promise.all(others.map(async node => node.until(() => heard(node).length >= 5_000, soon(120_000))))
    for (const node of others) {
      expect(new Set(heard(node)).size).to.equal(5_000)
      expect(heard(node)).to.have.lengthOf(5_000)
    }
  })

  it('let edits, reactions and deletions through from their authors only', async () => {
    const [ana, ben] = [1, 2].map(() => nodes.rpc(['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9']))
    const { room } = await ana.call('room.create', { name: 'Notes', kind: 'invite' })
    await ben.call('room.join', { invite: (await ana.call('room.invite', { room })).invite })
    await meets(ana)
    const { id } = await ana.call('room.send', { room, text: 'helo' })
    await hears(ben, 'helo')
    await ana.call('room.edit', { room, message: id, text: 'hello' })
    await ben.call('room.react', { room, message: id, emoji: '👍' })
    const seen = (node: typeof ana, is: (m: any) => boolean): Promise<unknown> => node.until(() => node.events.some(e => e.type === 'room' && e.changed != null && is(e.changed)), soon())
    await seen(ben, m => m.text === 'hello' && m.edited)
    await seen(ana, m => m.reactions.some((r: any) => r.emoji === '👍'))
    await expect(ben.call('room.edit', { room, message: id, text: 'mine' })).to.eventually.be.rejectedWith('NotMemberError')
    await ana.call('room.delete', { room, message: id })
    await seen(ben, m => m.deleted && m.text === '')
  })

  it('of two are opened inside a room, and a moved room leaves people out', async () => {
    const [ana, ben, cem] = [1, 2, 3].map(() => nodes.rpc(['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9']))
    const { room } = await ana.call('room.create', { name: 'Club', kind: 'invite' })
    const rooms = await Promise.all([ben, cem].map(async node => node.call('room.join', { invite: (await ana.call('room.invite', { room })).invite })))
    await ana.until(() => ana.events.filter(e => e.type === 'member').length >= 3, soon())

    const direct = await ana.call('room.direct', { room, persona: rooms[0].persona })
    await ana.call('room.send', { room: direct.room, text: 'between us' })
    await hears(ben, 'between us')
    expect(direct.persona).to.not.equal(rooms[0].persona)

    const moved = await ana.call('room.move', { room, without: [rooms[1].persona] })
    await ben.until(() => ben.events.some(e => e.type === 'room' && e.movedTo === moved.room), soon())
    await ana.call('room.send', { room: moved.room, text: 'without Cem' })
    await hears(ben, 'without Cem')
    const { rooms: left } = await cem.call('room.list')
    expect(left.map((r: any) => r.room)).to.not.include(moved.room)
    expect(heard(cem)).to.not.include('without Cem')
  })

  it('give a burned persona no way back, and its owner another one', async () => {
    const [ana, ben] = [1, 2].map(() => nodes.rpc(['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9']))
    const { room } = await ana.call('room.create', { name: 'Masks', kind: 'invite' })
    const { persona } = await ben.call('room.join', { invite: (await ana.call('room.invite', { room })).invite })
    await Promise.all([meets(ana), meets(ben)])
    const before = (await ben.call('node.status')).compartments[0].transportPeer
    const { persona: next } = await ben.call('room.burn', { room })
    expect(next).to.not.equal(persona)
    expect((await ben.call('node.status')).compartments[0].transportPeer).to.not.equal(before)
    await ben.call('room.send', { room, text: 'somebody new' })
    await hears(ana, 'somebody new')
    const { members } = await ana.call('room.members', { room })
    expect(members.map((m: any) => m.persona)).to.not.include(persona)
  })

  it('share nothing between two rooms of one node', async () => {
    const { address } = await nodes.relay()
    const node = nodes.rpc(['--bootstrap', address, '--dht', 'own'])
    const rooms = [await node.call('room.join', { name: 'One' }), await node.call('room.join', { name: 'Two' })]
    const { compartments } = await node.call('node.status')
    expect(new Set(rooms.map(r => r.persona)).size).to.equal(2)
    expect(new Set(compartments.map((c: any) => c.transportPeer)).size).to.equal(2)
    const ledger = await node.call('node.privacy')
    const keys = ledger.rooms.flatMap((r: any) => r.announced.map((a: any) => a.key))
    expect(new Set(keys).size).to.equal(keys.length)
    expect(LOCAL).to.include('--memory')
  })

  it('carry files between members', async () => {
    const [ana, ben] = [1, 2].map(() => nodes.rpc(['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9']))
    const { room } = await ana.call('room.create', { name: 'Papers', kind: 'invite' })
    await ben.call('room.join', { invite: (await ana.call('room.invite', { room })).invite })
    await Promise.all([meets(ana), meets(ben)])
    const data = Buffer.alloc(200_000, 'secret plans ').toString('base64url')
    const { id } = await ana.call('room.attach', { room, data, name: 'plans.txt', type: 'text/plain' })
    await ben.until(() => ben.events.some(e => e.type === 'message' && e.message.attachments.length === 1), soon())
    expect((await ben.call('room.fetch', { room, attachment: id })).data).to.equal(data)
  })
})
