import { expect } from 'aegir/chai'
import { epochKeyFromSecret, generateKeyPair, personaId, roomIdFromSecret } from '../../src/crypto/index.ts'
import { SETTLING_MS } from '../../src/engine/arrivals.ts'
import { NEWCOMER_MS, checkMentions, mentionOf, mentionsIn } from '../../src/engine/mentions.ts'
import { RoomCore } from '../../src/engine/room-core.ts'
import { completePolicy } from '../../src/room/index.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { encodePayload, encodeSigned, packEnvelope, signMessage } from '../../src/wire/index.ts'
import type { Policy } from '../../src/room/index.ts'
import type { KnownBody, MessageId, PersonaId, SignedMessage } from '../../src/wire/index.ts'

const START = 1_700_000_000_000
const filled = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)
const secret = filled(1)
const room = roomIdFromSecret(secret)
const hello = (petname = ''): KnownBody => ({ kind: 'hello', sealingKey: new Uint8Array(), stamp: new Uint8Array(), petname, capabilities: 0 })

class Persona {
  readonly pair
  sequence = 0
  previous?: MessageId
  constructor (seed: number) { this.pair = generateKeyPair(filled(seed)) }
  get id (): PersonaId { return personaId(this.pair.publicKey) }
  async say (body: KnownBody, time: number): Promise<SignedMessage> {
    const message = await signMessage(this.pair.privateKey, room, encodePayload({ authorKey: this.pair.publicKey, sequence: this.sequence++, previous: this.previous, seen: [], time, body }))
    this.previous = message.id
    return message
  }

  async text (text: string, time: number, mentions: PersonaId[] = []): Promise<SignedMessage> { return this.say({ kind: 'text', text, mentions }, time) }
}

/** A member of an open room whose clock stands at `clock.now`; it came in at START. */
async function member (clock: { now: number }, policy: Partial<Policy> = {}, store = new MemoryStore()): Promise<RoomCore> {
  const complete = completePolicy({ retention: -1, ...policy })
  const epoch = Math.floor((clock.now - 120_000) / complete.epoch)
  return new RoomCore({
    state: { version: 1, room, name: 'r', kind: 'open', policy: complete, epoch, key: epochKeyFromSecret(secret, epoch), secret, founder: null, persona: filled(99), petname: '', petnames: {}, contacts: [], joined: START, read: 0, former: [] },
    store: await store.room(room),
    durable: true,
    now: () => clock.now,
    onMessage: () => {},
    onMember: () => {},
    onDelivery: () => {},
    log: () => {}
  })
}

function live (core: RoomCore, message: SignedMessage): unknown {
  const { epoch, keys } = core.epochs().find(each => each.current) as any
  return core.validate(packEnvelope(keys, encodeSigned(message)), { epoch, peer: 'p' })
}

describe('a newcomer on probation', () => {
  it('gains nothing by a hello that it dates long ago, live or by sync', async () => {
    const clock = { now: START + SETTLING_MS + 1 }
    const core = await member(clock, { probation: 3_600_000 })
    const spammer = new Persona(2)
    const day = 86_400_000
    expect(await core.accept([encodeSigned(await spammer.say(hello(), START - day))])).to.include({ added: 1 })
    expect(await live(core, await spammer.text('https://spam.example', clock.now))).to.equal('ignore')
    const later = await spammer.text('spam.com', clock.now)
    expect(await core.accept([encodeSigned(later)])).to.include({ added: 0, refused: 1, invalid: 0 })
    expect(await live(core, await spammer.text('only words', clock.now))).to.equal('accept')
    clock.now += 3_600_000
    expect(await core.accept([encodeSigned(later)])).to.include({ added: 1 })
  })

  it('is told from members who were there before us: their history is taken', async () => {
    const clock = { now: START + 5_000 }
    const core = await member(clock, { probation: 3_600_000 })
    const old = new Persona(3)
    const history = [await old.say(hello(), START - 90_000_000), await old.text('https://rules.example', START - 80_000_000)]
    expect(await core.accept(history.map(encodeSigned))).to.include({ added: 2 })
  })

  it('stays one when the program is started again', async () => {
    const clock = { now: START + SETTLING_MS + 1 }
    const store = new MemoryStore()
    const core = await member(clock, { probation: 3_600_000 }, store)
    const spammer = new Persona(2)
    await core.accept([encodeSigned(await spammer.say(hello(), START - 86_400_000))])
    const { newcomers } = core.state
    expect(newcomers).to.deep.equal({ [spammer.id]: clock.now })
    await core.close()
    clock.now += 60_000
    const again = await member(clock, { probation: 3_600_000 }, store)
    again.state.newcomers = newcomers
    await again.load()
    expect(again.arrivals.of(spammer.id)).to.deep.equal({ said: START - 86_400_000, known: START + SETTLING_MS + 1 })
    expect(await live(again, await spammer.text('https://spam.example', clock.now))).to.equal('ignore')
  })
})

describe('who calls a reader by name', () => {
  const clock = { now: START + SETTLING_MS + 1 }
  let core: RoomCore
  const [ana, ben, twin] = [new Persona(2), new Persona(3), new Persona(4)]
  beforeEach(async () => {
    for (const each of [ana, ben, twin]) {
      Object.assign(each, { sequence: 0, previous: undefined })
    }
    clock.now = START + SETTLING_MS + 1
    core = await member(clock)
    for (const [persona, name] of [[ana, 'Ana Maria'], [ben, 'Ben'], [twin, 'Ben']] as const) {
      await live(core, await persona.say(hello(name), clock.now))
    }
  })

  it('is found by @name as the writer calls people, the longest first; a name that two have is nobody\'s, unless the writer gave it', () => {
    expect(mentionsIn(core, 'hello @ana maria, and @Ana Maria!')).to.deep.equal([ana.id])
    expect(mentionsIn(core, `@…${ben.id.slice(-6)} or @${twin.id.slice(-6)}?`)).to.deep.equal([ben.id, twin.id])
    expect(mentionsIn(core, '@Ben')).to.deep.equal([])
    core.roster.petnames.set(ben.id, 'Ben')
    expect(mentionsIn(core, '(@ben)')).to.deep.equal([ben.id])
    expect(mentionsIn(core, 'mail@ben @benjamin @ @@ none')).to.deep.equal([])
    expect(() => checkMentions(core, ['nobody'])).to.throw().with.property('name', 'UnknownPersonaError')
    expect(checkMentions(core, [ana.id, ana.id])).to.deep.equal([ana.id])
    expect(mentionsIn(core, '@ana maria '.repeat(1_400))).to.deep.equal([ana.id])
  })

  it('is everybody, members past probation or nobody, as the reader says', async () => {
    const words = await ana.text('@you', clock.now, [core.self])
    const answer = await ana.say({ kind: 'reply', to: words.id, text: 'x', mentions: [] }, clock.now)
    expect(mentionOf(core, words)).to.equal('heard')
    expect(mentionOf(core, answer), 'an answer to somebody else').to.equal(null)
    core.state.mentions = 'members'
    expect(mentionOf(core, words), 'new here').to.equal('quiet')
    expect(mentionOf(core, await ana.text('@you', clock.now + NEWCOMER_MS, [core.self]))).to.equal('heard')
    expect(mentionOf(core, await new Persona(9).text('@you', clock.now + NEWCOMER_MS, [core.self])), 'somebody who never said hello').to.equal('quiet')
    core.state.policy = completePolicy({ probation: 1_000 })
    expect(mentionOf(core, await ana.text('@you', clock.now + 1_000, [core.self])), 'as the room says').to.equal('heard')
    core.state.mentions = 'nobody'
    expect(mentionOf(core, await ana.text('@you', clock.now + NEWCOMER_MS, [core.self]))).to.equal('quiet')
    expect(mentionOf(core, await ana.text('no names', clock.now, []))).to.equal(null)
  })

  it('also by answering', async () => {
    const own = await core.voice.say({ kind: 'text', text: 'mine', mentions: [] })
    const answer = await ana.say({ kind: 'reply', to: own.id, text: 'x', mentions: [] }, clock.now)
    expect(mentionOf(core, answer)).to.equal('heard')
    expect(mentionOf(core, own)).to.equal(null)
    core.state.mentions = 'members'
    expect(mentionOf(core, answer)).to.equal('quiet')
  })
})
