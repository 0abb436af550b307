import { expect } from 'aegir/chai'
import { createUndertone } from '../../src/index.ts'
import { MAX_ENTRIES, encodeStatements } from '../../src/moderation/index.ts'
import { Nodes } from '../support/nodes.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'
import type { RoomCore } from '../../src/engine/room-core.ts'
import type { Undertone } from '../../src/index.ts'

const LIMIT_MS = 200_000
/** Entries that share an operation: with names like these they still fit one statement. */
const EACH = 2_500
const BEYOND = 2_500
/** A reader's node may be busy with a list for so long at a time; it says so where somebody waits. */
const PATIENCE_MS = 20_000
const PAUSE_MS = 25

describe('a list of more entries than a list may have', function () {
  this.timeout(2 * LIMIT_MS)
  const nodes = new Nodes()
  let maker: Undertone
  let reader: ChildNode
  after(async () => {
    await maker.stop()
    await nodes.stop()
  })

  it(`comes into a room where people talk: it is cut at ${MAX_ENTRIES.toLocaleString('en')}, and all that is said meanwhile is heard, judged and answered`, async () => {
    maker = await createUndertone({ profile: 'private', dht: 'off', listen: ['/ip4/127.0.0.1/tcp/0'], bootstrap: ['/ip4/127.0.0.1/tcp/9'] })
    reader = nodes.rpc(['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9'])
    const room = await maker.rooms.create({ name: 'Live', kind: 'invite' })
    await reader.call('room.join', { invite: (await room.invite()).invite })
    const { list, address } = await maker.lists.create({ title: 'Everything' })
    const { voice } = (maker.rooms as any).find(list).core as RoomCore
    // a list's own program would stop at a million; an attacker's does not
    for (let from = 0; from < MAX_ENTRIES + BEYOND; from += EACH) {
      const values = Array.from({ length: EACH }, (_, i) => `w${(from + i).toString(36)}.example`).join('\n')
      const [entry] = encodeStatements([{ op: 'add', kind: 'domain', values, action: 'hide', reason: 'spam' }])
      await voice.say({ kind: 'entry', entry })
    }

    let said = 0
    let slowest = 0
    const over = new AbortController()
    const talk = (async () => {
      while (!over.signal.aborted) {
        await room.send(`number ${said++}`)
        const began = performance.now()
        await reader.call('room.info', { room: room.id })
        slowest = Math.max(slowest, performance.now() - began)
        await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
      }
    })()
    await reader.call('list.subscribe', { address })
    const until = performance.now() + LIMIT_MS
    const entries = async (): Promise<number> => (await reader.call('list.subscriptions')).subscriptions[0].entries
    while (await entries() < MAX_ENTRIES && performance.now() < until) {
      await new Promise(resolve => setTimeout(resolve, 200))
    }
    // long enough for what is beyond the end to have come, too
    await new Promise(resolve => setTimeout(resolve, 1_000))
    expect(await entries()).to.equal(MAX_ENTRIES)
    const last = await room.send(`see https://w${(MAX_ENTRIES - 1).toString(36)}.example`)
    const beyond = await room.send(`see https://w${(MAX_ENTRIES + 1).toString(36)}.example`)
    over.abort()
    await talk
    const heard = (id: string): any => reader.events.find(event => event.type === 'message' && event.message.id === id)?.message
    await reader.until(() => heard(last.id) != null && heard(beyond.id) != null, AbortSignal.timeout(LIMIT_MS))
    expect((await reader.call('moderation.explain', { room: room.id, message: last.id })).action).to.equal('hide')
    expect((await reader.call('moderation.explain', { room: room.id, message: beyond.id })).action).to.equal('none')
    const texts = reader.events.filter(event => event.type === 'message' && event.room === room.id).map(event => event.message.text)
    expect(Array.from({ length: said }, (_, i) => `number ${i}`).filter(text => !texts.includes(text))).to.deep.equal([])
    console.error(`      ${said} messages meanwhile, the longest wait for an answer ${Math.round(slowest)} ms`)
    expect(slowest).to.be.below(PATIENCE_MS)
  })
})
