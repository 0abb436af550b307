import { expect } from 'aegir/chai'
import { SpammedRoom } from '../support/spammed-room.ts'
import { Listeners, WireRecord } from '../support/wire-record.ts'
import type { Undertone } from '../../src/index.ts'

/** 30 in full (`NODES=30`); fewer where the suite has to be quick. */
const NODES = Number(process.env.NODES ?? 10)
/** all of them in one process and on one core: the more, the slower they get to know each other */
const LIMIT_MS = NODES > 12 ? 600_000 : 100_000
/** nothing new for so long: nobody speaks, and everybody knows everybody */
const CALM_MS = 1_000
/** the maintainer's traffic is watched for at least so long while others subscribe */
const WATCHED_MS = 3_000
/** heartbeats and pings of one connection in that time, and more */
const SMALL_TALK_BYTES = 2_048

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

describe(`a room of ${NODES} with a spammer and a harasser`, () => {
  const room = new SpammedRoom(LIMIT_MS)
  let listeners: Listeners
  before(() => { listeners = new Listeners() })
  after(async () => {
    listeners.stop()
    await room.stop()
  })

  const peerIn = (engine: Undertone, id: string): string | undefined => engine.status().compartments.find(each => each.room === id)?.transportPeer

  it('tells the maintainer of a list nothing on the wire of who subscribes: the room goes on as before, and the list is read by transport peers nobody has met', async function () {
    this.timeout(3 * LIMIT_MS)
    await room.open(NODES)
    const { maintainer, subscribers, strangers, yard, list } = room
    const [inYard, inList] = [yard, list].map(id => new WireRecord(maintainer, id, listeners))
    await room.until(() => performance.now() - inYard.last > CALM_MS, 'the room growing calm')

    const [words, bytes, peers] = [inYard.reached.length, inYard.bytes(), inYard.peers()]
    const watched = new Promise(resolve => setTimeout(resolve, WATCHED_MS))
    await room.subscribe()
    await watched
    // in the room: not a word, no connection more or less of whoever subscribed, and as much small talk as of everybody
    expect(inYard.reached.slice(words)).to.deep.equal([])
    const subscribed = subscribers.map(engine => peerIn(engine, yard) ?? '')
    const connected = (all: string[]): string[] => [...new Set(all)].filter(peer => subscribed.includes(peer)).sort()
    expect(connected(inYard.peers())).to.deep.equal(connected(peers))
    const later = inYard.bytes()
    const grown = (engines: Undertone[]): number[] => engines.flatMap(engine => {
      const peer = peerIn(engine, yard) ?? ''
      const [before, after] = [bytes.get(peer), later.get(peer)]
      return before == null || after == null ? [] : [after - before]
    })
    const [ours, theirs] = [grown(subscribers), grown(strangers)]
    expect(ours.length * theirs.length, 'connections of both kinds were watched').to.be.above(0)
    expect(median(ours)).to.be.at.most(2 * median(theirs) + SMALL_TALK_BYTES)
    expect(median(theirs)).to.be.at.most(2 * median(ours) + SMALL_TALK_BYTES)

    // in the list: bytes of readers come, and in them nothing that any reader said
    await room.until(() => [...inList.bytes().values()].some(read => read > 0), 'a reader\'s bytes')
    const met = new Set(room.engines.map(engine => peerIn(engine, yard)))
    expect(inList.peers().filter(peer => met.has(peer))).to.deep.equal([])
    const { self } = (maintainer.rooms as any).find(list).core
    expect(inList.reached.filter(({ author }) => author !== self)).to.deep.equal([])
    process.stdout.write(`      while they subscribed, per connection in the room: subscribers ${median(ours)} bytes, others ${median(theirs)}; in the list ${inList.peers().length} connections\n`)
  })

  it('is quiet within seconds for who subscribes to a maintainer\'s list, unchanged for who does not, and the maintainer learns nobody\'s name', async function () {
    this.timeout(4 * LIMIT_MS)
    const { maintainer, spammer, subscribers, strangers, list } = room
    await room.talk()
    const { said } = room
    const took = await room.silence()
    process.stdout.write(`      ${NODES} nodes, ${subscribers.length} subscribers: hidden after ${Math.round(took)} ms\n`)
    for (const engine of subscribers) {
      const hidden = (await room.seen(engine, true)).filter(message => message.verdict?.action === 'hide')
      expect(hidden.map(message => message.verdict?.sources[0].reason).sort()).to.deep.equal(['harassment', 'spam'])
      expect(hidden[0].verdict?.sources[0].title).to.equal('Peace in the yard')
    }
    // new words of theirs arrive hidden: the event carries the verdict
    const events: any[] = []
    subscribers[0].addEventListener('event', ({ detail }) => { events.push(detail) })
    await room.here(spammer).send('more coins')
    await room.until(() => events.some(event => event.type === 'message' && event.message.text === 'more coins' && event.message.verdict?.action === 'hide'), 'new words arriving hidden')
    await room.all(strangers, async engine => (await room.seen(engine)).length === said + 1, 'strangers to the list seeing all of it')

    // one reader thinks otherwise, and that stays when the list goes on
    const personas = room.troublemakers
    const [first, ...rest] = subscribers
    await first.moderation.overrule(room.yard, { persona: personas[0] })
    const reads = async (engine: Undertone): Promise<boolean> => (await room.seen(engine)).some(message => message.text === 'buy my coins')
    expect(await reads(first)).to.equal(true)
    await maintainer.lists.add(list, { subject: { word: 'worthless' }, action: 'hide', reason: 'harassment' })
    await room.all(subscribers, engine => engine.lists.subscriptions()[0].entries === 3, 'the next entry')
    expect(await reads(first)).to.equal(true)
    expect(await reads(rest[0])).to.equal(false)

    // all that the maintainer's node has of its readers: transport peers that exist for this list alone
    const core = (maintainer.rooms as any).find(list).core
    expect(core.roster.all().map((member: any) => member.persona)).to.deep.equal([core.self])
    expect(new Set(core.timeline.ordered.map((message: any) => message.author))).to.deep.equal(new Set([core.self]))
    const known = new Set(core.compartment.members())
    expect(known.size).to.be.at.least(1)
    const inTheYard = new Set(room.engines.map(engine => peerIn(engine, room.yard)))
    expect([...known].filter(peer => inTheYard.has(peer as string))).to.deep.equal([])
    // nor does the list, to whoever is not in the room: its entries name hashes
    const exported = new TextDecoder().decode(await maintainer.lists.export(list))
    const statements = JSON.parse(exported).statements.map((each: string) => Buffer.from(each, 'base64url').toString('latin1')).join()
    expect(statements).to.include('hashed:')
    personas.forEach(persona => { expect(statements).to.not.include(persona) })
  })
})
