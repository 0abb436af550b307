import { expect } from 'aegir/chai'
import { Nodes, soon } from '../support/nodes.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'

describe('undertone rpc', () => {
  const nodes = new Nodes()
  let node: ChildNode
  beforeEach(() => { node = nodes.rpc(['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9']) })
  afterEach(async () => { await nodes.stop() })

  const refused = async (method: string, params: object, name: string): Promise<void> => {
    await expect(node.call(method, params), `${method} ${JSON.stringify(params).slice(0, 80)}`).to.eventually.be.rejected.with.property('message').that.include(`${name}:`)
  }

  it('has every method of the contract', async () => {
    const methods = 'node.status node.privacy node.wipe node.stop room.create room.join room.list room.leave room.invite room.members room.send room.react room.edit room.delete room.messages room.attach room.fetch room.direct room.burn room.move room.export room.import list.create list.add list.remove list.subscribe list.unsubscribe list.subscriptions list.entries list.preview list.export moderation.block moderation.policy moderation.explain report.send report.inbox report.export charter.propose charter.vote charter.tally'.split(' ')
    for (const method of methods) {
      const error = await node.call(method, { surely: 'not a parameter' }).then(() => undefined, (e: Error) => e)
      expect(String(error?.message), method).to.include('InvalidParametersError')
    }
    await refused('room.dance', {}, 'UnknownMethodError')
  })

  it('answers with the shapes of the contract', async () => {
    const status = await node.call('node.status')
    expect(status).to.have.all.keys('version', 'profile', 'addresses', 'compartments')
    const room = await node.call('room.create', { name: 'Kitchen', kind: 'open' })
    expect(room).to.have.all.keys('room', 'name', 'kind', 'persona', 'founder', 'policy', 'members', 'unread', 'connected', 'keepers', 'mentions')
    expect(room.policy).to.have.all.keys('epoch', 'retention', 'stampBits', 'rate', 'slowMode', 'history', 'writers', 'probation')
    const sent = await node.call('room.send', { room: room.room, text: 'hello' })
    expect(sent).to.have.all.keys('id', 'time')
    await node.call('room.send', { room: room.room, text: 'answer', replyTo: sent.id })
    const { messages, more } = await node.call('room.messages', { room: room.room })
    expect(more).to.equal(false)
    expect(messages.map((m: any) => m.text)).to.deep.equal(['hello', 'answer'])
    expect(messages[1]).to.have.all.keys('id', 'room', 'author', 'self', 'petname', 'sequence', 'time', 'kind', 'text', 'replyTo', 'edited', 'deleted', 'reactions', 'attachments', 'verdict', 'mention', 'delivery')
    expect(messages[1]).to.include({ replyTo: sent.id, self: true, delivery: 'sending' })
    const page = await node.call('room.messages', { room: room.room, before: messages[1].id, limit: 1 })
    expect(page.messages.map((m: any) => m.text)).to.deep.equal(['hello'])
    expect((await node.call('room.messages', { room: room.room, after: messages[0].id })).messages).to.have.lengthOf(1)
    const { members } = await node.call('room.members', { room: room.room })
    expect(members[0]).to.have.all.keys('persona', 'petname', 'self', 'firstSeen', 'invitedBy', 'verdict', 'branch', 'label')
    expect((await node.call('room.list')).rooms).to.have.lengthOf(1)
    const { compartments } = await node.call('node.status')
    expect(compartments[0]).to.have.all.keys('room', 'transportPeer', 'addresses', 'connections')
    await node.until(() => node.events.filter(e => e.type === 'message').length === 2, soon())
    await node.call('room.leave', { room: room.room })
    await refused('room.send', { room: room.room, text: 'x' }, 'UnknownRoomError')
  })

  it('refuses bad parameters by name and goes on', async () => {
    const { room } = await node.call('room.create', { name: 'Kitchen', kind: 'invite' })
    const { invite } = await node.call('room.invite', { room })
    await refused('room.send', { room }, 'InvalidParametersError')
    await refused('room.send', { room, text: 5 }, 'InvalidParametersError')
    await refused('room.send', { room, text: '' }, 'InvalidParametersError')
    await refused('room.send', { room, text: 'x'.repeat(16_385) }, 'MessageTooLargeError')
    await refused('room.send', { room: 'nowhere', text: 'x' }, 'UnknownRoomError')
    await refused('room.send', { room, text: 'x', replyTo: 'nothing' }, 'UnknownMessageError')
    await refused('room.create', { name: 'x', kind: 'secret' }, 'InvalidParametersError')
    await refused('room.create', { name: 'x', kind: 'open', policy: { epoch: 3 } }, 'InvalidParametersError')
    await refused('room.create', { name: ' ', kind: 'open' }, 'InvalidParametersError')
    await refused('room.join', {}, 'InvalidParametersError')
    await refused('room.join', { invite: invite.slice(0, -9) }, 'InvalidInviteError')
    await refused('room.join', { invite: `${invite.slice(0, 50)}${invite[50] === 'A' ? 'B' : 'A'}${invite.slice(51)}` }, 'InvalidInviteError')
    await refused('room.join', { invite: 'undertone:join/hello' }, 'InvalidInviteError')
    await refused('room.invite', { room, expires: 5 }, 'InvalidParametersError')
    await refused('room.direct', { room, persona: 'nobody' }, 'UnknownPersonaError')
    await refused('node.wipe', {}, 'InvalidParametersError')
    expect((await node.call('room.list')).rooms).to.have.lengthOf(1)
  })

  it('refuses an expired invite', async () => {
    const { room } = await node.call('room.create', { name: 'Kitchen', kind: 'invite' })
    const expires = Date.now() + 3_000
    const { invite } = await node.call('room.invite', { room, expires })
    const other = nodes.rpc(['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9'])
    await other.call('node.status')
    await new Promise(resolve => setTimeout(resolve, expires + 100 - Date.now()))
    await expect(other.call('room.join', { invite })).to.eventually.be.rejected.with.property('message').that.include('InvalidInviteError')
  })

  it('survives lines of 10 MB, bytes that are no UTF-8 and words that are no JSON', async () => {
    await node.call('node.status')
    node.write('x'.repeat(10 * 1024 * 1024))
    node.write('\n')
    node.write(Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d, 0x0a))
    node.write('hello\n\n[]\n{"jsonrpc":"1.0","id":7}\n42\n')
    await node.until(() => node.refusals.length >= 5, soon())
    expect(node.refusals.slice(0, 5).map(e => e.data.name)).to.deep.equal(['LineTooLongError', 'ParseError', 'ParseError', 'InvalidRequestError', 'InvalidRequestError'])
    expect((await node.call('node.status')).version).to.match(/^\d+\./)
  })

  it('answers batches, and nothing to notifications', async () => {
    node.write('[{"jsonrpc":"2.0","method":"node.status"},{"jsonrpc":"2.0","id":"a","method":"room.list"}]\n')
    node.write('{"jsonrpc":"2.0","method":"room.list"}\n')
    await node.until(() => node.lines.some(line => line.startsWith('[')), soon())
    const answers = JSON.parse(node.lines.find(line => line.startsWith('[')) as string)
    expect(answers).to.have.lengthOf(1)
    expect(answers[0]).to.deep.equal({ jsonrpc: '2.0', id: 'a', result: { rooms: [] } })
  })

  it('ends cleanly at the end of input, by node.stop and by signal', async () => {
    const others = [nodes.rpc(), nodes.rpc()]
    await Promise.all([node, ...others].map(async each => each.call('room.create', { name: 'Kitchen', kind: 'invite' })))
    node.endInput()
    expect(await others[0].call('node.stop')).to.deep.equal({})
    others[1].kill('SIGTERM')
    expect(await Promise.all([node, ...others].map(async each => each.exited()))).to.deep.equal([0, 0, 0])
  })

  it('clears everything when asked to', async () => {
    await node.call('room.create', { name: 'Kitchen', kind: 'invite' })
    await node.call('node.wipe', { confirm: true })
    expect((await node.call('room.list')).rooms).to.have.lengthOf(0)
  })
})
