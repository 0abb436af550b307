import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'aegir/chai'
import { DataInUseError, InvalidBundleError, InvalidParametersError, NotMemberError, WrongPassphraseError, createUndertone } from '../../src/index.ts'
import { HandedStore } from '../../src/store/handed.ts'
import { decodeInvite } from '../../src/wire/index.ts'
import type { Judgement } from '../../src/engine/judgement.ts'
import type { LiveRoom } from '../../src/engine/room.ts'
import type { RoomRegistry } from '../../src/engine/rooms.ts'
import type { Undertone, UndertoneEvent, UndertoneInit } from '../../src/index.ts'

describe('an engine that a program holds', () => {
  const init: UndertoneInit = { profile: 'private', dht: 'off', listen: ['/ip4/127.0.0.1/tcp/0'], bootstrap: [] }
  const engines: Undertone[] = []
  const made = async (more: UndertoneInit = {}): Promise<Undertone> => {
    const engine = await createUndertone({ ...init, ...more })
    engines.push(engine)
    return engine
  }
  afterEach(async () => { await Promise.all(engines.splice(0).map(async each => each.stop())) })

  it('is started and stopped as often as one likes, and comes back with what was stored', async () => {
    const data = mkdtempSync(join(tmpdir(), 'undertone-library-'))
    try {
      const engine = await made({ data, passphrase: 'correct horse' })
      const events: UndertoneEvent[] = []
      engine.addEventListener('event', ({ detail }) => { events.push(detail) })
      const room = await engine.rooms.create({ name: 'Again', kind: 'invite' })
      await room.send('before')
      await engine.start()
      await Promise.all([engine.stop(), engine.stop()])
      await expect(room.send('meanwhile')).to.eventually.be.rejectedWith(NotMemberError)
      await Promise.all([engine.start(), engine.start()])
      const back = engine.rooms.get(room.id)
      expect((await back.history()).messages.map(({ text }) => text)).to.deep.equal(['before'])
      const { id } = await back.send('after')
      expect(events.filter(event => event.type === 'message' && (event.message as { id: string }).id === id)).to.have.lengthOf(1)

      await engine.wipe()
      await engine.start()
      expect(engine.rooms.list()).to.deep.equal([])
      expect((await (await engine.rooms.create({ name: 'Afresh', kind: 'invite' })).send('new')).id).to.match(/^[0-9a-f]{64}$/)
    } finally {
      await Promise.all(engines.splice(0).map(async each => each.stop()))
      rmSync(data, { recursive: true, force: true })
    }
  })

  it('remembers no words of messages that are over, however many there were', async () => {
    const engine = await made()
    const room = await engine.rooms.create({ name: 'Brief', kind: 'invite', policy: { retention: 1_000 } })
    const judgement = engine.moderation as Judgement
    const stop = new AbortController()
    const read = new Set<string>()
    const reading = (async () => {
      for await (const { text } of room.messages({ signal: stop.signal })) {
        read.add(text)
      }
    })()
    for (let i = 0; i < 200; i++) {
      await room.send(`${i}`)
    }
    // own words are judged by nobody; looking at them as others do is what is remembered
    const { core } = engine.rooms.get(room.id) as LiveRoom
    core.timeline.visible.forEach(message => { judgement.message(core, message, 'words') })
    expect(judgement.remembered).to.be.above(0)
    while (core.timeline.visible.length > 0) {
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    expect(judgement.remembered).to.equal(0)
    expect(read.size).to.be.above(0)
    stop.abort()
    await reading
  })

  it('goes on while an old invite to a room of short epochs is followed, and gives that up when asked to', async () => {
    const engine = await made()
    const room = await engine.rooms.create({ name: 'Seconds', kind: 'invite', policy: { epoch: 1_000 } })
    const fresh = decodeInvite((await room.invite()).invite)
    const old = { ...fresh, room: 'ab'.repeat(32) as typeof fresh.room, epoch: fresh.epoch - 900_000 }
    const stop = new AbortController()
    const joining = (engine.rooms as RoomRegistry).join({ invite: old, signal: stop.signal })
    // would come after the whole way if that were walked in one go
    setTimeout(() => { stop.abort(new Error('enough')) }, 20)
    await expect(joining).to.eventually.be.rejectedWith('enough')
    await expect((engine.rooms as RoomRegistry).join({ invite: { ...old, epoch: fresh.epoch - 1_100_000 } })).to.eventually.be.rejectedWith('too old')
    // a day of seconds is followed
    const late = await (engine.rooms as RoomRegistry).join({ invite: { ...old, epoch: fresh.epoch - 86_400 } })
    expect(late.info().name).to.equal('Seconds')
    const halted = (engine.rooms as RoomRegistry).join({ invite: { ...old, room: 'cd'.repeat(32) as typeof fresh.room } })
    const stopped = expect(halted).to.eventually.be.rejectedWith('stopped')
    await engine.stop()
    await stopped
    const other = await made()
    const wiped = expect((other.rooms as RoomRegistry).join({ invite: old })).to.eventually.be.rejectedWith('wiped')
    await other.wipe()
    await wiped
    await other.start()
    expect(other.rooms.list()).to.deep.equal([])
  })

  it('tells who is connected, also when somebody was there before the room was open', async () => {
    const store = new HandedStore({ tell () {} })
    const opened = store.room.bind(store)
    let met: Promise<unknown> = Promise.resolve()
    // the last thing before a room is open is that its state is written: here that waits until the other one is met
    store.room = async id => {
      const slow = await opened(id)
      const putState = slow.putState.bind(slow)
      slow.putState = async (...state) => {
        await met
        return putState(...state)
      }
      return slow
    }
    const [ana, ben] = [await made(), await made({ store })]
    const hers = await ana.rooms.create({ name: 'Early', kind: 'invite' })
    const { invite } = await hers.invite()
    const connected = (engine: Undertone, is: (count: number) => boolean): Promise<void> => new Promise(resolve => {
      engine.addEventListener('event', ({ detail }) => { detail.type === 'status' && is(Number(detail.connected)) && resolve() })
    })
    // and 100 ms more: so long do such events wait for company
    met = connected(ana, count => count === 1).then(async () => new Promise(resolve => setTimeout(resolve, 1_000)))
    const told = connected(ben, count => count === 1)
    await ben.rooms.join({ invite })
    await told
  })

  it('in memory forgets everything when it stops', async () => {
    const engine = await made()
    await engine.rooms.create({ name: 'Gone', kind: 'invite' })
    await engine.stop()
    await engine.start()
    expect(engine.rooms.list()).to.deep.equal([])
  })

  it('is opened no further when that is called back, and leaves what is stored to the next', async () => {
    const data = mkdtempSync(join(tmpdir(), 'undertone-library-'))
    try {
      const passphrase = 'correct horse'
      const engine = await made({ data, passphrase })
      const { id } = await engine.rooms.create({ name: 'Again', kind: 'invite' })
      await engine.stop()
      const signal = AbortSignal.abort(new Error('not now'))
      await expect(createUndertone({ ...init, data, passphrase, signal })).to.eventually.be.rejectedWith('not now')
      for (const wait of [0, 5, 50, 200, 400]) {
        const controller = new AbortController()
        setTimeout(() => { controller.abort(new Error('not now')) }, wait)
        // it may be open by then: what runs does not end with the signal
        const opened = await createUndertone({ ...init, data, passphrase, signal: controller.signal }).catch(error => { expect(error).to.have.property('message', 'not now') })
        await opened?.stop()
      }
      expect((await made({ data, passphrase })).rooms.list().map(room => room.id)).to.deep.equal([id])
    } finally {
      await Promise.all(engines.splice(0).map(async each => each.stop()))
      rmSync(data, { recursive: true, force: true })
    }
  })

  it('tells what went wrong with errors that can be told apart', async () => {
    const data = mkdtempSync(join(tmpdir(), 'undertone-library-'))
    try {
      const engine = await made({ data, passphrase: 'correct horse' })
      await expect(createUndertone({ ...init, data, passphrase: 'correct horse' })).to.eventually.be.rejectedWith(DataInUseError)
      await expect(engine.changePassphrase('wrong', 'battery staple')).to.eventually.be.rejectedWith(WrongPassphraseError)
      const room = await engine.rooms.create({ name: 'Files', kind: 'invite' })
      const { bytes } = await room.export('locked')
      await expect(engine.rooms.import(bytes)).to.eventually.be.rejectedWith(WrongPassphraseError)
      await expect(engine.rooms.import(bytes.slice(0, 9))).to.eventually.be.rejectedWith(InvalidBundleError)
      await expect(createUndertone({ ...init, profile: 'loud' as any })).to.eventually.be.rejectedWith(InvalidParametersError)
      await expect(createUndertone({ ...init, dht: 'mine' as any })).to.eventually.be.rejectedWith(InvalidParametersError)
    } finally {
      await Promise.all(engines.splice(0).map(async each => each.stop()))
      rmSync(data, { recursive: true, force: true })
    }
  })
})
