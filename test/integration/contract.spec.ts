import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'aegir/chai'
import { Nodes, hears, meets, soon } from '../support/nodes.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'

const OFF = ['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9']
const ROOM = ['room', 'name', 'kind', 'persona', 'founder', 'policy', 'members', 'unread', 'connected', 'keepers', 'mentions']
const MESSAGE = ['id', 'room', 'author', 'self', 'petname', 'sequence', 'time', 'kind', 'text', 'replyTo', 'edited', 'deleted', 'reactions', 'attachments', 'verdict', 'mention', 'delivery']
const MEMBER = ['persona', 'petname', 'self', 'firstSeen', 'invitedBy', 'verdict', 'branch', 'label']

/** The contract as another program meets it: real processes, JSON lines, nothing of the library. */
describe('the contract of rooms', () => {
  const nodes = new Nodes()
  const folder = mkdtempSync(join(tmpdir(), 'undertone-contract-'))
  let ana: ChildNode
  let ben: ChildNode
  let room: any
  let hers: any
  before(async () => {
    ana = nodes.rpc(OFF)
    ben = nodes.rpc(OFF)
    hers = await ana.call('room.create', { name: 'Contract', kind: 'invite', charter: { purpose: 'to be tested' } })
    room = hers.room
  })
  after(async () => {
    await nodes.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const refused = async (node: ChildNode, method: string, params: object, name: string): Promise<void> => {
    const call = `${method} ${JSON.stringify(params).slice(0, 80)}`
    const error = await node.call(method, params).then(() => undefined, reason => reason)
    expect(error?.remote, call).to.equal(name)
    // and its message is a sentence
    expect(error.message, call).to.match(/\w.{8,}[.?!]$/)
  }
  const messageOf = (node: ChildNode, id: string): any => [...node.events].reverse().find(event => event.type === 'message' && event.message.id === id)?.message
  const shown = async (node: ChildNode, id: string): Promise<any> => (await node.call('room.messages', { room, limit: 1_000 })).messages.find((each: any) => each.id === id)
  const becomes = async (node: ChildNode, id: string, is: (message: any) => boolean): Promise<any> => node.until(() => node.events.some(event => event.type === 'room' && event.changed?.id === id && is(event.changed)), soon()).then(async () => shown(node, id))

  it('a new room has every field, and its founder in it', async () => {
    expect(hers).to.have.all.keys(ROOM)
    expect(hers).to.deep.include({ name: 'Contract', kind: 'invite', founder: hers.persona, members: 1, unread: 0, connected: 0 })
    expect(hers.policy).to.have.all.keys('epoch', 'retention', 'stampBits', 'rate', 'slowMode', 'history', 'writers', 'probation')
    expect(hers.policy).to.deep.include({ epoch: 3_600_000, retention: 86_400_000, slowMode: 0 })
    expect(hers.policy.rate).to.have.all.keys('perSecond', 'burst')
    const { members } = await ana.call('room.members', { room })
    expect(members).to.have.lengthOf(1)
    expect(members[0]).to.have.all.keys(MEMBER)
    expect(members[0]).to.include({ persona: hers.persona, self: true, invitedBy: null })
  })

  it('an invite works as text and as link, and joining again changes nothing', async () => {
    const expires = Date.now() + 3_600_000
    const invited = await ana.call('room.invite', { room, expires, uses: 1, label: 'for Ben' })
    expect(invited).to.have.all.keys('invite', 'link', 'code', 'expires')
    expect(invited.invite).to.match(/^undertone:join\/[A-Za-z0-9_-]+$/)
    expect(invited.link).to.match(/#\/join\/[A-Za-z0-9_-]+$/)
    expect(invited.link.split('#/join/')[1]).to.equal(invited.invite.slice('undertone:join/'.length))
    expect(invited.expires).to.equal(expires)
    for (const uses of [0, -1, 1.5, 2 ** 32, 2 ** 40]) {
      await refused(ana, 'room.invite', { room, uses }, 'InvalidParametersError')
    }
    const his = await ben.call('room.join', { invite: invited.link })
    expect(his).to.have.all.keys(ROOM)
    expect(his).to.include({ room, founder: hers.persona, name: 'Contract', kind: 'invite' })
    expect(his.persona).to.not.equal(hers.persona)
    expect(await ben.call('room.join', { invite: invited.invite })).to.include({ room, persona: his.persona })
    expect((await ben.call('room.list')).rooms).to.have.lengthOf(1)
    await Promise.all([meets(ana), meets(ben)])
    await ana.until(() => ana.events.some(event => event.type === 'member' && event.persona === his.persona), soon())
    const { members } = await ana.call('room.members', { room })
    expect(members.find((each: any) => !each.self)).to.include({ persona: his.persona, invitedBy: hers.persona, label: 'for Ben' })
    // what she noted stays with her
    expect((await ben.call('room.members', { room })).members.map((each: any) => each.label)).to.deep.equal([null, null])
    for (const label of ['x'.repeat(65), 'two\nlines', 'turned\u202eround']) {
      await refused(ana, 'room.invite', { room, label }, 'InvalidParametersError')
    }
    expect((await ana.call('room.list')).rooms[0]).to.include({ members: 2, connected: 1 })
  })

  it('a message has every field, is told once to everybody and also to its author, and is heard', async () => {
    const { id, time } = await ana.call('room.send', { room, text: 'first' })
    expect(id).to.be.a('string')
    expect(Math.abs(time - Date.now())).to.be.below(120_000)
    await hears(ben, 'first')
    await ana.until(() => ana.events.some(event => event.type === 'status' && event.message === id && event.delivery === 'heard'), soon())
    const [own, other] = [messageOf(ana, id), messageOf(ben, id)]
    for (const message of [own, other, await shown(ana, id), await shown(ben, id)]) {
      expect(message).to.have.all.keys(MESSAGE)
      expect(message).to.deep.include({ id, room, author: hers.persona, time, text: 'first', replyTo: null, edited: false, deleted: false, reactions: [], attachments: [] })
    }
    expect(own.self).to.equal(true)
    expect(other.self).to.equal(false)
    expect(['sending', 'sent', 'heard']).to.include(own.delivery)
    expect((await shown(ana, id)).delivery).to.equal('heard')
    const [{ unread }] = (await ben.call('room.list')).rooms
    expect(unread).to.equal(1)
    await ben.call('room.read', { room })
    expect((await ben.call('room.list')).rooms[0].unread).to.equal(0)
    for (const node of [ana, ben]) {
      expect(node.events.filter(event => event.type === 'message' && event.message.id === id)).to.have.lengthOf(1)
    }
  })

  it('a reply names what it answers', async () => {
    const { messages: [first] } = await ben.call('room.messages', { room })
    const { id } = await ben.call('room.send', { room, text: 'second', replyTo: first.id })
    await hears(ana, 'second')
    expect(await shown(ana, id)).to.include({ replyTo: first.id, text: 'second' })
    await refused(ben, 'room.send', { room, text: 'x', replyTo: 'nothing' }, 'UnknownMessageError')
    await refused(ben, 'room.send', { room, text: '' }, 'InvalidParametersError')
    await refused(ben, 'room.send', { room, text: 'over', expires: Date.now() - 1 }, 'InvalidParametersError')
    await refused(ben, 'room.send', { room, text: 'x'.repeat(20_000) }, 'MessageTooLargeError')
  })

  it('a reaction comes and goes, an edit and a deletion are seen by everybody, and only an author may', async () => {
    const { id } = await ana.call('room.send', { room, text: 'helo' })
    await hears(ben, 'helo')
    expect(await ben.call('room.react', { room, message: id, emoji: '👍' })).to.have.all.keys('id')
    expect((await becomes(ana, id, m => m.reactions.length === 1)).reactions).to.deep.equal([{ emoji: '👍', personas: [(await ben.call('room.list')).rooms[0].persona] }])
    await ben.call('room.react', { room, message: id, emoji: '👍' })
    expect((await becomes(ana, id, m => m.reactions.length === 0)).reactions).to.deep.equal([])
    // each takes back what the one before it said, however fast they come
    await Promise.all([1, 2, 3].map(async () => ben.call('room.react', { room, message: id, emoji: '🌱' })))
    expect((await shown(ben, id)).reactions).to.have.lengthOf(1)
    await ben.call('room.react', { room, message: id, emoji: '🌱' })
    await refused(ben, 'room.edit', { room, message: id, text: 'mine' }, 'NotMemberError')
    await refused(ben, 'room.delete', { room, message: id }, 'NotMemberError')
    expect(await ana.call('room.edit', { room, message: id, text: 'hello' })).to.have.all.keys('id')
    expect(await becomes(ben, id, m => m.edited)).to.include({ text: 'hello', edited: true, deleted: false })
    expect(await ana.call('room.delete', { room, message: id })).to.have.all.keys('id')
    expect(await becomes(ben, id, m => m.deleted)).to.include({ text: '', deleted: true })
    expect(await shown(ana, id)).to.include({ text: '', deleted: true })
    await refused(ana, 'room.edit', { room, message: id, text: 'again' }, 'UnknownMessageError')
    await refused(ben, 'room.react', { room, message: id, emoji: '👍' }, 'UnknownMessageError')
    expect(ben.events.filter(event => event.type === 'message' && event.message.id === id)).to.have.lengthOf(1)
  })

  it('history comes in pages, oldest first, by message or by time', async () => {
    const sent: Array<{ id: string, time: number }> = []
    for (let i = 0; i < 5; i++) {
      sent.push(await ana.call('room.send', { room, text: `page ${i}` }))
    }
    await hears(ben, 'page 4')
    const texts = async (query: object): Promise<{ texts: string[], more: boolean }> => {
      const { messages, more } = await ben.call('room.messages', { room, ...query })
      return { texts: messages.map((each: any) => each.text), more }
    }
    expect(await texts({ limit: 2 })).to.deep.equal({ texts: ['page 3', 'page 4'], more: true })
    expect(await texts({ before: sent[2].id, limit: 2 })).to.deep.equal({ texts: ['page 0', 'page 1'], more: true })
    expect(await texts({ after: sent[2].id })).to.deep.equal({ texts: ['page 3', 'page 4'], more: false })
    expect(await texts({ after: sent[0].id, limit: 2 })).to.deep.equal({ texts: ['page 1', 'page 2'], more: true })
    expect(await texts({ before: sent[2].time, limit: 1 })).to.deep.equal({ texts: ['page 1'], more: true })
    expect(await texts({ after: sent[2].time })).to.deep.equal({ texts: ['page 3', 'page 4'], more: false })
    expect(await texts({ after: sent[0].id, before: sent[4].id })).to.deep.equal({ texts: ['page 1', 'page 2', 'page 3'], more: false })
    expect(await texts({ after: sent[0].id, before: sent[4].id, limit: 2 })).to.deep.equal({ texts: ['page 1', 'page 2'], more: true })
    expect(await texts({ after: sent[4].id, before: sent[0].id })).to.deep.equal({ texts: [], more: false })
    const all = await ben.call('room.messages', { room })
    expect(all.more).to.equal(false)
    const times = all.messages.map((each: any) => each.time)
    expect(times).to.deep.equal([...times].sort((a, b) => a - b))
    expect(await texts({ before: all.messages[0].id })).to.deep.equal({ texts: [], more: false })
    for (const query of [{ before: 'f'.repeat(64) }, { after: 'nothing' }, { after: sent[0].id, before: 'f'.repeat(64) }]) {
      await refused(ben, 'room.messages', { room, ...query }, 'UnknownMessageError')
    }
  })

  it('files travel by data and by path', async () => {
    const path = join(folder, 'plans.bin')
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 251))
    writeFileSync(path, bytes)
    for (const source of [{ path, name: 'plans.bin' }, { data: bytes.toString('base64url'), name: 'plans.bin' }]) {
      const { id } = await ana.call('room.attach', { room, ...source, type: 'application/x-plans' })
      await ben.until(() => messageOf(ben, id) != null, soon())
      const [attachment] = messageOf(ben, id).attachments
      expect(attachment).to.include({ name: 'plans.bin', type: 'application/x-plans', size: 70_000 })
      expect(await ben.call('room.fetch', { room, attachment: attachment.id })).to.deep.equal({ data: bytes.toString('base64url') })
      const target = join(folder, `got ${id}`)
      expect(await ben.call('room.fetch', { room, attachment: attachment.id, path: target })).to.deep.equal({ path: target })
      expect(readFileSync(target).equals(bytes)).to.equal(true)
    }
    await refused(ben, 'room.fetch', { room, attachment: 'nothing' }, 'UnknownAttachmentError')
    await refused(ana, 'room.attach', { room, path: join(folder, 'missing'), name: 'x', type: 'text/plain' }, 'FileError')
    await refused(ana, 'room.attach', { room, name: 'x', type: 'text/plain' }, 'InvalidParametersError')
    for (const wrong of [{ name: '' }, { name: 'ü'.repeat(128) }, { name: 'x', type: 'x'.repeat(256) }]) {
      await refused(ana, 'room.attach', { room, data: '', type: 'text/plain', ...wrong }, 'InvalidParametersError')
    }
    await refused(ana, 'room.attach', { room, data: 'not base64url!', name: 'x', type: 'text/plain' }, 'InvalidParametersError')
  })

  it('status and ledger have their fields', async () => {
    const status = await ana.call('node.status')
    expect(status).to.have.all.keys('version', 'profile', 'addresses', 'compartments')
    expect(status.profile).to.equal('private')
    expect(status.compartments[0]).to.have.all.keys('room', 'transportPeer', 'addresses', 'connections')
    expect(status.compartments[0].connections[0]).to.include({ carrier: 'tcp', limited: false, member: true })
    expect(status.compartments[0].transportPeer).to.not.equal(hers.persona)
    expect(status.addresses).to.include.members(status.compartments[0].addresses)
    const { rooms: [ledger] } = await ana.call('node.privacy')
    expect(ledger).to.include({ room })
    expect(ledger.stored).to.include({ bytes: 0 }).and.have.keys('bytes', 'oldest', 'until')
    expect(ledger.announced).to.be.an('array')
    expect(ledger.connections[0]).to.include({ carrier: 'tcp' })
    expect(ledger.observers.map((each: any) => each.who)).to.include.members(['provider', 'dht', 'relay', 'members', 'lists', 'seizure'])
  })

  it('a room of two is open on both sides, the same one when asked for again', async () => {
    const { persona } = (await ben.call('room.list')).rooms[0]
    const direct = await ana.call('room.direct', { room, persona })
    expect(direct).to.have.all.keys(ROOM)
    await ben.until(() => ben.events.some(event => event.type === 'room' && event.room === direct.room && event.joined), soon())
    await ben.call('room.send', { room: direct.room, text: 'between us' })
    await hears(ana, 'between us')
    expect((await ana.call('room.direct', { room, persona })).room).to.equal(direct.room)
    expect((await ben.call('room.direct', { room, persona: hers.persona })).room).to.equal(direct.room)
    const personas = [direct, ...(await ben.call('room.list')).rooms].map((each: any) => each.persona)
    expect(new Set([...personas, hers.persona]).size).to.equal(personas.length + 1)
    await refused(ana, 'room.direct', { room, persona: hers.persona }, 'InvalidParametersError')

    // both at once: what each of them opened reaches the other, and both go on in the same one
    const other = nodes.rpc(OFF)
    const { persona: third } = await other.call('room.join', await ana.call('room.invite', { room }).then(({ invite }) => ({ invite })))
    await ben.until(() => ben.events.some(event => event.type === 'member' && event.persona === third), soon())
    await other.until(() => other.events.some(event => event.type === 'member' && event.persona === persona), soon())
    const [one, two] = await Promise.all([ben.call('room.direct', { room, persona: third }), other.call('room.direct', { room, persona })])
    const opens = async (node: ChildNode, which: string): Promise<unknown> => node.until(() => node.events.some(event => event.type === 'room' && event.room === which && event.joined), soon())
    await Promise.all([opens(ben, two.room), opens(other, one.room)])
    expect((await ben.call('room.direct', { room, persona: third })).room).to.equal((await other.call('room.direct', { room, persona })).room)
    await other.call('room.leave', { room, forget: true })
    await other.stop()
  })

  it('a room goes into a file and comes out of it elsewhere', async () => {
    const path = join(folder, 'room.undertone')
    const { messages } = await ana.call('room.export', { room, path, passphrase: 'correct horse' })
    expect(messages).to.be.above(5)
    const cem = nodes.rpc(OFF)
    await refused(cem, 'room.import', { path, passphrase: 'wrong' }, 'WrongPassphraseError')
    const imported = await cem.call('room.import', { path, passphrase: 'correct horse' })
    expect(imported).to.have.all.keys(ROOM)
    expect(imported.room).to.equal(room)
    const texts = (await cem.call('room.messages', { room })).messages.map((each: any) => each.text)
    expect(texts).to.include.members(['first', 'second', 'page 0'])
    await refused(cem, 'room.import', { path: join(folder, 'plans.bin') }, 'InvalidBundleError')
  })

  it('a burned persona is replaced, and a moved room leaves out who is left out', async () => {
    const before = (await ben.call('room.list')).rooms[0].persona
    const { persona } = await ben.call('room.burn', { room })
    expect(persona).to.not.equal(before)
    await ben.call('room.send', { room, text: 'somebody new' })
    await hears(ana, 'somebody new')
    const { members } = await ana.call('room.members', { room })
    expect(members.map((each: any) => each.persona)).to.include(persona).and.not.include(before)
    await refused(ben, 'room.move', { room, without: [] }, 'NotMemberError')
    await refused(ana, 'room.move', { room, without: ['nobody'] }, 'UnknownPersonaError')
    await refused(ana, 'room.move', { room, without: [hers.persona] }, 'InvalidParametersError')
    const moved = await ana.call('room.move', { room, without: [persona] })
    expect(moved).to.have.all.keys(ROOM)
    expect(moved.room).to.not.equal(room)
    await refused(ana, 'room.send', { room, text: 'too late' }, 'NotMemberError')
    expect((await ben.call('room.list')).rooms.map((each: any) => each.room)).to.not.include(moved.room)
  })

  it('what is said while apart comes once, also to somebody who was away', async () => {
    const moved = (await ana.call('room.list')).rooms.find((each: any) => each.name === 'Contract' && each.room !== room).room
    await ana.call('room.send', { room: moved, text: 'to nobody yet' })
    const { invite } = await ana.call('room.invite', { room: moved })
    const dia = nodes.rpc(OFF)
    await dia.call('room.join', { invite })
    await hears(dia, 'to nobody yet')
    await ana.until(() => ana.events.some(event => event.type === 'status' && event.room === moved && event.delivery === 'heard'), soon())
    await dia.call('room.send', { room: moved, text: 'and back' })
    await hears(ana, 'and back')
    const ids = dia.events.filter(event => event.type === 'message').map(event => event.message.id)
    expect(ids).to.have.lengthOf(new Set(ids).size)
  })

  it('policies are kept: slow mode, writers, and what is out of range', async () => {
    const slow = await ana.call('room.create', { name: 'Slow', kind: 'open', policy: { slowMode: 60_000 } })
    await ana.call('room.send', { room: slow.room, text: 'one' })
    await refused(ana, 'room.send', { room: slow.room, text: 'two' }, 'RateLimitedError')
    const stage = await ana.call('room.create', { name: 'Stage', kind: 'invite', policy: { writers: 'founder' } })
    await ben.call('room.join', { invite: (await ana.call('room.invite', { room: stage.room })).invite })
    await refused(ben, 'room.send', { room: stage.room, text: 'heckling' }, 'NotMemberError')
    for (const policy of [{ epoch: 3 }, { rate: 5 }, { history: 'some' }, { speed: 1 }, { rate: [1] }, { rate: { perMinute: 1 } }, 7]) {
      await refused(ana, 'room.create', { name: 'Odd', kind: 'open', policy }, 'InvalidParametersError')
      await refused(ana, 'room.create', { name: 'Odd', kind: 'invite', charter: { policy } }, 'InvalidParametersError')
    }
  })

  it('nothing is said that would read as something else, or be over before it is said', async () => {
    for (const name of ['gar\u202eden', 'gar\u0007den', 'two\nlines']) {
      await refused(ana, 'room.create', { name, kind: 'invite' }, 'InvalidParametersError')
      await refused(ana, 'room.join', { name }, 'InvalidParametersError')
    }
    await refused(ana, 'room.create', { name: 'Odd', kind: 'invite', policy: { writers: ['nobody'] } }, 'InvalidParametersError')
    await refused(ana, 'room.create', { name: 'Odd', kind: 'open', policy: { writers: [] } }, 'InvalidParametersError')
    const plain = await ana.call('room.create', { name: 'Plain', kind: 'invite' })
    const { id } = await ana.call('room.send', { room: plain.room, text: 'react to this' })
    for (const emoji of ['a\u202eb', '\u200b', 'a whole sentence']) {
      await refused(ana, 'room.react', { room: plain.room, message: id, emoji }, 'InvalidParametersError')
    }
    await ana.call('room.react', { room: plain.room, message: id, emoji: '👩🏽‍❤️‍💋‍👨🏿' })
    const { list } = await ana.call('list.create', { title: 'Brief' })
    for (const to of [list, 'own']) {
      await refused(ana, 'list.add', { list: to, subject: { word: 'x' }, action: 'hide', reason: 'spam', expires: Date.now() - 1 }, 'InvalidParametersError')
      expect(await ana.call('list.add', { list: to, subject: { word: 'x' }, action: 'hide', reason: 'spam', expires: Date.now() + 3_600_000 })).to.have.all.keys('entry')
    }
    await ana.call('room.leave', { room: plain.room })
  })

  it('a left room is unknown, and a wiped node knows nothing', async () => {
    expect(await ben.call('room.leave', { room, forget: true })).to.deep.equal({})
    for (const [method, params] of Object.entries({ 'room.leave': {}, 'room.invite': {}, 'room.members': {}, 'room.send': { text: 'x' }, 'room.react': { message: 'x', emoji: 'x' }, 'room.edit': { message: 'x', text: 'x' }, 'room.delete': { message: 'x' }, 'room.messages': {}, 'room.attach': { data: '', name: 'x', type: 'x' }, 'room.fetch': { attachment: 'x' }, 'room.direct': { persona: 'x' }, 'room.burn': {}, 'room.move': { without: [] }, 'room.export': { path: join(folder, 'x') } })) {
      await refused(ben, method, { room, ...params }, 'UnknownRoomError')
    }
    expect(await ben.call('node.wipe', { confirm: true })).to.deep.equal({})
    expect(await ben.call('room.list')).to.deep.equal({ rooms: [] })
    await refused(ben, 'room.create', { name: 'After', kind: 'invite' }, 'NotStartedError')
    expect((await ben.call('node.status')).compartments).to.deep.equal([])
  })
})
