import { expect } from 'aegir/chai'
import { genesisKey, ratchet } from '../../src/crypto/index.ts'
import { MAX_AGES } from '../../src/engine/membership-age.ts'
import { LIVE_WINDOW_MS } from '../../src/engine/room-core.ts'
import { completePolicy } from '../../src/room/index.ts'
import { FRAME_DONE, FRAME_HELLO, FRAME_RECONCILE, FRAME_WANT, frame, helloFrame, messagesFrame, readWant } from '../../src/sync/frame.ts'
import { ItemSet } from '../../src/sync/item-set.ts'
import { Negentropy } from '../../src/sync/negentropy.ts'
import { FrameStream, MAX_SERVED_IDS } from '../../src/sync/session.ts'
import { createSync } from '../../src/sync/sync.ts'
import { encodeSigned } from '../../src/wire/index.ts'
import { Author, Member, NOW, meet, pair } from '../support/history-members.ts'
import { withSignature } from '../support/with-signature.ts'
import type { RoomState } from '../../src/engine/room-state.ts'
import type { Policy } from '../../src/room/index.ts'
import type { SyncProgress } from '../../src/sync/index.ts'
import type { SignedMessage } from '../../src/wire/index.ts'

/** Answers like a member up to the messages; those are what `answer` says. */
async function impostor (frames: FrameStream, claimed: SignedMessage[], answer: (ids: string[], frames: FrameStream) => Promise<void>): Promise<void> {
  const negentropy = new Negentropy(new ItemSet(claimed))
  while (true) {
    const { kind, body } = await frames.read()
    if (kind === FRAME_HELLO) {
      await frames.write(helloFrame(0))
    } else if (kind === FRAME_RECONCILE) {
      await frames.write(frame(FRAME_RECONCILE, negentropy.respond(body)))
    } else if (kind === FRAME_WANT) {
      await answer(readWant(body), frames)
    }
  }
}

/** What becomes of a member that compares with an impostor. */
async function compare (member: Member, claimed: SignedMessage[], answer: (ids: string[], frames: FrameStream) => Promise<void>): Promise<string> {
  const [here, there] = await pair()
  const controller = new AbortController()
  const lying = impostor(new FrameStream(there, { signal: controller.signal }), claimed, answer).catch(() => {})
  try {
    return await member.sync.run(here, 'impostor').then(() => 'done', error => error.name)
  } finally {
    controller.abort()
    await lying
  }
}

const sends = (messages: Array<Pick<SignedMessage, 'payload' | 'signature'>>) => async (_: string[], frames: FrameStream): Promise<void> => {
  await frames.write(messagesFrame(messages.map(encodeSigned)))
  await frames.write(frame(FRAME_DONE))
}

describe('a member that lies', () => {
  let member: Member
  let honest: SignedMessage[]
  beforeEach(async () => {
    member = await Member.create({ seed: 10 })
    honest = await new Author(2).run(10)
  })
  afterEach(async () => { await member.close() })

  it('is dropped for a forged message, and nothing of it is taken', async () => {
    const forged = honest.map(message => withSignature(message, new Uint8Array(64)))
    expect(await compare(member, forged, sends(forged))).to.equal('SyncProtocolError')
    expect(member.core.timeline.size).to.equal(0)
    expect(member.lies).to.equal(1)
  })

  it('is dropped when it claims to have more than a member may lack', async () => {
    const claimed = await new Author(4).run(60)
    const asked: number[] = []
    const answer = async (ids: string[], frames: FrameStream): Promise<void> => {
      asked.push(ids.length)
      await sends(claimed.filter(({ id }) => ids.includes(id)))(ids, frames)
    }
    member.sync = createSync(member.source, undefined, { maxNeeded: 59 })
    expect(await compare(member, claimed, answer)).to.equal('SyncProtocolError')
    expect(asked).to.deep.equal([])
    member.sync = createSync(member.source, undefined, { maxNeeded: 60 })
    expect(await compare(member, claimed, answer)).to.equal('done')
    expect(member.core.timeline.size).to.equal(60)
  })

  it('is dropped for words put into another chain: the honest history wins', async () => {
    const fake = await new Author(3).run(10)
    // the author's own end, and before it what somebody else signed
    const mixed = [...fake.slice(0, 9).map(message => ({ signature: message.signature, payload: message.payload.map((byte, i) => i === 20 ? byte ^ 1 : byte) })), honest[9]]
    expect(await compare(member, [...fake.slice(0, 9), honest[9]], sends(mixed))).to.equal('SyncProtocolError')
    const other = await Member.create({ seed: 11 })
    await other.core.accept(honest.map(encodeSigned))
    await meet(member, other)
    expect(member.ids).to.include.members(honest.map(({ id }) => id))
    await other.close()
  })

  it('gains nothing by another order', async () => {
    expect(await compare(member, honest, sends(honest.toReversed().sort((a, b) => a.id < b.id ? -1 : 1)))).to.equal('done')
    expect(member.ids).to.deep.equal(honest.map(({ id }) => id))
  })

  it('puts nothing into the future', async () => {
    const ahead = await new Author(3).run(3, NOW + LIVE_WINDOW_MS + 1)
    expect(await compare(member, ahead, sends(ahead))).to.equal('done')
    expect(member.core.timeline.size).to.equal(0)
  })

  it('is dropped when it sends what nobody asked for, the same twice, or batches of nothing', async () => {
    const unasked = await new Author(3).run(1)
    const twice = [honest[0], honest[0]]
    for (const messages of [unasked, twice, []]) {
      expect(await compare(await Member.create({ seed: 12 }), honest, sends(messages))).to.equal('SyncProtocolError')
    }
  })

  it('is not asked again within a meeting for what it claims to have and does not give', async () => {
    let wants = 0
    expect(await compare(member, honest, async (_, frames) => {
      wants++
      await frames.write(frame(FRAME_DONE))
    })).to.equal('done')
    expect(wants).to.equal(1)
  })

  it('is asked for the next while it answers, at most two things at once, a few first', async () => {
    const many = await new Author(3).run(2_400)
    const byId = new Map(many.map(message => [message.id as string, message]))
    const wants: string[][] = []
    let answered = 0
    expect(await compare(member, many, async (ids, frames) => {
      expect(wants.push(ids) - answered).to.be.at.most(2)
      const left = wants.flat().length === many.length ? 0 : 1
      // who waited for the first answer would wait for ever
      while (wants.length - answered > left) {
        for (let i = 0; i < wants[answered].length; i += 100) {
          await frames.write(messagesFrame(wants[answered].slice(i, i + 100).map(id => encodeSigned(byId.get(id) as SignedMessage))))
        }
        await frames.write(frame(FRAME_DONE))
        answered++
      }
    })).to.equal('done')
    expect(wants.map(ids => ids.length)).to.deep.equal([256, 2_048, 96])
    expect(member.core.timeline.size).to.equal(many.length)
  })

  it('is dropped for a batch that is cut off in a message', async () => {
    expect(await compare(member, honest, async (_, frames) => {
      const whole = messagesFrame(honest.map(encodeSigned))
      await frames.write(whole.subarray(0, whole.length - 5))
    })).to.equal('SyncProtocolError')
  })

  it('is dropped when its comparison comes to no end', async () => {
    const [here, there] = await pair()
    const frames = new FrameStream(there, {})
    const endless = (async () => {
      for (let round = 0; ; round++) {
        const { kind } = await frames.read()
        // one range over everything, whose fingerprint is another each time
        await frames.write(kind === FRAME_HELLO ? helloFrame(0) : frame(FRAME_RECONCILE, Uint8Array.from([0x61, 0, 0, 1, ...new Uint8Array(16).fill(round)])))
      }
    })().catch(() => {})
    await member.core.accept((await new Author(4).run(200)).map(encodeSigned))
    expect(await member.sync.run(here, 'endless').then(() => 'done', error => error.name)).to.equal('SyncProtocolError')
    await endless
  })

  it('is not served without end, nor taken messages from that are here already', async () => {
    await member.core.accept(honest.map(encodeSigned))
    const [here, there] = await pair()
    const serving = member.sync.serve(there, 'greedy').then(() => 'done', error => error.name)
    const frames = new FrameStream(here, {})
    for (let i = 0; i < 4_096 / 10 + 1; i++) {
      await frames.write(messagesFrame(honest.map(encodeSigned))).catch(() => {})
    }
    expect(await serving).to.equal('SyncProtocolError')
  })

  it('is not answered for ever, whether it asks for messages or compares', async () => {
    await member.core.accept(honest.map(encodeSigned))
    const answered = async (speak: (frames: FrameStream) => Promise<void>): Promise<string> => {
      const [here, there] = await pair()
      const serving = member.sync.serve(there, 'tireless').then(() => 'done', error => error.name)
      const frames = new FrameStream(here, {})
      await frames.write(helloFrame(0))
      await frames.read()
      await speak(frames).catch(() => {})
      await frames.close().catch(() => {})
      return serving
    }
    const nothing = frame(FRAME_WANT, new Uint8Array(16_384 * 32))
    expect(await answered(async frames => {
      for (let asked = 0; asked <= MAX_SERVED_IDS; asked += 16_384) {
        await frames.write(nothing)
        await frames.read()
      }
    })).to.equal('SyncProtocolError')
    const again = frame(FRAME_RECONCILE, new Negentropy(new ItemSet([])).initiate())
    expect(await answered(async frames => {
      for (let round = 0; round < 300; round++) {
        await frames.write(again)
        await frames.read()
      }
    })).to.equal('SyncProtocolError')
  })

  it('that is an author and forks its chain is held twice at most for a number, the same two everywhere', async () => {
    const twoFaced = new Author(5)
    const first = await twoFaced.text('first')
    const forks = []
    for (let i = 0; i < 50; i++) {
      forks.push(await twoFaced.say({ kind: 'text', text: `face ${i}`, mentions: [] }, NOW - 1_000, { sequence: 1, previous: first.id }))
    }
    const other = await Member.create({ seed: 11 })
    await member.core.accept([first, ...forks].map(encodeSigned))
    await other.core.accept([...forks.toReversed(), first].map(encodeSigned))
    expect(member.core.timeline.size).to.equal(3)
    expect(member.core.timeline.forked(twoFaced.id)).to.equal(true)
    expect(other.ids).to.deep.equal(member.ids)
    expect(await meet(member, other)).to.include({ received: 0, sent: 0 })
    await other.close()
  })

  it('that says more than the room lets anybody say in a minute is not remembered further', async () => {
    const slow = await Member.create({ seed: 12, policy: { rate: { perSecond: 1, burst: 10 } } })
    const flood = await new Author(6).run(200, Math.floor(NOW / 60_000) * 60_000 - 60_000)
    await slow.core.accept(flood.map(encodeSigned))
    expect(slow.core.timeline.size).to.equal(105)
    await slow.close()
  })
})

describe('a meeting', () => {
  it('goes on after a cut where it was: nothing is sent twice', async () => {
    const [giver, taker] = await Promise.all([10, 11].map(async seed => Member.create({ seed })))
    await giver.core.accept((await new Author(2).run(1_500)).map(encodeSigned))
    await meet(taker, giver, { cut: 2 })
    const had = taker.core.timeline.size
    expect(had).to.be.within(1, 1_499)
    expect(await meet(taker, giver)).to.include({ received: 1_500 - had, done: true, missing: 0 })
    await Promise.all([giver.close(), taker.close()])
  })

  it('brings ten missing of ten thousand messages with less than 10 KB, both ways together', async () => {
    const [giver, taker] = await Promise.all([10, 11].map(async seed => Member.create({ seed })))
    const history: Uint8Array[] = []
    const authors = Array.from({ length: 10 }, (_, i) => new Author(20 + i))
    for (let i = 0; i < 10_000; i++) {
      history.push(encodeSigned(await authors[i % 10].text(`${i}`.padEnd(200, ' words'), NOW - 100_000 + 10 * i)))
    }
    await giver.core.accept(history)
    await taker.core.accept(history.filter((_, i) => i % 1_000 !== 417))
    const [here, there] = await pair()
    let bytes = 0
    for (const stream of [here, there]) {
      const send = stream.send.bind(stream)
      stream.send = data => {
        bytes += data.byteLength
        return send(data)
      }
    }
    const served = giver.sync.serve(there, 'taker')
    expect(await taker.sync.run(here, 'giver')).to.include({ received: 10, done: true })
    await served
    expect(taker.ids).to.deep.equal(giver.ids)
    expect(bytes).to.be.within(3_000, 10_000)
    await Promise.all([giver.close(), taker.close()])
  })

  it('with several members at once asks nobody for what another is sending', async () => {
    const [a, b, c, taker] = await Promise.all([10, 11, 12, 13].map(async seed => Member.create({ seed })))
    const history = (await new Author(2).run(3_000)).map(encodeSigned)
    await Promise.all([a, b, c].map(async member => member.core.accept(history)))
    const results = await Promise.all([a, b, c].map(async member => meet(taker, member)))
    expect(results.reduce((sum, result) => sum + (result?.received ?? 0), 0)).to.equal(3_000)
    expect(taker.core.timeline.size).to.equal(3_000)
    await Promise.all([a, b, c, taker].map(async member => member.close()))
  })

  it('brings hellos first however old they are, then the newest, and tells how far it is', async () => {
    const [giver, taker] = await Promise.all([10, 11].map(async seed => Member.create({ seed, policy: { retention: 3_600_000 } })))
    const author = new Author(2)
    const hello = await author.say({ kind: 'hello', sealingKey: new Uint8Array(), stamp: new Uint8Array(), petname: 'Ana', capabilities: 0 }, NOW - 90_000_000)
    const words = await author.run(600)
    await giver.core.accept([hello, ...words].map(encodeSigned))
    const [here, there] = await pair()
    const served = giver.sync.serve(there, 'taker').catch(() => {})
    // what is here already cuts what is not into ranges
    await taker.core.accept(words.slice(100, 300).map(encodeSigned))
    const seen: Array<{ missing: number, newest: number, oldest: number, hello: boolean }> = []
    await taker.sync.run(here, 'giver', { onProgress: ({ missing }) => { seen.push({ missing, newest: taker.core.timeline.visible.at(-1)?.time ?? 0, oldest: taker.core.timeline.visible[0]?.time ?? Infinity, hello: taker.core.roster.has(author.id) }) } })
    await served
    expect(seen[0]).to.include({ missing: 401 })
    expect(seen[1].hello).to.equal(true)
    expect(seen[1].missing).to.be.above(0)
    expect(seen[1].newest).to.equal(words[599].time)
    expect(seen[1].oldest).to.be.above(words[0].time)
    expect(seen.at(-1)?.missing).to.equal(0)
    expect(taker.ids).to.deep.equal(giver.ids)
    await Promise.all([giver.close(), taker.close()])
  })

  it('tells the side that answers how much came and went, too', async () => {
    const [asking, answering] = await Promise.all([10, 11].map(async seed => Member.create({ seed })))
    await asking.core.accept((await new Author(2).run(300)).map(encodeSigned))
    await answering.core.accept((await new Author(3).run(200)).map(encodeSigned))
    const [here, there] = await pair()
    const told: SyncProgress[] = []
    const served = answering.sync.serve(there, 'asking', { onProgress: progress => { told.push(progress) } })
    await asking.sync.run(here, 'answering')
    await served
    expect(told.length).to.be.above(1)
    expect(told[0]).to.include({ peer: 'asking', done: false })
    expect(told.at(-1)).to.deep.equal({ peer: 'asking', missing: 0, received: 300, sent: 200, done: true })
    // and what moved nothing is nobody's news
    const again = await pair()
    const quiet = answering.sync.serve(again[1], 'asking', { onProgress: progress => { told.push(progress) } })
    const before = told.length
    await asking.sync.run(again[0], 'answering')
    await quiet
    expect(told).to.have.lengthOf(before)
    await Promise.all([asking.close(), answering.close()])
  })

  it('gives who asks by ID no more than who compares, and nothing that is to be gone by now', async () => {
    const ask = async (policy: Partial<Policy>, words: SignedMessage[], met?: number): Promise<number> => {
      const holder = await Member.create({ seed: 10, policy })
      // it would keep whatever it is given, by its clock of before, too
      const asker = await Member.create({ seed: 11, skew: -1_000, policy: { retention: -1 } })
      await holder.core.accept(words.map(encodeSigned))
      met != null && holder.met.set(asker.name, met)
      const [here, there] = await pair()
      const served = holder.sync.serve(there, asker.name).catch(() => {})
      // when the lives of messages are over before they are swept away
      Member.clock = NOW + 1_000
      const got = await asker.sync.fetch(here, words.map(({ id }) => id), holder.name)
      Member.clock = NOW
      await served
      await Promise.all([holder.close(), asker.close()])
      return got
    }
    const words = await new Author(2).run(2, NOW - 1)
    expect(await ask({ retention: 60_000 }, words)).to.equal(2)
    const ana = new Author(3)
    expect(await ask({ retention: 60_000 }, [await ana.text('lasting'), await ana.say({ kind: 'text', text: 'passing', mentions: [] }, NOW, { expires: NOW + 500 })])).to.equal(1)
    expect(await ask({ retention: 1_000 }, words)).to.equal(1)
    // a room without history, for a newcomer and for somebody who was there when the second was said
    expect(await ask({ retention: 0 }, words)).to.equal(0)
    expect(await ask({ retention: 0 }, words, NOW)).to.equal(1)
  })

  describe('in a room by invite that gives newcomers nothing from before they came', () => {
    const HOUR = 3_600_000
    const policy = { history: 'join' as const, retention: -1 }
    const genesis = genesisKey(new Uint8Array(32).fill(8), 0)
    const epochOf = (time: number): number => Math.floor(time / HOUR)
    const keyAt = (time: number): Uint8Array => {
      let key: Uint8Array = genesis
      for (let epoch = epochOf(NOW - 48 * HOUR); epoch < epochOf(time); epoch++) {
        key = ratchet(key)
      }
      return key
    }
    /** Came in so long ago, and has been there since. */
    const came = async (seed: number, ago: number, state: Partial<RoomState> = {}): Promise<Member> =>
      Member.create({ seed, policy, state: { secret: undefined, epoch: epochOf(NOW - ago), key: keyAt(NOW - ago), joined: NOW - ago, ...state } })
    let old: Member
    let words: SignedMessage[]
    beforeEach(async () => {
      old = await came(10, 40 * HOUR)
      const author = new Author(2)
      words = []
      for (const ago of [39, 20, 5, 0]) {
        words.push(await author.text(`${ago} hours ago`, NOW - ago * HOUR))
      }
      await old.core.accept(words.map(encodeSigned))
    })
    afterEach(async () => { await old.close() })

    it('gives a newcomer that lies about its age no more than one that does not, whoever begins and however it asks', async () => {
      const liar = await came(11, 0, { joined: 0 })
      await meet(liar, old)
      await meet(old, liar)
      const [here, there] = await pair()
      const served = old.sync.serve(there, liar.name).catch(() => {})
      expect(await liar.sync.fetch(here, words.slice(0, 3).map(({ id }) => id), old.name)).to.equal(0)
      await served
      expect(liar.ids).to.deep.equal([words[3].id])
      await liar.close()
    })

    it('gives everybody who was there what it missed, also after days and a restart, and takes nobody\'s proof from another', async () => {
      const away = await came(12, 21 * HOUR)
      await away.restart()
      await meet(away, old)
      expect(away.ids).to.deep.equal(words.slice(1).map(({ id }) => id))
      const late = await came(13, 6 * HOUR)
      await meet(away, late)
      await meet(late, away)
      expect(late.ids).to.deep.equal(words.slice(2).map(({ id }) => id))
      // the proofs of one host, shown by another
      const thief = await came(14, 0, { joined: 0 })
      thief.source.proofs = () => away.core.age.proofs(away.name, old.name)
      await meet(thief, old)
      expect(thief.ids).to.deep.equal([words[3].id])
      await Promise.all([away, late, thief].map(async member => member.close()))
    })

    it(`keeps at most ${MAX_AGES} age keys, and no more of them than retention asks for`, async () => {
      const count = (member: Member): number => Object.keys(member.core.state.ages ?? {}).length
      const early = NOW - 40 * HOUR
      const forever = await Member.create({ seed: 15, policy: { ...policy, epoch: 60_000 }, state: { secret: undefined, epoch: Math.floor(early / 60_000), key: genesis, joined: early } })
      expect(count(forever)).to.equal(MAX_AGES + 1)
      const day = await came(16, 40 * HOUR, { policy: completePolicy({ history: 'join', retention: 10 * HOUR }) })
      expect(count(day)).to.be.within(10, 13)
      await Promise.all([forever, day].map(async member => member.close()))
    })
  })

  it('gives a newcomer nothing from before it joined where the room says so', async () => {
    const policy = { history: 'join' as const }
    const [giver, taker] = [await Member.create({ seed: 10, policy }), await Member.create({ seed: 11, policy, state: { joined: NOW - 30_000 } })]
    const words = await new Author(2).run(2, NOW - 30_001)
    await giver.core.accept(words.map(encodeSigned))
    await meet(taker, giver)
    expect(taker.ids).to.deep.equal([words[1].id])
    await Promise.all([giver.close(), taker.close()])
  })
})
