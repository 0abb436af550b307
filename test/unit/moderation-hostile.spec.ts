import { expect } from 'aegir/chai'
import { generateKeyPair, personaId, roomIdFromSecret } from '../../src/crypto/index.ts'
import { MAX_LIST_FILE_BYTES, readListFile } from '../../src/engine/list-files.ts'
import { ListGuard, BROAD_SHARE, LEAST_AUTHORS } from '../../src/engine/list-guard.ts'
import { FIRST_READING_MS, ListHolding, SUDDEN_GROWTH } from '../../src/engine/list-holding.ts'
import { MAX_LIST_BYTES, RoomCore } from '../../src/engine/room-core.ts'
import { EntryIndex, addOperations, encodeStatement, encodeStatements } from '../../src/moderation/index.ts'
import { completePolicy } from '../../src/room/index.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { encodePayload, encodeSigned, signMessage } from '../../src/wire/index.ts'
import { Maintainer, SEED, feedOf, hide, matchesOf, reader } from '../support/made-feed.ts'
import { withSignature } from '../support/with-signature.ts'
import type { EntryFields, ListMatch, ListOperation } from '../../src/moderation/index.ts'
import type { MessageId, SignedMessage } from '../../src/wire/index.ts'

const NOW = 1_700_000_000_000
const filled = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)
const secret = filled(1)
const room = roomIdFromSecret(secret)

/** Who signs statements of a list, in a chain of their own. */
class Signer {
  readonly pair
  sequence = 0
  previous?: MessageId
  constructor (seed: number) { this.pair = generateKeyPair(filled(seed)) }
  get id (): ReturnType<typeof personaId> { return personaId(this.pair.publicKey) }

  async statement (entry: Uint8Array, time: number): Promise<SignedMessage> {
    const message = await signMessage(this.pair.privateKey, room, encodePayload({ authorKey: this.pair.publicKey, sequence: this.sequence++, previous: this.previous, seen: [], time, body: { kind: 'entry', entry } }))
    this.previous = message.id
    return message
  }

  async say (time: number, ...operations: ListOperation[]): Promise<SignedMessage> { return this.statement(encodeStatement(operations), time) }
  async add (time: number, ...entries: EntryFields[]): Promise<SignedMessage> { return this.say(time, ...addOperations(entries)) }
  async describe (time: number, maintainers: string[], ends: Record<string, number> = {}): Promise<SignedMessage> {
    return this.say(time, { op: 'describe', title: 'L', description: '', license: '', appeals: '', maintainers, retired: false, ends })
  }
}

const founder = new Signer(2)

async function listCore (now: () => number = () => NOW): Promise<RoomCore> {
  const core = new RoomCore({
    state: { version: 1, room, name: 'L', kind: 'list', policy: completePolicy({ writers: 'founder' }), epoch: 0, key: filled(4), founder: founder.id, persona: filled(99), petname: '', petnames: {}, contacts: [], joined: NOW, read: 0, former: [] },
    store: await new MemoryStore().room(room),
    durable: false,
    now,
    onMessage: () => {},
    onMember: () => {},
    onDelivery: () => {},
    log: () => {}
  })
  return core
}

function held (core: RoomCore, now: () => number): ListHolding {
  return new ListHolding({ core, id: core.id } as any, { list: core.id, address: '', subscribed: NOW, actions: null, reasons: null, weight: 1, order: 0, paused: false, trial: false, capped: false, accepted: { size: 0, time: NOW }, heads: {}, rollbacks: 0 }, { seed: SEED, now, late: () => {} })
}

async function take (holding: ListHolding, ...messages: SignedMessage[]): Promise<void> {
  await holding.room.core.accept(messages.map(encodeSigned))
  messages.forEach(message => { holding.received(message) })
}

describe('a hostile list', () => {
  beforeEach(() => { Object.assign(founder, { sequence: 0, previous: undefined }) })

  it('signed with the wrong key is not taken, and a maintainer not yet named is not punished for it', async () => {
    const core = await listCore()
    const mallory = new Signer(7)
    const counts = await core.accept([encodeSigned(await mallory.add(NOW - 5, hide({ word: 'x' })))])
    expect(counts).to.include({ added: 0, refused: 1, invalid: 0 })
    const forged = withSignature(await founder.add(NOW - 4, hide({ word: 'x' })), new Uint8Array(64).fill(1))
    expect(await core.accept([encodeSigned(forged)])).to.include({ added: 0, invalid: 1 })
  })

  it('that forks is found out, shown with both statements, and only warns from then on', async () => {
    const holding = held(await listCore(), () => NOW)
    const describe = await founder.describe(NOW - 20, [founder.id])
    const { sequence, previous } = founder
    const left = await founder.add(NOW - 10, hide({ word: 'left' }))
    Object.assign(founder, { sequence, previous })
    const right = await founder.add(NOW - 9, hide({ word: 'right' }))
    await take(holding, describe, left)
    expect(holding.reader().capped).to.equal(false)
    await take(holding, right)
    const { forks } = holding.changes()
    expect(forks).to.deep.equal([{ maintainer: founder.id, sequence, statements: [left.id, right.id] }])
    expect(holding.subscription().forked).to.equal(true)
    expect(holding.reader().capped).to.equal(true)
  })

  it('that offers less than was seen before is told from one that went on', async () => {
    const holding = held(await listCore(), () => NOW)
    const all = [await founder.describe(NOW - 20, [founder.id]), await founder.add(NOW - 10, hide({ word: 'a' })), await founder.add(NOW - 9, hide({ word: 'b' }))]
    await take(holding, ...all)
    expect(holding.isRollback(all)).to.equal(false)
    expect(holding.isRollback(all.slice(0, 2))).to.equal(true)
    expect(holding.isRollback([])).to.equal(true)
    expect(holding.isRollback([...all, await founder.add(NOW - 8, hide({ word: 'c' }))])).to.equal(false)
  })

  it(`that grows suddenly, by half and ${SUDDEN_GROWTH} entries within a day, only warns until its reader looks`, async () => {
    let now = NOW
    const holding = held(await listCore(() => now), () => now)
    const words = (count: number, tag: string): EntryFields[] => Array.from({ length: count }, (_, i) => hide({ word: `${tag}${'abcdefghij'[i % 10]}${i}` }))
    await take(holding, await founder.describe(now - 20, [founder.id]), await founder.add(now - 10, ...words(500, 'first')))
    expect(holding.reader().capped).to.equal(false)
    now += FIRST_READING_MS + 1
    await take(holding, await founder.add(now - 5, ...words(100, 'second')))
    expect(holding.reader().capped).to.equal(false)
    await take(holding, await founder.add(now - 4, ...words(600, 'third')))
    expect(holding.reader().capped).to.equal(true)
    expect(holding.subscription().capped).to.equal(true)
    holding.accept()
    expect(holding.reader().capped).to.equal(false)
  })

  it('with an entry that hides everyone only warns', () => {
    const authors = Array.from({ length: LEAST_AUTHORS + 1 }, (_, i) => `author${i}`)
    const visible = authors.map((author, i) => ({ id: `m${i}`, author, body: { kind: 'text', text: `words of ${i}` } }))
    const core = { timeline: { visible }, isSelf: () => false } as unknown as RoomCore
    const list = reader('L')
    const verdicts = (entries: EntryFields[]) => (message: SignedMessage): ListMatch[] => matchesOf([{ reader: list, entries }], { persona: message.author, text: 'text' in message.body ? message.body.text : '' })
    const holding = { id: 'L', broad: false } as ListHolding
    const guard = new ListGuard()
    guard.breadth(core, [holding], verdicts([hide({ persona: 'author0' }), hide({ persona: 'author1' })]))
    expect(holding.broad).to.equal(false)
    guard.breadth(core, [holding], verdicts([{ ...hide({ pattern: '.' }), action: 'label' }]))
    expect(holding.broad, 'labels silence nobody').to.equal(false)
    guard.breadth(core, [holding], verdicts([hide({ pattern: '.' })]))
    expect(holding.broad, `more than ${BROAD_SHARE * 100} % of the people`).to.equal(true)
  })

  it('with an entry for every word costs a message no more than its words', () => {
    const ana = new Maintainer()
    const words = Array.from({ length: 40_000 }, (_, i) => hide({ word: `${String.fromCharCode(97 + i % 26)}${i.toString(36)}` }))
    const index = new EntryIndex(SEED)
    index.add(feedOf(ana, encodeStatements(addOperations(words)).map((entry, i) => ({ ...ana.say(i), entry }))))
    expect(index.size).to.be.above(39_000)
    expect(index.matches({ persona: 'p', text: 'a0 b1 c2 unrelated'.repeat(900) }).length).to.be.at.most(8)
  })

  it('that copies another, or a loop of lists that copy each other, is one voice', () => {
    const guard = new ListGuard()
    const index = new EntryIndex(SEED)
    const words = (from: number): EntryFields[] => Array.from({ length: 100 }, (_, i) => hide({ word: `w${'abcdefghij'[(from + i) % 10]}${from + i}` }))
    const holdings = [words(0), words(5), words(10), words(5_000)].map((entries, i) => {
      const ana = new Maintainer()
      const feed = feedOf(ana, [ana.add(1, ...entries)])
      index.add(feed)
      return { id: `L${i}`, feed } as ListHolding
    })
    guard.voices(holdings, index)
    expect(new Set(holdings.slice(0, 3).map(each => each.voice)).size).to.equal(1)
    expect(holdings[3].voice).to.not.equal(holdings[0].voice)
  })

  it(`is taken as far as ${MAX_LIST_BYTES / 1024 / 1024} MiB, and as a file as far as ${MAX_LIST_FILE_BYTES / 1024 / 1024}`, async () => {
    const core = await listCore()
    Object.defineProperty(core.timeline, 'bytes', { value: MAX_LIST_BYTES + 1 })
    expect(await core.accept([encodeSigned(await founder.add(NOW - 4, hide({ word: 'one more' })))])).to.include({ added: 0, refused: 1, invalid: 0 })
    expect(() => readListFile(new Uint8Array(MAX_LIST_FILE_BYTES + 1))).to.throw().with.property('name', 'ListTooLargeError')
    for (const text of ['', '{}', '[]', '{"undertone":"list","version":1,"address":"undertone:join/x","statements":[]}', '{"undertone":"list","version":1,"address":"x","statements":["!"]}', '{"undertone":"list","version":9,"address":"x","statements":[]}']) {
      expect(() => readListFile(new TextEncoder().encode(text)), text).to.throw().with.property('name', 'InvalidListError')
    }
    expect(() => readListFile(new TextEncoder().encode(JSON.stringify({ undertone: 'list', version: 1, address: 'x', statements: Array.from({ length: 50_001 }, () => '') })))).to.throw().with.property('name', 'ListTooLargeError')
  })
})
