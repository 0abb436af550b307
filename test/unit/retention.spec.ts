import { expect } from 'aegir/chai'
import fc from 'fast-check'
import { epochKeyFromSecret, generateKeyPair, roomIdFromSecret } from '../../src/crypto/index.ts'
import { ExpiryOrder } from '../../src/engine/expiry-order.ts'
import { HeldMessages } from '../../src/engine/held-messages.ts'
import { Retention } from '../../src/engine/retention.ts'
import { RoomCore } from '../../src/engine/room-core.ts'
import { RoomKeeper } from '../../src/engine/room-keeper.ts'
import { completePolicy } from '../../src/room/index.ts'
import { Timeline } from '../../src/room/timeline.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { encodePayload, encodeSigned, signMessage } from '../../src/wire/index.ts'
import type { MessageId, SignedMessage } from '../../src/wire/index.ts'

const secret = new Uint8Array(32).fill(7)
const room = roomIdFromSecret(secret)
const author = generateKeyPair(new Uint8Array(32).fill(1))
const NOW = 1_700_000_000_000

async function text (sequence: number, time: number, expires?: number): Promise<SignedMessage> {
  return signMessage(author.privateKey, room, encodePayload({ authorKey: author.publicKey, sequence, previous: sequence === 0 ? undefined : '0'.repeat(64) as MessageId, seen: [], time, expires, body: { kind: 'text', text: `${sequence}`, mentions: [] } }))
}

describe('the order in which things are over', () => {
  it('is that of their times, whatever comes in between, and forgets what went before its time', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.integer({ min: 0, max: 50 }), fc.record({ now: fc.integer({ min: 0, max: 50 }) })), { maxLength: 200 }), steps => {
      let left: number[] = []
      const order = new ExpiryOrder<number>({ holds: () => true, living: () => left.length })
      for (const step of steps) {
        if (typeof step === 'number') {
          order.add(step, step)
          left.push(step)
        } else {
          expect(order.take(step.now)).to.deep.equal(left.filter(time => time <= step.now).toSorted((a, b) => a - b))
          left = left.filter(time => time > step.now)
        }
        expect([order.size, order.next]).to.deep.equal([left.length, Math.min(...left)])
      }
    }))
    const here = new Set<number>()
    const order = new ExpiryOrder<number>({ holds: item => here.has(item), living: () => here.size })
    for (let i = 0; i < 50_000; i++) {
      here.add(i)
      order.add(i, 100_000 - i % 1_000)
      here.delete(i - 10)
      expect(order.size).to.be.at.most(2_000)
    }
    expect(order.take(100_000).filter(item => here.has(item))).to.have.members([...here])
  })
})

describe('retention', () => {
  it('looks at what is over, and not at all the others, each time', async () => {
    let now = NOW
    let looks = 0
    const messages = await Promise.all(Array.from({ length: 2_000 }, async (_, i) => text(i, NOW + i)))
    const timeline = new Timeline()
    const held = new HeldMessages()
    const retention = new Retention({
      timeline,
      held,
      keeper: { expiryOf: ({ time }) => { looks++; return time + 1_000 }, expire: async () => {}, again () {} },
      durable: false,
      now: () => now,
      forget () {},
      log () {}
    })
    for (const [i, message] of messages.entries()) {
      if (i % 2 === 0) {
        timeline.add(message, now)
        retention.note(message)
      } else {
        held.hold(message)
        retention.noteHeld(message)
      }
    }
    expect(looks).to.equal(messages.length)
    const expired: MessageId[] = []
    for (now = NOW + 1_000; now < NOW + 1_400; now++) {
      expired.push(...await retention.expire())
      expect(held.expire(now)).to.be.above(now)
    }
    expect(expired).to.deep.equal(messages.slice(0, 400).filter((_, i) => i % 2 === 0).map(({ id }) => id))
    expect([timeline.size, held.size]).to.deep.equal([800, 800])
    expect(looks).to.equal(messages.length)
    await retention.stop()
  })

  it('holds from now on, and on the disk, when the room decides otherwise about it', async () => {
    let now = NOW
    const policy = completePolicy({ retention: 100_000 })
    const epoch = Math.floor(NOW / policy.epoch)
    const expired: MessageId[] = []
    const store = await new MemoryStore({ now: () => now }).room(room)
    const core = new RoomCore({
      state: { version: 1, room, name: 'r', kind: 'open', policy, epoch, key: epochKeyFromSecret(secret, epoch), secret, founder: null, persona: new Uint8Array(32).fill(9), petname: '', petnames: {}, contacts: [], joined: 0, read: 0, former: [] },
      store,
      durable: true,
      now: () => now,
      onMessage () {},
      onMember () {},
      onDelivery () {},
      onExpired: ids => { expired.push(...ids) },
      log () {}
    })
    const [first, second] = [await core.voice.say({ kind: 'text', text: 'first', mentions: [] }), await core.voice.say({ kind: 'text', text: 'second', mentions: [] }, { expires: NOW + 500 })]
    await core.keeper.flush()
    const ends = async (): Promise<Array<number | undefined>> => (await store.getMany([first.id, second.id])).map(({ expires }) => expires)
    expect(await ends()).to.deep.equal([first.time + 100_000, NOW + 500])
    const decide = (retention: number): void => {
      const before = core.state.policy
      core.state.policy = completePolicy({ retention })
      core.policyChanged(before)
    }
    decide(1_000)
    await core.keeper.flush()
    expect(await ends()).to.deep.equal([first.time + 1_000, NOW + 500])
    decide(0)
    await core.keeper.flush()
    await new Promise(resolve => { setTimeout(resolve) })
    expect(await ends()).to.deep.equal([])
    expect(core.timeline.size).to.equal(2)
    decide(1_000)
    now = first.time + 1_000
    expect(await core.expire()).to.have.members([first.id, second.id])
    expect(await ends()).to.deep.equal([])
    await core.close()
  })
  it('reaches what waits for a hello, too, by itself', async () => {
    let now = NOW
    const held = new HeldMessages()
    const retention = new Retention({ timeline: new Timeline(), held, keeper: { expiryOf: message => message.expires, expire: async () => {}, again () {} }, durable: false, now: () => now, forget () {}, log () {} })
    for (const [i, expires] of [NOW + 1, NOW + 2].entries()) {
      const message = await text(i, NOW, expires)
      held.hold(message)
      retention.noteHeld(message)
    }
    for (now = NOW + 2; held.size > 0;) {
      await new Promise(resolve => { setTimeout(resolve, 1) })
    }
    await retention.stop()
  })

  it('seals a busy hour anew a few times and not for each of its messages, but at once for what names its own end', async () => {
    const timeline = new Timeline()
    let now = NOW + 9
    const destroyed: number[] = []
    const gone: MessageId[] = []
    const retention = new Retention({
      timeline,
      held: new HeldMessages(),
      keeper: { expiryOf: ({ time, expires }) => expires ?? time + 10, expire: async at => { destroyed.push(at) }, again () {} },
      durable: true,
      state: { policy: { retention: 86_400_000 } },
      now: () => now,
      forget () {},
      onExpired: ids => { gone.push(...ids) },
      log () {}
    })
    const until = async (size: number): Promise<void> => {
      while (timeline.size > size) {
        await new Promise(resolve => { setTimeout(resolve, 1) })
      }
    }
    for (let i = 0; i < 50; i++) {
      const message = await text(i, NOW + i)
      timeline.add(message, NOW)
      retention.note(message)
    }
    for (let i = 0; i < 50; i++) {
      now = NOW + 10 + i
      await until(49 - i)
    }
    expect([gone.length, destroyed.length]).to.deep.equal([50, 0])
    const passing = await text(50, NOW, now + 1)
    timeline.add(passing, now)
    retention.note(passing)
    now += 1
    await until(0)
    while (destroyed.length === 0) {
      await new Promise(resolve => { setTimeout(resolve, 1) })
    }
    const last = await text(51, NOW + 52)
    timeline.add(last, now)
    retention.note(last)
    now = NOW + 62
    await until(0)
    expect(destroyed).to.have.lengthOf(1)
    await retention.stop()
    expect(destroyed).to.deep.equal([NOW + 60, now])
  })

  it('tries again what a full disk did not let it destroy, and shows it no longer meanwhile', async () => {
    const timeline = new Timeline()
    const passing = await text(0, NOW, NOW + 5)
    timeline.add(passing, NOW)
    const told: MessageId[] = []
    let failures = 0
    await new Promise<void>(resolve => {
      const retention = new Retention({
        timeline,
        held: new HeldMessages(),
        keeper: {
          expiryOf: message => message.expires,
          again () {},
          async expire () {
            if (failures++ < 2) {
              throw new Error('the disk is full')
            }
            retention.stop().catch(() => {})
            resolve()
          }
        },
        durable: true,
        now: () => NOW + 5,
        forget () {},
        onExpired: ids => { told.push(...ids) },
        log () {},
        retryMs: 0
      })
      retention.note(passing)
    })
    expect([failures, timeline.size, told]).to.deep.equal([3, 0, [passing.id]])
  })

  it('is told to the disk again where the room was left for a while, or a crash came between the vote and the disk', async () => {
    const store = await new MemoryStore({ now: () => NOW }).room(room)
    const hello = await signMessage(author.privateKey, room, encodePayload({ authorKey: author.publicKey, sequence: 0, seen: [], time: NOW, body: { kind: 'hello', sealingKey: new Uint8Array(), stamp: new Uint8Array(), petname: '', capabilities: 0 } }))
    const words = await text(1, NOW)
    const read = async (retention: number): Promise<Array<number | undefined>> => {
      await store.put([{ id: hello.id, time: NOW, expires: NOW + 50, bytes: encodeSigned(hello) }, { id: words.id, time: NOW, bytes: encodeSigned(words) }])
      const keeper = new RoomKeeper({ state: { policy: completePolicy({ retention }) } as any, store, durable: true, log () {} })
      const loaded = []
      for await (const { id } of keeper.load()) {
        loaded.push(id)
      }
      expect(loaded).to.have.members([hello.id, words.id])
      await keeper.close()
      await new Promise(resolve => { setTimeout(resolve) })
      return (await Promise.all([hello.id, words.id].map(async id => store.get(id)))).map(record => record == null ? -1 : record.expires)
    }
    expect(await read(1_000)).to.deep.equal([undefined, NOW + 1_000])
    expect(await read(-1)).to.deep.equal([undefined, undefined])
    expect(await read(0)).to.deep.equal([undefined, -1])
  })
})
