import { lpStream, streamPair } from '@libp2p/utils'
import { expect } from 'aegir/chai'
import { concat } from 'uint8arrays'
import { epochKeyFromSecret, epochKeys, ratchet } from '../../src/crypto/index.ts'
import { CatchUp } from '../../src/engine/catch-up.ts'
import { CharterOffice } from '../../src/engine/charters.ts'
import { KeptRoom } from '../../src/engine/keeper/kept-room.ts'
import { KeyTail, completePolicy } from '../../src/room/index.ts'
import { MemoryStore } from '../../src/store/index.ts'
import { fetchSealed, serveSealed } from '../../src/sync/index.ts'
import { encodeSigned, packEnvelope, unpackEnvelope } from '../../src/wire/index.ts'
import { Author, Member, NOW, ROOM } from '../support/history-members.ts'
import type { RoomState } from '../../src/engine/room-state.ts'
import type { RoomStore } from '../../src/store/index.ts'
import type { SealedMessage } from '../../src/sync/index.ts'
import type { SignedMessage } from '../../src/wire/index.ts'
import type { Stream } from '@libp2p/interface'

const id = (byte: number): string => byte.toString(16).padStart(2, '0').repeat(32)
const secret = new Uint8Array(32).fill(1)

/** What a keeper holds, early epochs first. */
function portions (held: Map<string, SealedMessage>): (ids: string[]) => AsyncGenerator<SealedMessage[]> {
  return async function * (ids) {
    yield ids.flatMap(each => held.get(each) ?? []).sort((a, b) => a.epoch - b.epoch)
  }
}

describe('the key a device left with', () => {
  it('opens every epoch from then to now, in any order, and none before or after', () => {
    const keys = [epochKeyFromSecret(secret, 100)]
    for (let i = 1; i < 20; i++) {
      keys.push(ratchet(keys[i - 1]))
    }
    const tail = new KeyTail({ key: keys[0], epoch: 100 })
    for (const epoch of [119, 100, 107, 106, 119]) {
      expect(tail.keysOf(epoch, 119)?.topic).to.equal(epochKeys(keys[epoch - 100]).topic)
    }
    for (const epoch of [99, 120, -1, 1.5, NaN]) {
      expect(tail.keysOf(epoch, 119), `${epoch}`).to.equal(undefined)
    }
    tail.destroy()
    expect(tail.keysOf(107, 119)?.topic).to.not.equal(epochKeys(keys[7]).topic)
  })
})

describe('a device that slept', () => {
  const DAY = 86_400_000
  const HOUR = 3_600_000
  /** members connected */
  let company = 1

  /** A member of an invite-only room that slept for so many hours, and what a keeper got meanwhile. */
  async function slept (hours: number, retention = 7 * DAY): Promise<{ member: Member, catchUp: CatchUp, held: Map<string, SealedMessage> }> {
    Member.clock = NOW
    const epochLength = 3_600_000
    const first = Math.floor((NOW - 120_000) / epochLength)
    const member = await Member.create({ seed: 7, policy: { retention }, state: { secret: undefined } })
    const ana = new Author(8)
    const held = new Map<string, SealedMessage>()
    let key = epochKeyFromSecret(secret, first)
    for (let i = 0; i < hours; i++) {
      const message = await ana.text(`hour ${i}`, NOW + i * epochLength)
      held.set(message.id, { epoch: first + i, envelope: packEnvelope(epochKeys(key), encodeSigned(message)) })
      key = ratchet(key)
    }
    const catchUp = new CatchUp({
      core: member.core,
      alone: () => company === 0,
      open: async () => {
        const [here, there] = await streamPair()
        serveSealed(there, portions(held), { signal: AbortSignal.timeout(20_000) }).catch(error => { there.abort(error) })
        return here
      },
      met: () => {},
      log: () => {}
    })
    Member.clock = NOW + hours * epochLength
    return { member, catchUp, held }
  }
  afterEach(() => {
    Member.clock = NOW
    company = 1
  })

  it('reads what a keeper got meanwhile, and then has the key it left with no more', async () => {
    const { member, catchUp, held } = await slept(30)
    catchUp.wasAway()
    member.core.epochs()
    expect(await catchUp.collect('keeper', [...held.keys()], { signal: AbortSignal.timeout(20_000) })).to.equal(30)
    expect(member.core.timeline.visible.map(({ body }) => body.kind === 'text' ? body.text : '')).to.deep.equal(Array.from({ length: 30 }, (_, i) => `hour ${i}`))
    expect(member.core.state.behind).to.equal(undefined)
    await member.close()
  })

  it('has that key for an hour at most, whether there is a keeper or not', async () => {
    const { member, catchUp, held } = await slept(30)
    catchUp.wasAway()
    member.core.epochs()
    expect(member.core.state.behind?.until).to.equal(Member.clock + 3_600_000)
    Member.clock += 3_600_000
    catchUp.tick()
    expect(member.core.state.behind).to.equal(undefined)
    // the newest hour's key is still in force; nothing else opens
    expect(await catchUp.collect('keeper', [...held.keys()].slice(0, 28), { signal: AbortSignal.timeout(20_000) })).to.equal(0)
    await member.close()
  })

  /** Awake for so many hours: every change of keys comes and goes. */
  function wakeful (hours: number, { member, catchUp }: { member: Member, catchUp: CatchUp }): void {
    for (let minute = 0; minute < hours * 60; minute++) {
      Member.clock += 60_000
      catchUp.tick()
      member.core.epochs()
    }
  }
  const open = async (catchUp: CatchUp, held: Map<string, SealedMessage>): Promise<number> => catchUp.collect('keeper', [...held.keys()], { signal: AbortSignal.timeout(20_000) })

  it('that was awake but alone is as good as away: it opens what only a keeper got, then has no old key', async () => {
    const { member, catchUp, held } = await slept(30)
    Member.clock = NOW
    company = 0
    wakeful(30, { member, catchUp })
    company = 1
    catchUp.joined()
    expect(member.core.state.behind?.until).to.equal(Member.clock + HOUR)
    expect(await open(catchUp, held)).to.equal(30)
    expect(member.core.state.behind).to.equal(undefined)
    await member.close()
  })

  it('that meets nobody after it came back goes on waiting for a keeper, and an hour once it met a member', async () => {
    const { member, catchUp, held } = await slept(30)
    company = 0
    catchUp.wasAway()
    member.core.epochs()
    wakeful(5, { member, catchUp })
    expect(member.core.state.behind?.epoch).to.equal([...held.values()][0].epoch)
    company = 1
    catchUp.joined()
    wakeful(1, { member, catchUp })
    expect(member.core.state.behind).to.equal(undefined)
    await member.close()
  })

  it('has no old key while it is among others, nor after a cut in which nothing was missed', async () => {
    const { member, catchUp } = await slept(1)
    Member.clock = NOW
    wakeful(5, { member, catchUp })
    expect(member.core.state.behind).to.equal(undefined)
    company = 0
    catchUp.tick()
    expect(member.core.state.behind?.epoch).to.equal(member.core.state.epoch)
    company = 1
    catchUp.joined()
    expect(member.core.state.behind).to.equal(undefined)
    await member.close()
  })

  it('has no key of what the room would keep no more, here six hours, however long it is alone; none where nothing is kept', async () => {
    for (const [retention, most] of [[6 * HOUR, 8], [0, 0]]) {
      const { member, catchUp, held } = await slept(30, retention)
      Member.clock = NOW
      company = 0
      wakeful(30, { member, catchUp })
      const { behind } = member.core.state
      expect(behind == null ? 0 : Math.floor(Member.clock / HOUR) - behind.epoch).to.be.at.most(most)
      company = 1
      catchUp.joined()
      expect(await open(catchUp, held)).to.be.at.most(most)
      await member.close()
    }
  })

  it('takes nothing from a keeper that nobody signed', async () => {
    const { member, catchUp, held } = await slept(2)
    catchUp.wasAway()
    const forged = encodeSigned(await new Author(3).text('not mine')).fill(0, 0, 64)
    const [[id, { epoch }]] = held
    held.set(id, { epoch, envelope: packEnvelope(epochKeys(epochKeyFromSecret(secret, epoch)), forged) })
    await expect(catchUp.collect('keeper', [id], { signal: AbortSignal.timeout(20_000) })).to.eventually.be.rejected.with.property('name', 'SyncProtocolError')
    expect(member.core.timeline.size).to.equal(0)
    await member.close()
  })
})

describe('what a keeper holds', () => {
  async function asked (ids: string[], held: Map<string, SealedMessage>, from = 0): Promise<SealedMessage[]> {
    const [here, there] = await streamPair()
    const options = { signal: AbortSignal.timeout(20_000) }
    serveSealed(there, portions(held), options).catch(error => { there.abort(error) })
    const came: SealedMessage[] = []
    await fetchSealed(here, ids, from, async batch => { came.push(...batch) }, options)
    return came
  }

  it('is handed out by ID, early epochs first, and only of epochs that the asker can open', async () => {
    const held = new Map([[1, 9], [2, 7], [3, 8]].map(([byte, epoch]) => [id(byte), { epoch, envelope: new Uint8Array(256).fill(byte) }]))
    expect((await asked([id(1), id(4), id(2), id(3)], held)).map(({ epoch, envelope }) => [epoch, envelope.length, envelope[0]])).to.deep.equal([[7, 256, 2], [8, 256, 3], [9, 256, 1]])
    expect((await asked([id(1), id(2), id(3)], held, 8)).map(({ epoch }) => epoch)).to.deep.equal([8, 9])
  })

  it('comes in portions, however much it is: 4,096 IDs and 256 KiB at a time', async () => {
    const ids = Array.from({ length: 5_000 }, (_, i) => i.toString(16).padStart(64, '0'))
    const held = new Map(ids.map((each, i) => [each, { epoch: i, envelope: new Uint8Array(i % 100 === 0 ? 65_536 : 512) }]))
    expect((await asked(ids, held)).map(({ epoch }) => epoch)).to.deep.equal(ids.map((_, i) => i))
  })

  it('is handed out once however often it is named, and who never stops asking is cut off', async () => {
    const held = new Map([[id(1), { epoch: 7, envelope: new Uint8Array(65_536) }]])
    expect(await asked(Array.from({ length: 4_096 }, () => id(1)), held)).to.have.lengthOf(1)

    const [here, there] = await streamPair()
    const options = { signal: AbortSignal.timeout(20_000) }
    const served = serveSealed(there, portions(held), options).then(() => undefined, error => error)
    const frames = lpStream(here)
    const nothing = new Uint8Array(9).fill(1, 0, 1)
    const asking = (async () => {
      while (true) {
        await frames.write(nothing, options)
        await frames.read(options)
      }
    })().catch(() => {})
    expect(await served).to.have.property('name', 'SyncProtocolError')
    here.abort(new Error('seen enough'))
    await asking
  })

  it('is not taken from who sends more than was asked for, cuts it off, or makes no sense', async () => {
    const head = (length: number): Uint8Array => Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, length)
    const one = concat([head(3), Uint8Array.of(1, 2, 3)])
    for (const answers of [[[2, ...one, ...one]], [[2, ...one], [2, ...one]], [[2, ...head(4), 1]], [[2]], [[7]], [[]]]) {
      const [here, there] = await streamPair()
      const frames = lpStream(there)
      const serving = (async () => {
        await frames.read()
        for (const answer of answers) {
          await frames.write(Uint8Array.from(answer))
        }
      })()
      await expect(fetchSealed(here, [id(1)], 0, async () => {}, { signal: AbortSignal.timeout(20_000) })).to.eventually.be.rejected.with.property('name', 'SyncProtocolError')
      await serving.catch(() => {})
    }
  })
})

describe('a kept room', () => {
  let clock = NOW
  let store: RoomStore
  let room: KeptRoom | undefined
  let hear: (envelope: Uint8Array) => Promise<string>
  let serve: (stream: Stream) => Promise<void>
  /** as `host 7` */
  let compares: (stream: Stream) => Promise<void>
  let state: RoomState
  const policy = completePolicy({ epoch: 3_600_000, retention: 7_200_000 })
  const epoch = Math.floor((NOW - 120_000) / policy.epoch)
  const keysNow = epochKeys(epochKeyFromSecret(secret, Math.floor(NOW / policy.epoch)))

  async function keep (maxBytes: number, more: Partial<RoomState> = {}): Promise<KeptRoom> {
    clock = NOW
    state = { version: 1, room: ROOM, name: 'r', kind: 'open', policy, epoch, key: epochKeyFromSecret(secret, epoch), secret: secret.slice(), founder: null, persona: new Uint8Array(32).fill(9), petname: '', petnames: {}, contacts: [], joined: NOW, read: 0, former: [], ...more }
    store = await new MemoryStore({ now: () => clock }).room(ROOM)
    room = new KeptRoom({
      state,
      store,
      network: { profile: 'private', dht: 'off' },
      createCompartment: async ({ validate }) => {
        hear = async envelope => validate(envelope, { epoch: Math.floor(clock / policy.epoch), peer: 'somebody' })
        return Object.assign(new EventTarget(), { handle: (name: string, handler: (stream: Stream, peer: string) => Promise<void>) => { name === 'keep' ? serve = async stream => handler(stream, 'host 7') : compares = async stream => handler(stream, 'host 7') }, start: async () => {}, stop: async () => {}, setEpochs: () => {}, members: () => [], addresses: () => [] }) as any
      },
      charters: new CharterOffice({ rooms: { list: () => [], get: () => { throw new Error('none') } }, now: () => clock, emit: () => {} }),
      contacts: [],
      keepFor: 86_400_000,
      maxBytes,
      now: () => clock,
      log: () => {}
    })
    await room.start()
    return room
  }
  const sealed = (message: SignedMessage): Uint8Array => packEnvelope(keysNow, encodeSigned(message))
  afterEach(async () => {
    await room?.stop()
    room = undefined
  })

  it('is the envelopes that gossip carried, each once, and nothing that no member would take', async () => {
    const kept = await keep(1_000_000)
    const ana = new Author(1)
    const message = await ana.text('the plan')
    const envelope = sealed(message)
    expect(await hear(envelope)).to.equal('accept')
    expect(await hear(envelope)).to.equal('accept')
    expect(await hear(Uint8Array.from(envelope, byte => byte ^ 1))).to.equal('reject')
    const forged = encodeSigned(await new Author(3).text('not mine')).fill(0, 0, 64)
    expect(await hear(packEnvelope(keysNow, forged))).to.equal('reject')
    expect(await hear(sealed(await ana.text('long ago', NOW - 3_000_000)))).to.equal('ignore')
    expect(kept.messages).to.equal(1)
    await kept.stop()
    const records = []
    for await (const record of store.all()) {
      records.push(record)
    }
    expect(records.map(({ id: name, time, expires }) => [name, time, expires])).to.deep.equal([[message.id, NOW, NOW + policy.retention]])
    expect(records[0].bytes.subarray(8)).to.deep.equal(envelope)
    expect(unpackEnvelope(keysNow, records[0].bytes.subarray(8))).to.deep.equal(encodeSigned(message))
  })

  it('is handed out no longer than the room has voted for since', async () => {
    await keep(1_000_000)
    const message = await new Author(1).text('the plan')
    expect(await hear(sealed(message))).to.equal('accept')
    const asks = async (): Promise<number> => {
      const [here, there] = await streamPair()
      const options = { signal: AbortSignal.timeout(20_000) }
      serve(there).catch(error => { there.abort(error) })
      let came = 0
      await fetchSealed(here, [message.id], 0, async batch => { came += batch.length }, options)
      return came
    }
    expect(await asks()).to.equal(1)
    clock = NOW + 1_000
    state.policy = { ...policy, retention: 1_000 }
    expect(await asks()).to.equal(0)
    state.policy = policy
    expect(await asks()).to.equal(1)
  })

  it('is handed out from before this epoch only to who showed to have been in the room then, where newcomers get no more', async () => {
    const joined: Partial<RoomState> = { secret: undefined }
    await keep(1_000_000, { policy: { ...policy, history: 'join' }, ...joined })
    const message = await new Author(1).text('the plan')
    expect(await hear(sealed(message))).to.equal('accept')
    Member.clock = NOW
    const old = await Member.create({ seed: 7, policy: { ...policy, history: 'join' }, state: joined })
    const asks = async (): Promise<number> => {
      const [here, there] = await streamPair()
      serve(there).catch(error => { there.abort(error) })
      let came = 0
      await fetchSealed(here, [message.id], 0, async batch => { came += batch.length }, { signal: AbortSignal.timeout(20_000) })
      return came
    }
    clock = Member.clock = NOW + policy.epoch
    expect(await asks()).to.equal(0)
    const [here, there] = await streamPair()
    const compared = compares(there)
    await old.sync.run(here, '', { signal: AbortSignal.timeout(20_000) })
    await compared
    expect(await asks()).to.equal(1)
    Member.clock = NOW
    await old.close()
  })

  it('has at most so many bytes, here 20,000: the oldest go first', async () => {
    const kept = await keep(20_000)
    const ana = new Author(2)
    let last: SignedMessage | undefined
    for (let i = 0; i < 100; i++) {
      last = await ana.text(`${i}`, NOW + i)
      expect(await hear(sealed(last))).to.equal('accept')
    }
    expect(kept.bytes).to.be.at.most(20_000)
    expect(kept.messages).to.be.within(50, 77)
    await kept.stop()
    expect(await store.get(last?.id as string)).to.not.equal(undefined)
    expect((await store.usage()).bytes).to.equal(kept.bytes)
  })
})
