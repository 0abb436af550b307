import { expect } from 'aegir/chai'
import { createUndertone } from '../../src/index.ts'
import type { ChatMessage, Undertone } from '../../src/index.ts'

/** 30 in full (`NODES=30`); fewer where the suite has to be quick. */
const NODES = Number(process.env.NODES ?? 10)
/** all of them in one process and on one core: the more, the slower they get to know each other */
const LIMIT_MS = NODES > 12 ? 600_000 : 60_000

async function until (is: () => boolean | Promise<boolean>, what: string): Promise<number> {
  const began = performance.now()
  while (!await is()) {
    if (performance.now() - began > LIMIT_MS) {
      throw new Error(`${what} did not happen`)
    }
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  return performance.now() - began
}

describe(`a room of ${NODES} with a spammer and a harasser`, () => {
  const engines: Undertone[] = []
  after(async () => { await Promise.all(engines.map(async engine => engine.stop())) })

  it('is quiet within seconds for who subscribes to a maintainer\'s list, unchanged for who does not, and the maintainer learns nobody\'s name', async function () {
    this.timeout(4 * LIMIT_MS)
    for (let i = 0; i < NODES; i++) {
      engines.push(await createUndertone({ profile: 'private', dht: 'off', listen: ['/ip4/127.0.0.1/tcp/0'], bootstrap: ['/ip4/127.0.0.1/tcp/9'] }))
    }
    const [maintainer, spammer, harasser, ...others] = engines
    const yard = await maintainer.rooms.create({ name: 'Yard', kind: 'invite' })
    const { invite } = await yard.invite()
    for (const engine of engines.slice(1)) {
      await engine.rooms.join({ invite })
    }
    const here = (engine: Undertone): ReturnType<Undertone['rooms']['get']> => engine.rooms.get(yard.id)
    const seen = async (engine: Undertone, hidden = false): Promise<ChatMessage[]> => (await here(engine).history({ limit: 1_000, hidden })).messages
    await until(() => engines.every(engine => here(engine).info().members === NODES), 'everybody knowing everybody')

    const subscribers = others.filter((_, i) => i % 2 === 0)
    const strangers = others.filter((_, i) => i % 2 === 1)
    const { list, address } = await maintainer.lists.create({ title: 'Peace in the yard' })
    await Promise.all(subscribers.map(async engine => engine.lists.subscribe({ address })))
    await until(() => subscribers.every(engine => engine.lists.subscriptions()[0].version > 0), 'the list reaching its readers')

    await here(spammer).send('buy my coins')
    await here(harasser).send('you are all worthless')
    for (const engine of others) {
      await here(engine).send('good morning')
    }
    const said = others.length + 2
    await until(async () => (await Promise.all(others.map(async engine => (await seen(engine)).length === said))).every(Boolean), 'everybody reading everything')

    const personas = [spammer, harasser].map(engine => here(engine).info().persona)
    const reasons = ['spam', 'harassment'] as const
    const began = performance.now()
    for (const [i, persona] of personas.entries()) {
      await maintainer.lists.add(list, { subject: { persona }, action: 'hide', reason: reasons[i], note: `seen in the yard, ${reasons[i]}` })
    }
    await until(async () => (await Promise.all(subscribers.map(async engine => (await seen(engine)).length === said - 2))).every(Boolean), 'subscribers no longer seeing them')
    const took = performance.now() - began
    process.stdout.write(`      ${NODES} nodes, ${subscribers.length} subscribers: hidden after ${Math.round(took)} ms\n`)
    for (const engine of subscribers) {
      const hidden = (await seen(engine, true)).filter(message => message.verdict?.action === 'hide')
      expect(hidden.map(message => message.verdict?.sources[0].reason).sort()).to.deep.equal(['harassment', 'spam'])
      expect(hidden[0].verdict?.sources[0].title).to.equal('Peace in the yard')
    }
    // new words of theirs arrive hidden: the event carries the verdict
    const events: any[] = []
    subscribers[0].addEventListener('event', ({ detail }) => { events.push(detail) })
    await here(spammer).send('more coins')
    await until(() => events.some(event => event.type === 'message' && event.message.text === 'more coins' && event.message.verdict?.action === 'hide'), 'new words arriving hidden')
    await until(async () => (await Promise.all(strangers.map(async engine => (await seen(engine)).length === said + 1))).every(Boolean), 'strangers to the list seeing all of it')

    // one reader thinks otherwise, and that stays when the list goes on
    const [first, ...rest] = subscribers
    await first.moderation.overrule(yard.id, { persona: personas[0] })
    expect((await seen(first)).some(message => message.text === 'buy my coins')).to.equal(true)
    await maintainer.lists.add(list, { subject: { word: 'worthless' }, action: 'hide', reason: 'harassment' })
    await until(() => subscribers.every(engine => engine.lists.subscriptions()[0].entries === 3), 'the next entry')
    expect((await seen(first)).some(message => message.text === 'buy my coins')).to.equal(true)
    expect((await seen(rest[0])).some(message => message.text === 'buy my coins')).to.equal(false)

    // all that the maintainer's node has of its readers: transport peers that exist for this list alone
    const core = (maintainer.rooms as any).find(list).core
    expect(core.roster.all().map((member: any) => member.persona)).to.deep.equal([core.self])
    expect(new Set(core.timeline.ordered.map((message: any) => message.author))).to.deep.equal(new Set([core.self]))
    const known = new Set(core.compartment.members())
    expect(known.size).to.be.at.least(1)
    const inTheYard = new Set(engines.flatMap(engine => engine.status().compartments.filter(each => each.room === yard.id).map(each => each.transportPeer)))
    expect([...known].filter(peer => inTheYard.has(peer as string))).to.deep.equal([])
    // nor does the list, to whoever is not in the room: its entries name hashes
    const exported = new TextDecoder().decode(await maintainer.lists.export(list))
    const statements = JSON.parse(exported).statements.map((each: string) => Buffer.from(each, 'base64url').toString('latin1')).join()
    expect(statements).to.include('hashed:')
    personas.forEach(persona => { expect(statements).to.not.include(persona) })
  })
})
