import { expect } from 'aegir/chai'
import { epochKeyFromSecret, generateKeyPair, personaId, roomIdFromSecret } from '../../src/crypto/index.ts'
import { HeldMessages, MAX_HELD_AUTHORS, MAX_HELD_MESSAGES } from '../../src/engine/held-messages.ts'
import { LIVE_WINDOW_MS, RoomCore } from '../../src/engine/room-core.ts'
import { MAX_STANDING_BYTES, MAX_STANDING_MESSAGES } from '../../src/engine/standing-bound.ts'
import { Roster, completePolicy } from '../../src/room/index.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { encodePayload, encodeSigned, issueCertificate, packEnvelope, proveAdmission, signMessage, unpackEnvelope } from '../../src/wire/index.ts'
import { withSignature } from '../support/with-signature.ts'
import type { Policy } from '../../src/room/index.ts'
import type { KnownBody, MessageId, PersonaId, SignedMessage } from '../../src/wire/index.ts'

const NOW = 1_700_000_000_000
const filled = (byte: number, length = 32): Uint8Array => new Uint8Array(length).fill(byte)
const secret = filled(1)
const room = roomIdFromSecret(secret)

class Persona {
  readonly pair
  sequence = 0
  previous?: MessageId
  constructor (seed: number) { this.pair = generateKeyPair(filled(seed)) }
  get id (): ReturnType<typeof personaId> { return personaId(this.pair.publicKey) }
  async say (body: KnownBody, time = NOW, expires?: number): Promise<SignedMessage> {
    const message = await signMessage(this.pair.privateKey, room, encodePayload({ authorKey: this.pair.publicKey, sequence: this.sequence++, previous: this.previous, seen: [], time, expires, body }))
    this.previous = message.id
    return message
  }

  async text (words: string, time?: number): Promise<SignedMessage> {
    return this.say({ kind: 'text', text: words, mentions: [] }, time)
  }
}

const hello = (admission?: any): KnownBody => ({ kind: 'hello', sealingKey: new Uint8Array(), stamp: new Uint8Array(), petname: '', capabilities: 0, admission })

async function makeCore (options: { kind?: 'open' | 'invite', founder?: Persona, policy?: Partial<Policy>, now?(): number, onForgotten?(ids: MessageId[]): void } = {}): Promise<{ core: RoomCore, heard: SignedMessage[] }> {
  const heard: SignedMessage[] = []
  const policy = completePolicy(options.policy)
  const epoch = Math.floor((NOW - 120_000) / policy.epoch)
  const store = new MemoryStore()
  const core = new RoomCore({
    state: { version: 1, room, name: 'r', kind: options.kind ?? 'open', policy, epoch, key: epochKeyFromSecret(secret, epoch), secret, founder: options.founder?.id ?? null, persona: filled(99), petname: '', petnames: {}, contacts: [], joined: NOW, read: 0, former: [] },
    store: await store.room(room),
    durable: true,
    now: options.now ?? (() => NOW),
    onMessage: message => { heard.push(message) },
    onMember: () => {},
    onDelivery: () => {},
    onForgotten: options.onForgotten,
    log: () => {}
  })
  core.epochs()
  return { core, heard }
}

function judge (core: RoomCore, message: SignedMessage): unknown {
  const { epoch, keys } = core.epochs().find(e => e.current) as any
  return core.validate(packEnvelope(keys, encodeSigned(message)), { epoch, peer: 'p' })
}

describe('a room\'s judgement of what arrives', () => {
  it('takes what is signed, once', async () => {
    const { core, heard } = await makeCore()
    const message = await new Persona(2).text('hello')
    expect(await judge(core, message)).to.equal('accept')
    expect(await judge(core, message)).to.equal('accept')
    expect(heard).to.have.lengthOf(1)
  })

  it('rejects what no honest member could have sent', async () => {
    const { core, heard } = await makeCore()
    const message = await new Persona(2).text('hello')
    expect(await judge(core, withSignature(message, filled(1, 64)))).to.equal('reject')
    const { epoch, keys } = core.epochs()[0]
    expect(core.validate(filled(1, 256), { epoch, peer: 'p' })).to.equal('reject')
    expect(core.validate(packEnvelope(keys, filled(3, 100)), { epoch, peer: 'p' })).to.equal('reject')
    expect(heard).to.have.lengthOf(0)
  })

  it('lets others have what is accepted before anybody here is told of it, and nothing else', async () => {
    const { core, heard } = await makeCore({ policy: { rate: { perSecond: 1, burst: 1 } } })
    const { epoch, keys } = core.epochs().find(e => e.current) as any
    const told: number[] = []
    const onward = (): void => { told.push(heard.length) }
    const talker = new Persona(2)
    const message = await talker.text('hello')
    const validate = async (said: SignedMessage): Promise<unknown> => core.validate(packEnvelope(keys, encodeSigned(said)), { epoch, peer: 'p', onward })
    expect(await validate(withSignature(message, filled(1, 64)))).to.equal('reject')
    expect(told).to.deep.equal([])
    expect(await validate(await new Persona(3).text('hello'))).to.equal('accept')
    expect(told).to.deep.equal([0])
    expect(heard).to.have.lengthOf(1)
    // too much of one persona's
    expect(await validate(await talker.text('again'))).to.equal('ignore')
    expect(told).to.have.lengthOf(1)
  })

  it('only ignores what is late, early or too much', async () => {
    const { core, heard } = await makeCore({ policy: { rate: { perSecond: 1, burst: 2 } } })
    expect(await judge(core, await new Persona(2).text('old', NOW - LIVE_WINDOW_MS - 1))).to.equal('ignore')
    expect(await judge(core, await new Persona(2).text('early', NOW + LIVE_WINDOW_MS + 1))).to.equal('ignore')
    const talker = new Persona(3)
    const answers = []
    for (let i = 0; i < 6; i++) {
      answers.push(await judge(core, await talker.text(`${i}`)))
    }
    // forwarders allow half as much again as the policy
    expect(answers).to.deep.equal(['accept', 'accept', 'accept', 'ignore', 'ignore', 'ignore'])
    expect(heard).to.have.lengthOf(3)
  })

  it('takes nothing from writers that the room does not have, punishes nobody who passes it on, and lets others react', async () => {
    const founder = new Persona(2)
    const { core } = await makeCore({ founder, policy: { writers: 'founder' } })
    const words = await founder.text('the news')
    const reader = new Persona(3)
    expect(await judge(core, words)).to.equal('accept')
    expect(await judge(core, await reader.text('no'))).to.equal('ignore')
    expect(core.timeline.size).to.equal(1)
    expect(await judge(core, await reader.say({ kind: 'reaction', to: words.id, emoji: '👍', remove: false }))).to.equal('accept')
  })

  it('makes slow writers wait, by their own dates', async () => {
    const { core } = await makeCore({ policy: { slowMode: 10_000 } })
    const talker = new Persona(2)
    expect(await judge(core, await talker.text('one', NOW))).to.equal('accept')
    expect(await judge(core, await talker.text('two', NOW + 5_000))).to.equal('ignore')
    expect(await judge(core, await talker.text('three', NOW + 10_000))).to.equal('accept')
  })

  it('hears nothing more from a burned persona', async () => {
    const { core } = await makeCore()
    const leaver = new Persona(2)
    await judge(core, await leaver.say(hello()))
    expect(await judge(core, await leaver.say({ kind: 'burn' }))).to.equal('accept')
    expect(await judge(core, await leaver.text('I am back'))).to.equal('ignore')
    expect(core.timeline.visible).to.have.lengthOf(0)
  })
})

describe('an invite-only room', () => {
  it('waits for the hello that lets its author in, back to the founder', async () => {
    const founder = new Persona(2)
    const friend = new Persona(3)
    const guest = new Persona(4)
    const { core, heard } = await makeCore({ kind: 'invite', founder })
    const admit = async (issuer: Persona, seed: number, who: Persona): Promise<KnownBody> => {
      const certificate = await issueCertificate(issuer.pair, room, { inviteKey: generateKeyPair(filled(seed)).publicKey, uses: 1 })
      return hello(await proveAdmission(filled(seed), certificate, room, who.id))
    }
    const founderHello = await founder.say(hello())
    const friendHello = await friend.say(await admit(founder, 20, friend))
    const guestHello = await guest.say(await admit(friend, 21, guest))
    const words = await guest.text('I was let in by a friend')

    expect(await judge(core, words)).to.equal('ignore')
    expect(core.wanted()).to.deep.equal([guestHello.id])
    expect(await judge(core, guestHello)).to.equal('ignore')
    expect(await judge(core, founderHello)).to.equal('accept')
    expect(await judge(core, friendHello)).to.equal('accept')
    expect(heard.map(m => m.id)).to.have.members([founderHello.id, friendHello.id, guestHello.id, words.id])
    expect(core.wanted()).to.deep.equal([])
  })

  it('lets a single-use invite in once, and nobody without one', async () => {
    const founder = new Persona(2)
    const { core } = await makeCore({ kind: 'invite', founder })
    await judge(core, await founder.say(hello()))
    const certificate = await issueCertificate(founder.pair, room, { inviteKey: generateKeyPair(filled(20)).publicKey, uses: 1 })
    const [first, second, third] = [new Persona(3), new Persona(4), new Persona(5)]
    expect(await judge(core, await first.say(hello(await proveAdmission(filled(20), certificate, room, first.id))))).to.equal('accept')
    expect(await judge(core, await second.say(hello(await proveAdmission(filled(20), certificate, room, second.id))))).to.equal('ignore')
    expect(await judge(core, await third.say(hello()))).to.equal('reject')
    expect(core.roster.size).to.equal(2)
  })
})

describe('an invite that expired', () => {
  it('lets in who burns a persona that came in time, one for one, and nobody else', async () => {
    const founder = new Persona(2)
    const { core } = await makeCore({ kind: 'invite', founder })
    await judge(core, await founder.say(hello()))
    const certificate = await issueCertificate(founder.pair, room, { inviteKey: generateKeyPair(filled(20)).publicKey, expires: NOW })
    const [first, stranger, second, third] = [3, 4, 5, 6].map(seed => new Persona(seed))
    const says = async (who: Persona, time: number): Promise<SignedMessage> => who.say(hello(await proveAdmission(filled(20), certificate, room, who.id)), time)
    expect(await judge(core, await says(first, NOW))).to.equal('accept')
    // who passes it on may have heard of a burn already
    expect(await judge(core, await says(stranger, NOW + 1))).to.equal('ignore')
    expect(await judge(core, await first.say({ kind: 'burn' }, NOW + 2))).to.equal('accept')
    expect(await judge(core, await says(second, NOW + 3))).to.equal('accept')
    expect(await judge(core, await says(stranger, NOW + 4))).to.equal('ignore')
    expect(await judge(core, await second.say({ kind: 'burn' }, NOW + 5))).to.equal('accept')
    expect(await judge(core, await says(third, NOW + 6))).to.equal('accept')
    expect(core.roster.all().filter(({ burned }) => !burned).map(({ persona }) => persona)).to.deep.equal([founder.id, third.id])
  })

  it('is not found to be used twice by who burned the persona that used it, in whatever order that comes by sync', async () => {
    const founder = new Persona(2)
    const { core } = await makeCore({ kind: 'invite', founder })
    const used: string[] = []
    core.onUsedUp = persona => { used.push(persona) }
    const certificate = await issueCertificate(founder.pair, room, { inviteKey: generateKeyPair(filled(20)).publicKey, uses: 1 })
    const [first, second] = [new Persona(3), new Persona(4)]
    const says = async (who: Persona, time: number): Promise<SignedMessage> => who.say(hello(await proveAdmission(filled(20), certificate, room, who.id)), time)
    const said = [await founder.say(hello(), NOW - 9), await says(first, NOW - 8), await first.text('so long', NOW - 7), await first.say({ kind: 'burn' }, NOW - 6), await says(second, NOW - 5), await second.text('and here', NOW - 4)]
    expect(await core.accept(said.toReversed().map(encodeSigned))).to.include({ added: 6 })
    expect(used).to.deep.equal([])
    expect(core.roster.has(second.id)).to.equal(true)
  })
})

describe('what one persona can do to a room', () => {
  it('cannot push a conversation out with statements that never expire', async () => {
    const { core } = await makeCore()
    const flooder = new Persona(2)
    const proposal = (await new Persona(9).text('proposal')).id
    for (let i = 0; i < MAX_STANDING_MESSAGES + 10; i++) {
      await judge(core, await flooder.say({ kind: 'vote', proposal, choice: 'yes' }))
    }
    expect(core.timeline.size).to.equal(MAX_STANDING_MESSAGES)
    const loud = new Persona(3)
    for (let i = 0; i < 12; i++) {
      await judge(core, await loud.say({ kind: 'charter', charter: filled(i, 60_000) }))
    }
    expect(core.timeline.bytes).to.be.below(2 * MAX_STANDING_BYTES)
    expect(await judge(core, await flooder.text('words still pass'))).to.equal('accept')
  })

  it('cannot have members punish each other over a stamp that is enough elsewhere', async () => {
    const { core } = await makeCore({ policy: { stampBits: 2 } })
    expect(await judge(core, await new Persona(2).say(hello()))).to.equal('ignore')
    const forged = filled(0, 17)
    forged[0] = 20
    expect(await judge(core, await new Persona(3).say({ ...hello(), stamp: forged } as any))).to.equal('reject')
    expect(core.roster.size).to.equal(0)
  })

  it('cannot keep newcomers out of an open room with names that say nothing', async () => {
    const roster = new Roster({ kind: 'open', founder: null, maxPersonas: 3 })
    const admit = async (seed: number): Promise<string> => roster.admit(await new Persona(seed).say(hello()), undefined, NOW, { hint: '', stampBits: 0, known: 0 })
    for (const seed of [2, 3, 4, 5]) {
      expect(await admit(seed)).to.equal('admitted')
      roster.spoke(new Persona(3).id)
    }
    expect(roster.all().map(m => m.persona)).to.deep.equal([3, 4, 5].map(seed => new Persona(seed).id))
    roster.spoke(new Persona(4).id)
    roster.spoke(new Persona(5).id)
    expect(await admit(6)).to.equal('full')
  })
})

describe('what comes by sync', () => {
  it('is taken with one signature per run, and hung on what is held without any', async () => {
    const { core } = await makeCore()
    const writer = new Persona(2)
    const run = []
    for (let i = 0; i < 10; i++) {
      run.push(await writer.text(`${i}`, NOW - 10_000 + i))
    }
    const unsigned = run.map(m => encodeSigned(withSignature(m, filled(0, 64))))
    expect(await core.accept([encodeSigned(run[9])])).to.include({ added: 1, invalid: 0 })
    expect(await core.accept(unsigned.slice(0, 9))).to.include({ added: 9, invalid: 0 })
    expect(core.timeline.size).to.equal(10)
    // without its successor a message whose own signature is garbage is not handed on
    core.timeline.remove([run[9].id])
    expect(await core.encoded([run[8].id])).to.have.lengthOf(0)
    expect(await core.encoded([run[7].id])).to.have.lengthOf(1)
  })

  it('is told in the order in which it was said, whoever said it: an answer not before what it answers', async () => {
    const { core, heard } = await makeCore()
    const writers = [new Persona(2), new Persona(3)]
    const said = []
    for (let i = 0; i < 8; i++) {
      said.push(await writers[i % 3 === 0 ? 1 : 0].text(`${i}`, NOW - 10_000 + i))
    }
    expect(await core.accept(said.toReversed().map(encodeSigned))).to.include({ added: 8 })
    expect(heard.map(({ id }) => id)).to.deep.equal(said.map(({ id }) => id))
  })

  it('is refused with a forged end, and the liar is counted', async () => {
    const { core } = await makeCore()
    const message = await new Persona(2).text('x')
    expect(await core.accept([encodeSigned(withSignature(message, filled(0, 64))), filled(9, 70)])).to.include({ added: 0, invalid: 2 })
  })

  it('is not taken when retention is over or the date lies ahead', async () => {
    const { core } = await makeCore({ policy: { retention: 60_000 } })
    const writer = new Persona(2)
    const counts = await core.accept([encodeSigned(await writer.text('old', NOW - 60_001)), encodeSigned(await new Persona(3).text('ahead', NOW + LIVE_WINDOW_MS + 1))])
    expect(counts).to.include({ added: 0, refused: 2, invalid: 0 })
  })
})

describe('speaking', () => {
  it('makes one chain in the order of the calls, dated after what was heard', async () => {
    const { core } = await makeCore()
    await judge(core, await new Persona(2).text('ahead of us', NOW + 50_000))
    const said = await Promise.all([1, 2, 3].map(async i => core.voice.say({ kind: 'text', text: `${i}`, mentions: [] })))
    expect(said.map(m => m.sequence)).to.deep.equal([0, 1, 2])
    expect(said[1].previous).to.equal(said[0].id)
    expect(said[0].time).to.equal(NOW + 50_001)
    expect(core.voice.delivery(said[0].id)).to.equal('sending')
    core.voice.heardUpTo(1)
    expect(said.map(m => core.voice.delivery(m.id))).to.deep.equal(['heard', 'heard', 'sending'])
  })

  it('says again what was said before its inviter was known here: the comparison that brought that one\'s hello has not handed it out', async () => {
    const founder = new Persona(2)
    const { core } = await makeCore({ kind: 'invite', founder })
    const published: Uint8Array[] = []
    core.compartment = { members: () => ['p'], publish: async (envelope: Uint8Array) => { published.push(envelope); return { peers: 1 } } } as any
    const admit = async (issuer: Persona, seed: number, persona: PersonaId): Promise<KnownBody> => {
      const certificate = await issueCertificate(issuer.pair, room, { inviteKey: generateKeyPair(filled(seed)).publicKey })
      return hello(await proveAdmission(filled(seed), certificate, room, persona))
    }
    const friend = new Persona(3)
    const said = await core.voice.say(await admit(friend, 20, core.self))
    expect(core.timeline.has(said.id)).to.equal(false)
    published.length = 0
    await core.accept([await founder.say(hello()), await friend.say(await admit(founder, 21, friend.id))].map(encodeSigned))
    expect(core.timeline.has(said.id)).to.equal(true)
    expect(published).to.have.lengthOf(1)
    expect(unpackEnvelope(core.epochs().find(e => e.current)?.keys as any, published[0])).to.deep.equal(encodeSigned(said))
  })

  it('stays unheard while a comparison did not get as far as what was said last', async () => {
    const { core } = await makeCore()
    await core.voice.say({ kind: 'text', text: '1', mentions: [] })
    await core.voice.say({ kind: 'text', text: '2', mentions: [] })
    core.voice.heardUpTo(0)
    expect(core.voice.unheard).to.equal(true)
    core.voice.heardUpTo(1)
    expect(core.voice.unheard).to.equal(false)
  })

  it('goes on after a statement that was refused', async () => {
    const { core } = await makeCore({ policy: { slowMode: 60_000 } })
    await core.voice.say({ kind: 'text', text: '1', mentions: [] })
    await expect(core.voice.say({ kind: 'text', text: '2', mentions: [] })).to.eventually.be.rejected.with.property('name', 'RateLimitedError')
    await expect(core.voice.say({ kind: 'burn' })).to.eventually.be.fulfilled()
  })

  it('is gone for everybody when retention says so', async () => {
    let now = NOW
    const { core } = await makeCore({ policy: { retention: 1_000 }, now: () => now })
    await core.voice.say({ kind: 'text', text: 'soon gone', mentions: [] })
    now += 1_001
    expect(await core.expire()).to.have.lengthOf(1)
    expect(core.timeline.visible).to.have.lengthOf(0)
    // the chain goes on from its end all the same
    expect((await core.voice.say({ kind: 'text', text: 'next', mentions: [] })).sequence).to.equal(1)
  })
})

describe('messages held for a hello', () => {
  it(`are bounded: ${MAX_HELD_AUTHORS} authors, ${MAX_HELD_MESSAGES} messages, the oldest author goes`, () => {
    const held = new HeldMessages()
    const fake = (author: string, id: number): SignedMessage => ({ author, id: `${author}/${id}`, sequence: id, body: { kind: 'burn' } }) as unknown as SignedMessage
    for (let i = 0; i <= MAX_HELD_AUTHORS; i++) {
      held.hold(fake(`a${i}`, 0))
    }
    expect(held.authors).to.equal(MAX_HELD_AUTHORS)
    for (let i = 0; i <= MAX_HELD_MESSAGES; i++) {
      held.hold(fake('z', i))
    }
    expect(held.size).to.be.at.most(MAX_HELD_MESSAGES)
  })

  it('remembers nothing of messages whose time is over: not their fate, and not that they wait for a hello', async () => {
    let now = NOW
    const forgotten: string[] = []
    const { core } = await makeCore({ policy: { retention: 1_000 }, now: () => now, onForgotten: ids => { forgotten.push(...ids) } })
    const said = []
    for (let i = 0; i < 20; i++) {
      said.push(await core.voice.say({ kind: 'text', text: `${i}`, mentions: [] }))
    }
    expect(core.voice.followed).to.equal(40)
    now += 1_001 + said.length
    await core.expire()
    expect(core.voice.followed).to.equal(0)
    expect(forgotten).to.have.members(said.map(({ id }) => id))

    const held = new HeldMessages()
    const [first, second] = [await new Persona(2).text('a', NOW), await new Persona(3).text('b', NOW + 500)]
    for (const message of [first, second]) {
      held.hold(message)
      held.endsAt(message, message.time + 1_000)
    }
    expect(held.expire(NOW + 1_000)).to.equal(NOW + 1_500)
    expect([held.authors, held.size, held.missing()]).to.deep.equal([1, 1, []])
    expect(held.expire(NOW + 1_500)).to.equal(Infinity)
    expect([held.authors, held.size]).to.deep.equal([0, 0])
    await core.close()
  })
})
