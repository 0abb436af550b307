import { expect } from 'aegir/chai'
import { fromString } from 'uint8arrays'
import { generateKeyPair, generateSealingKeyPair, personaId, roomIdFromSecret, sealTo } from '../../src/crypto/index.ts'
import { MAX_INBOX, ReportInbox } from '../../src/engine/report-inbox.ts'
import { MAX_UNOPENED, ReportDesk } from '../../src/engine/reports.ts'
import { RoomCore } from '../../src/engine/room-core.ts'
import { MAX_EVIDENCE, encodeReport, isReport, reportId, verifyReport } from '../../src/moderation/index.ts'
import { completePolicy } from '../../src/room/index.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { encodePayload, encodeSigned, signMessage } from '../../src/wire/index.ts'
import { withSignature } from '../support/with-signature.ts'
import type { Outcome, Report } from '../../src/moderation/index.ts'
import type { SignedMessage } from '../../src/wire/index.ts'

const room = roomIdFromSecret(new Uint8Array(32).fill(1))
const pair = (seed: number): ReturnType<typeof generateKeyPair> => generateKeyPair(new Uint8Array(32).fill(seed))
const spammer = pair(2)
const reporter = pair(3)

async function said (text: string, sequence = 0): Promise<SignedMessage> {
  return signMessage(spammer.privateKey, room, encodePayload({ authorKey: spammer.publicKey, sequence, previous: sequence === 0 ? undefined : 'ab'.repeat(32) as any, seen: [], time: 1_000 + sequence, body: { kind: 'text', text, mentions: [] } }))
}

async function reportOf (change: Partial<Report> = {}): Promise<Report> {
  return { version: 1, kind: 'report', room, reason: 'spam', note: 'all day', time: 5_000, messages: [await said('buy')], context: [], ...change }
}

describe('a report', () => {
  it('proves offline who wrote what, and reveals nothing that was not chosen', async () => {
    const report = await reportOf()
    const bytes = await encodeReport(report)
    expect(isReport(bytes)).to.equal(true)
    const read = await verifyReport(bytes)
    expect(read.messages[0].author).to.equal(personaId(spammer.publicKey))
    expect(read).to.include({ reason: 'spam', note: 'all day', room })
    expect(read).to.not.have.property('from')
    expect(reportId(bytes)).to.equal(reportId(await encodeReport(report)))
  })

  it('under a persona is signed by it, and by nobody else', async () => {
    const from = personaId(reporter.publicKey)
    const bytes = await encodeReport(await reportOf({ from }), reporter.privateKey)
    expect((await verifyReport(bytes)).from).to.equal(from)
    await expect(verifyReport(await encodeReport(await reportOf({ from }), spammer.privateKey))).to.eventually.be.rejected.with.property('name', 'InvalidReportError')
    await expect(verifyReport(await encodeReport(await reportOf({ from })))).to.eventually.be.rejected.with.property('name', 'InvalidReportError')
  })

  it('does not stand with one letter changed, another room named, or a signature borrowed', async () => {
    const honest = await reportOf()
    const forged = withSignature(await said('I will kill you'), honest.messages[0].signature)
    const elsewhere = roomIdFromSecret(new Uint8Array(32).fill(9))
    for (const change of [{ messages: [forged] }, { room: elsewhere }]) {
      await expect(verifyReport(await encodeReport({ ...honest, ...change }))).to.eventually.be.rejected.with.property('name', 'InvalidReportError')
    }
    await expect(verifyReport(new TextEncoder().encode(`${new TextDecoder().decode(await encodeReport(honest))}and more`))).to.eventually.be.rejected.with.property('name', 'InvalidReportError')
    const signed = new TextDecoder().decode(await encodeReport({ ...honest, from: personaId(reporter.publicKey) }, reporter.privateKey))
    await expect(verifyReport(new TextEncoder().encode(signed.replace('all day', 'all week')))).to.eventually.be.rejected.with.property('name', 'InvalidReportError')
  })

  it(`has at most ${MAX_EVIDENCE} messages, and what is damaged is refused by name whatever it is`, async () => {
    const message = await said('x')
    await expect(encodeReport(await reportOf({ messages: Array.from({ length: MAX_EVIDENCE + 1 }, () => message) }))).to.eventually.be.rejected.with.property('name', 'InvalidReportError')
    const good = new TextDecoder().decode(await encodeReport(await reportOf()))
    for (const text of ['', '{}', 'null', good.slice(0, -40), good.replace('"spam"', '"boredom"'), good.replace('"version":1', '"version":2'), good.replace('"kind":"report"', '"kind":"x"'), good.replace(/"messages":\[.*\]/, '"messages":[]')]) {
      await expect(verifyReport(new TextEncoder().encode(text)), text.slice(0, 60)).to.eventually.be.rejected.with.property('name', 'InvalidReportError')
    }
    await expect(verifyReport(new Uint8Array(2 * 1024 * 1024))).to.eventually.be.rejected.with.property('name', 'InvalidReportError')
  })

  it('that appeals is signed by whom it is about: nobody can appeal without a name', async () => {
    const appeal = await reportOf({ kind: 'appeal', messages: [] })
    await expect(verifyReport(await encodeReport(appeal))).to.eventually.be.rejected.with.property('name', 'InvalidReportError')
    const signed = await encodeReport({ ...appeal, from: personaId(reporter.publicKey) }, reporter.privateKey)
    expect((await verifyReport(signed)).kind).to.equal('appeal')
  })

  it('proves also what came without a signature of its own: its author\'s next message vouches for it, and goes along', async () => {
    const store = new MemoryStore()
    const core = new RoomCore({
      state: { version: 1, room, name: 'r', kind: 'open', policy: completePolicy({ retention: -1 }), epoch: 0, key: new Uint8Array(32), founder: null, persona: new Uint8Array(32).fill(9), petname: '', petnames: {}, contacts: [], joined: 0, read: 0, former: [] },
      store: await store.room(room),
      durable: false,
      now: () => 5_000,
      onMessage: () => {},
      onMember: () => {},
      onDelivery: () => {},
      log: () => {}
    })
    const run: SignedMessage[] = []
    for (const text of ['a threat', 'another', 'and one more', 'the end']) {
      run.push(await signMessage(spammer.privateKey, room, encodePayload({ authorKey: spammer.publicKey, sequence: run.length, previous: run.at(-1)?.id, seen: [], time: 1_000 + run.length, body: { kind: 'text', text, mentions: [] } })))
    }
    // whoever handed this on spoiled two signatures; the hashes behind them still hold
    const spoiled = run.map((message, i) => i < 2 ? withSignature(message, new Uint8Array(64).fill(7)) : message)
    expect(await core.accept(spoiled.map(encodeSigned))).to.include({ added: 4, invalid: 0 })
    const desk = new ReportDesk({ store, rooms: { get: () => ({ core }) } as any, lists: { all: () => [] } as any, now: () => 5_000, emit: () => {}, log: () => {} })
    const bytes = await desk.export({ room, message: run[0].id, reason: 'threat' })
    const { messages } = await desk.verify(bytes)
    expect(messages.map(({ text, context }) => [text, context])).to.deep.equal([['a threat', false], ['another', true], ['and one more', true]])
    expect((await desk.verify(await desk.export({ room, message: run[2].id, reason: 'threat' }))).messages).to.have.lengthOf(1)
    // with what vouches for it taken out, it proves nothing
    const [line, signature] = new TextDecoder().decode(bytes).split('\n')
    const report = JSON.parse(line)
    await expect(desk.verify(new TextEncoder().encode(`${JSON.stringify({ ...report, messages: report.messages.slice(0, 2) })}\n${signature}`))).to.eventually.be.rejected.with.property('name', 'InvalidReportError')
    // whoever waits for the keys of maintainers can call it back
    const called = new AbortController()
    const holding = { id: 'a1', own: false, config: { paused: false }, feed: { maintainers: ['somebody who is away'] }, room: { core } }
    const waiting = new ReportDesk({ store, rooms: { get: () => ({ core }) } as any, lists: { all: () => [holding], awake: async () => { called.abort(new Error('called back')) } } as any, now: () => 5_000, emit: () => {}, log: () => {} })
    await expect(waiting.send({ room, message: run[2].id, reason: 'threat', signal: called.signal })).to.eventually.be.rejectedWith('called back')
    core.timeline.remove([run[1].id])
    await expect(desk.export({ room, message: run[0].id, reason: 'threat' })).to.eventually.be.rejected.with.property('name', 'InvalidReportError')
  })
})

describe('an inbox', () => {
  const received = (room: string, from: string): { list: string, report: Report } => ({ list: 'L', report: { version: 1, kind: 'appeal', room, reason: 'other', note: '', time: 0, from, messages: [], context: [] } })

  it(`holds at most ${MAX_INBOX}; a flood of appeals pushes out the flood, not what members of a room sent`, () => {
    const outcomes: Record<string, Outcome> = {}
    const inbox = new ReportInbox({ known: room => room === 'yard', outcome: id => outcomes[id] })
    for (const honest of ['ana', 'ben', 'cem']) {
      expect(inbox.add(honest, received('yard', honest))).to.equal(true)
      expect(inbox.add(honest, received('yard', honest))).to.equal(false)
    }
    outcomes.ben = 'acted'
    // personas and rooms made up by the thousand, and one member who does not stop
    for (let i = 0; i < 2 * MAX_INBOX; i++) {
      inbox.add(`made up ${i}`, received(`room ${i}`, `persona ${i}`))
      inbox.add(`eve ${i}`, received('yard', 'eve'))
    }
    const held = [...inbox.entries()].map(([id]) => id)
    expect(held).to.have.lengthOf(MAX_INBOX)
    expect(held).to.include('ana').and.include('cem').and.not.include('ben')
    expect(inbox.add('dan', received('yard', 'dan'))).to.equal(true)
  })

  it(`opens later what it cannot open as fast as it comes, and at most ${MAX_UNOPENED} wait`, async () => {
    const maintainer = await generateSealingKeyPair()
    const list = roomIdFromSecret(new Uint8Array(32).fill(5))
    const core = { id: list, state: { sealingKey: maintainer.privateKey }, isSelf: () => false, roster: { has: () => true } }
    const holding = { id: list, own: true, room: { core } }
    let now = 0
    const told = Promise.withResolvers<unknown>()
    const desk = new ReportDesk({ store: new MemoryStore(), rooms: { find: () => ({ core }) } as any, lists: { find: () => holding, all: () => [] } as any, now: () => now, emit: told.resolve, log: () => {} })
    const hear = async (sealed: Uint8Array): Promise<void> => desk.received(core as any, { author: 'somebody', body: { kind: 'report', sealed } } as any)
    try {
      const garbage = await sealTo(maintainer.publicKey, new Uint8Array(300), new Uint8Array(1), new Uint8Array(1))
      // what nobody can open is as dear as what can be, until there is no time left for more
      while (desk.unopened < 5) {
        await hear(garbage)
      }
      await hear(await sealTo(maintainer.publicKey, await encodeReport(await reportOf()), new TextEncoder().encode('undertone/1/report'), fromString(list)))
      expect(desk.inbox()).to.have.lengthOf(0)
      now = 10_000
      expect(await told.promise).to.include({ type: 'report', kind: 'report' })
      expect(desk.inbox()).to.have.lengthOf(1)
      for (let i = 0; i < 2 * MAX_UNOPENED; i++) {
        await hear(garbage)
      }
      expect(desk.unopened).to.equal(MAX_UNOPENED)
    } finally {
      desk.stop()
    }
  })
})
