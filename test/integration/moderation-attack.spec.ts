import { expect } from 'aegir/chai'
import { randomSeed } from '../../src/engine/randomness.ts'
import { createUndertone } from '../../src/index.ts'
import { addOperations, encodeStatement } from '../../src/moderation/index.ts'
import { encodePayload, encodeSigned, signMessage } from '../../src/wire/index.ts'
import { hide } from '../support/made-feed.ts'
import { Listeners, WireRecord } from '../support/wire-record.ts'
import type { RoomCore } from '../../src/engine/room-core.ts'
import type { Undertone } from '../../src/index.ts'
import type { ListOperation } from '../../src/moderation/index.ts'

const LIMIT_MS = 100_000
/** beyond what a maintainer opens at once */
const FLOOD = 300

async function until (is: () => boolean, what: string): Promise<void> {
  const began = performance.now()
  while (!is()) {
    if (performance.now() - began > LIMIT_MS) {
      throw new Error(`${what} did not happen`)
    }
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

describe('a list that is attacked by who reads it', function () {
  this.timeout(3 * LIMIT_MS)
  const engines: Undertone[] = []
  let listeners: Listeners
  before(() => { listeners = new Listeners() })
  after(() => { listeners.stop() })
  afterEach(async () => { await Promise.all(engines.splice(0).map(async engine => engine.stop())) })

  /** A maintainer, and others who read its list. */
  async function readers (count: number): Promise<{ list: string, maintainer: Undertone, others: Undertone[] }> {
    for (let i = 0; i <= count; i++) {
      engines.push(await createUndertone({ profile: 'private', dht: 'off', listen: ['/ip4/127.0.0.1/tcp/0'], bootstrap: ['/ip4/127.0.0.1/tcp/9'] }))
    }
    const [maintainer, ...others] = engines
    const { list, address } = await maintainer.lists.create({ title: 'Calm' })
    await maintainer.lists.add(list, hide({ word: 'coins' }) as any)
    for (const other of others) {
      await other.lists.subscribe({ address })
      await until(() => other.lists.subscriptions()[0].entries === 1, 'the list reaching its readers')
    }
    return { list, maintainer, others }
  }

  const roomOf = (engine: Undertone, list: string): any => (engine.rooms as any).find(list)
  const coreOf = (engine: Undertone, list: string): RoomCore => roomOf(engine, list).core
  const takeOver = (core: RoomCore, ends: Record<string, number>): Uint8Array => encodeStatement([
    { op: 'describe', title: 'Mine', description: '', license: '', appeals: '', maintainers: [core.self], retired: false, ends } satisfies ListOperation,
    ...addOperations([hide({ pattern: '.' })])
  ])

  it('is not changed by what a reader signs: no entry, no hand-over to itself', async () => {
    const { list, maintainer, others: [reader, mallory] } = await readers(2)
    const heard = [maintainer, reader].map(engine => new WireRecord(engine, list, listeners))
    const core = coreOf(mallory, list)
    // a program of the attacker's own asks nobody whether it may
    core.mayUtter = () => true
    await core.voice.say({ kind: 'entry', entry: takeOver(core, { [core.state.founder ?? '']: 0 }) })
    await core.voice.say({ kind: 'entry', entry: encodeStatement(addOperations([hide({ word: 'morning' })])) })
    await until(() => heard.some(({ reached }) => reached.some(({ author }) => author === core.self)), 'the forged statement arriving')
    await maintainer.lists.add(list, hide({ word: 'later' }) as any)
    await until(() => reader.lists.subscriptions()[0].entries === 2, 'the list going on')
    for (const engine of [maintainer, reader]) {
      const { list: summary, entries } = await engine.lists.entries(list)
      expect(summary).to.include({ title: 'Calm', retired: false })
      expect(summary.maintainers).to.deep.equal([core.state.founder])
      expect(entries.map(({ subject }) => subject.word)).to.deep.equal(['coins', 'later'])
      expect(coreOf(engine, list).timeline.ordered.some(({ author }) => author === core.self)).to.equal(false)
    }
  })

  it('is not taken over by a maintainer who was sent away and dates a hand-over before that', async () => {
    const { list, maintainer, others: [reader, former] } = await readers(2)
    const core = coreOf(former, list)
    const { founder } = core.state
    await maintainer.lists.edit(list, { maintainers: [founder ?? '', core.self] })
    await until(() => former.lists.subscriptions()[0].own, 'the second maintainer')
    await former.lists.add(list, hide({ word: 'two' }) as any)
    await until(() => reader.lists.subscriptions()[0].entries === 2, 'the second maintainer\'s entry')
    const { time, sequence, id } = core.timeline.head(core.self) ?? expect.fail('nothing was said')
    await until(() => coreOf(maintainer, list).timeline.head(core.self)?.id === id, 'the maintainer knowing it')
    await maintainer.lists.edit(list, { title: 'Calm again', maintainers: [founder ?? ''] })
    await until(() => [reader, former].every(engine => engine.lists.subscriptions()[0].title === 'Calm again'), 'the second maintainer being sent away')

    const heard = new WireRecord(reader, list, listeners)
    const forged = await signMessage(core.keyPair.privateKey, core.id, encodePayload({ authorKey: core.keyPair.publicKey, sequence: sequence + 1, previous: id, seen: [], time: time + 1, body: { kind: 'entry', entry: takeOver(core, { [founder ?? '']: 0 }) } }))
    await core.accept([encodeSigned(forged)])
    expect(core.timeline.has(forged.id)).to.equal(true)
    roomOf(former, list).session.compare()
    await until(() => heard.reached.some(({ author, kind }) => author === core.self && kind === 'entry'), 'the backdated hand-over arriving')
    await maintainer.lists.add(list, hide({ word: 'three' }) as any)
    await until(() => reader.lists.subscriptions()[0].entries === 3, 'the list going on')
    const { list: summary, entries } = await reader.lists.entries(list)
    expect([summary.title, summary.maintainers]).to.deep.equal(['Calm again', [founder]])
    expect(entries.map(({ subject }) => subject.word)).to.deep.equal(['coins', 'two', 'three'])
  })

  it(`hears an appeal through a flood of ${FLOOD} that nobody can open, and goes on as a list`, async () => {
    const { list, maintainer, others: [honest, mallory] } = await readers(2)
    const yard = await maintainer.rooms.create({ name: 'Yard', kind: 'invite' })
    await honest.rooms.join({ invite: (await yard.invite()).invite })
    const heard = new WireRecord(maintainer, list, listeners)
    const core = coreOf(mallory, list)
    for (let i = 0; i < FLOOD; i++) {
      // a fresh persona for each costs nothing
      core.newPersona(randomSeed())
      await core.voice.say({ kind: 'report', sealed: new Uint8Array(1_300).fill(i) })
    }
    expect(await honest.lists.appeal(list, { room: yard.id, text: 'please look again' })).to.deep.equal({ sent: 1 })
    await until(() => maintainer.reports.inbox().some(({ note }) => note === 'please look again'), 'the appeal')
    expect(maintainer.reports.inbox()).to.have.lengthOf(1)
    await until(() => heard.reached.filter(({ kind }) => kind === 'report').length > FLOOD / 2, 'the flood')
    await maintainer.lists.add(list, hide({ word: 'later' }) as any)
    await until(() => honest.lists.subscriptions()[0].entries === 2, 'the list going on')
  })

  it('recommends nothing that is followed by itself, not even in a circle of charters and lists', async () => {
    const { list, maintainer, others: [reader] } = await readers(1)
    const { address } = await maintainer.lists.invite(list)
    const first = await maintainer.rooms.create({ name: 'First', kind: 'invite', charter: { purpose: 'one', lists: [address] } as any })
    const { invite } = await first.invite()
    const second = await maintainer.rooms.create({ name: 'Second', kind: 'invite', charter: { purpose: 'two', lists: [invite, address] } as any })
    await maintainer.lists.edit(list, { description: `see ${invite}` })
    const before = reader.lists.subscriptions().length
    await reader.rooms.join({ invite: (await second.invite()).invite })
    await until(() => reader.charters.read(second.id).charter?.lists.length === 2, 'the charter')
    expect(reader.lists.subscriptions()).to.have.lengthOf(before)
    expect(reader.rooms.list().map(({ id }) => id)).to.not.include(first.id)
    // a room that poses as a list is none
    await expect(reader.lists.subscribe({ address: invite })).to.eventually.be.rejected.with.property('name', 'InvalidParametersError')
  })
})
