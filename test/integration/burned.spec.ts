import { expect } from 'aegir/chai'
import { Nodes, hears } from '../support/nodes.ts'

const ALONE = ['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9']

describe('who burned a persona', () => {
  const nodes = new Nodes()
  afterEach(async () => { await nodes.stop() })

  it('goes on in the room as somebody else: its founder, and who came by an invite that has expired since', async () => {
    const [ana, ben, cem] = [1, 2, 3].map(() => nodes.rpc(ALONE))
    const { room, founder } = await ana.call('room.create', { name: 'Alcove', kind: 'invite' })
    const expires = Date.now() + 4_000
    const { invite } = await ana.call('room.invite', { room, uses: 1, expires })
    await ben.call('room.join', { invite })
    await ben.call('room.send', { room, text: 'in time' })
    await hears(ana, 'in time')

    for (const words of ['as somebody else', 'as a third']) {
      const { persona } = await ana.call('room.burn', { room })
      expect(persona).to.not.equal(founder)
      await ana.call('room.send', { room, text: words })
      await hears(ben, words)
    }
    await new Promise(resolve => setTimeout(resolve, Math.max(0, expires + 1 - Date.now())))
    await ben.call('room.burn', { room })
    await ben.call('room.send', { room, text: 'later' })
    await hears(ana, 'later')

    // whoever comes now makes sense of all of them
    await cem.call('room.join', { invite: (await ana.call('room.invite', { room })).invite })
    await cem.call('room.send', { room, text: 'and me' })
    await Promise.all([hears(ana, 'and me'), hears(ben, 'and me'), hears(cem, 'later'), hears(cem, 'as a third')])
    expect((await cem.call('room.members', { room })).members).to.have.lengthOf(3)
    expect(ana.events.some(event => event.overused != null)).to.equal(false)
  })
})
