import { expect } from 'aegir/chai'
import { Nodes, hears, meets, soon } from '../support/nodes.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'

const ALONE = ['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9']

/** Waits until what a node answers satisfies `is`; fails by the limit. */
async function answers (node: ChildNode, method: string, params: object, is: (answer: any) => boolean, limit = 60_000): Promise<any> {
  const until = Date.now() + limit
  for (;;) {
    const answer = await node.call(method, params)
    if (is(answer)) {
      return answer
    }
    if (Date.now() > until) {
      throw new Error(`${method} never answered as hoped; last: ${JSON.stringify(answer).slice(0, 2_000)}`)
    }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

describe('lists between nodes', () => {
  const nodes = new Nodes()
  afterEach(async () => { await nodes.stop() })

  async function room (people: ChildNode[]): Promise<string> {
    const [first, ...others] = people
    const { room } = await first.call('room.create', { name: 'Yard', kind: 'invite' })
    for (const node of others) {
      await node.call('room.join', { invite: (await first.call('room.invite', { room })).invite })
    }
    await Promise.all(people.map(async node => meets(node)))
    return room
  }

  it('let a reader stop seeing whom a maintainer lists, say why, and overrule it', async () => {
    const [mia, ben, spam] = [1, 2, 3].map(() => nodes.rpc(ALONE))
    const yard = await room([mia, ben, spam])
    await spam.call('room.send', { room: yard, text: 'buy my coins' })
    await hears(ben, 'buy my coins')
    await hears(mia, 'buy my coins')
    const { list, address } = await mia.call('list.create', { title: 'Spammers' })
    await ben.call('list.subscribe', { address })
    const { messages: [{ author, id }] } = await mia.call('room.messages', { room: yard })
    const { entry } = await mia.call('list.add', { list, subject: { persona: author }, action: 'hide', reason: 'spam', note: 'coins all day' })
    await ben.until(() => ben.events.some(e => e.type === 'verdict' && e.message === id && e.verdict?.action === 'hide'), soon())
    const verdict = await ben.call('moderation.explain', { room: yard, message: id })
    expect(verdict.action).to.equal('hide')
    expect(verdict.sources[0]).to.include({ list, title: 'Spammers', entry, reason: 'spam', note: 'coins all day' })
    expect((await ben.call('room.messages', { room: yard, hidden: false })).messages).to.have.lengthOf(0)

    await spam.call('room.send', { room: yard, text: 'more coins' })
    await hears(ben, 'more coins')
    expect(ben.events.find(e => e.type === 'message' && e.message.text === 'more coins')?.message.verdict.action).to.equal('hide')
    // the maintainer's own list counts for the maintainer, too; the spammer sees itself as ever
    expect((await spam.call('room.messages', { room: yard, hidden: false })).messages).to.have.lengthOf(2)
    expect((await spam.call('moderation.standing', { room: yard })).lists).to.have.lengthOf(0)

    const { entry: allow } = await ben.call('moderation.overrule', { room: yard, persona: author })
    expect((await ben.call('room.messages', { room: yard, hidden: false })).messages).to.have.lengthOf(2)
    await ben.call('moderation.undo', { entry: allow })
    expect((await ben.call('room.messages', { room: yard, hidden: false })).messages).to.have.lengthOf(0)
    await mia.call('list.remove', { list, entry })
    await answers(ben, 'room.messages', { room: yard, hidden: false }, ({ messages }) => messages.length === 2)
  })
})
