import { expect } from 'aegir/chai'
import { Nodes, heard, hears, meets, soon } from '../support/nodes.ts'
import type { ChildNode, RpcEvent } from '../../src/cli/child-node.ts'

const ALONE = ['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9']

describe('an invite for one that two use at once', () => {
  const nodes = new Nodes()
  afterEach(async () => { await nodes.stop() })

  const told = async (node: ChildNode, is: (event: RpcEvent) => boolean): Promise<RpcEvent> => node.until(() => node.events.find(is), soon())

  it('tells the one that came too late, and the founder, who can move the room; another invite lets it in', async () => {
    const [ana, ben, cem] = [1, 2, 3].map(() => nodes.rpc(ALONE))
    const { room } = await ana.call('room.create', { name: 'Alcove', kind: 'invite' })
    const { invite } = await ana.call('room.invite', { room, uses: 1 })
    await Promise.all([ben, cem].map(async node => node.call('room.join', { invite })))
    // who knows at once that it came too late may say nothing at all
    await Promise.all([ben, cem].map(async node => node.call('room.send', { room, text: 'hello' }).catch(() => {})))
    await Promise.all([ana, ben, cem].map(async node => meets(node, 2)))

    const loser = await Promise.race([ben, cem].map(async node => {
      await told(node, event => event.type === 'status' && event.admitted === false)
      return node
    }))
    const winner = loser === ben ? cem : ben
    await expect(loser.call('room.send', { room, text: 'anybody?' })).to.eventually.be.rejectedWith(/NotMemberError: .*another one/)
    const { messages } = await loser.call('room.messages', { room })
    expect(messages.filter((each: any) => each.self).map((each: any) => each.delivery)).to.not.include('heard').and.not.include('sent')
    const { overused } = await told(ana, event => event.overused != null)
    expect(overused.uses).to.equal(1)
    expect(overused.persona).to.equal((await loser.call('room.info', { room })).persona)
    // nobody else is told that something is wrong
    expect(winner.events.some(event => event.admitted === false || event.overused != null)).to.equal(false)

    await winner.call('room.send', { room, text: 'I am in' })
    await hears(ana, 'I am in')
    await loser.call('room.join', await ana.call('room.invite', { room, uses: 1 }).then(({ invite }) => ({ invite })))
    await loser.call('room.send', { room, text: 'in after all' })
    await Promise.all([hears(ana, 'in after all'), hears(winner, 'in after all')])

    // what the founder does about somebody who reads along and was never let in
    const late = nodes.rpc(ALONE)
    await late.call('room.join', { invite })
    await told(late, event => event.type === 'status' && event.admitted === false)
    const moved = await ana.call('room.move', { room, without: [] })
    await told(winner, event => event.movedTo === moved.room)
    await ana.call('room.send', { room: moved.room, text: 'among us' })
    await hears(winner, 'among us')
    expect((await late.call('room.list')).rooms.map((each: any) => each.room)).to.deep.equal([room])
    expect(heard(late)).to.not.include('among us')
  })
})
