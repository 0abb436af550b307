import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'aegir/chai'
import { epochKeys, nextEpochKey } from '../../src/crypto/index.ts'
import { KEPT_STATE } from '../../src/engine/keeper/kept-state.ts'
import { decodeRoomState } from '../../src/engine/room-state.ts'
import { createKeeper, createRelay, createUndertone } from '../../src/index.ts'
import { HandedStore } from '../../src/store/handed.ts'
import { SIZE_CLASSES, unpackEnvelope } from '../../src/wire/index.ts'
import { Nodes, heard, hears, meets, soon } from '../support/nodes.ts'
import type { Keeper, Room, Undertone } from '../../src/index.ts'

const NETWORK = ['--profile', 'private', '--listen', '/ip4/127.0.0.1/tcp/0', '--dht', 'own']
const EPOCH_MS = 10_000
const AWAY_MS = 600_000

async function until (what: () => boolean | Promise<boolean>): Promise<void> {
  for (const limit = soon(); !await what();) {
    limit.throwIfAborted()
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

/** What a node's database has written; files of keys come and go beside it. */
function written (folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter(each => /\.(log|ldb)$/.test(each.name)).reduce((sum, each) => sum + (statSync(join(each.parentPath, each.name), { throwIfNoEntry: false })?.size ?? 0), 0)
}

const words = async (room: Room): Promise<string[]> => (await room.history({ limit: 1_000 })).messages.map(message => message.text)

describe('a keeper among real nodes', () => {
  const nodes = new Nodes()
  let folder: string
  let passphrase: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'undertone-keeper-'))
    passphrase = join(folder, 'passphrase')
    writeFileSync(passphrase, 'correct horse')
  })
  afterEach(async () => {
    await nodes.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('holds what was written for a member who was away, also over kill -9, when nobody else is there', async () => {
    const { address } = await nodes.relay()
    const start = (name: string): ReturnType<Nodes['start']> => nodes.start(['rpc', ...NETWORK, '--bootstrap', address, '--data', join(folder, name), '--passphrase-file', passphrase])
    const [ana, ben] = [start('ana'), start('ben')]
    const { room } = await ana.call('room.create', { name: 'Kitchen', kind: 'invite' })
    const { invite } = await ana.call('room.invite', { room })
    await ben.call('room.join', { invite })
    await Promise.all([meets(ana), meets(ben)])
    await ana.call('room.send', { room, text: 'before you go' })
    await hears(ben, 'before you go')
    ben.kill('SIGKILL')
    await ben.exited()

    const keep = (invites: string[]): ReturnType<Nodes['start']> => nodes.start(['relay', ...NETWORK, '--bootstrap', address, '--data', join(folder, 'keeper'), '--passphrase-file', passphrase, ...invites])
    const keeper = keep(['--keep', invite])
    await keeper.firstLine(soon())
    await until(async () => (await ana.call('room.members', { room })).keepers === 1)
    const before = written(join(folder, 'keeper'))
    const said = ['one', 'two', 'three'].map(word => `${word} while you were away`)
    for (const text of said) {
      await ana.call('room.send', { room, text })
    }
    await until(async () => (await ana.call('room.messages', { room })).messages.every((message: any) => message.delivery === 'heard'))
    const { rooms } = await ana.call('node.privacy')
    expect(rooms[0].observers.find(({ who }: any) => who === 'keeper').sees).to.include('messages-this-epoch')
    // what it was told last is on its disk: an envelope of the smallest class each, and no more to come
    await until(() => written(join(folder, 'keeper')) >= before + said.length * SIZE_CLASSES[0])
    for (let [former, now] = [-1, 0]; former !== now;) {
      await new Promise(resolve => setTimeout(resolve, 1_000))
      ;[former, now] = [now, written(join(folder, 'keeper'))]
    }
    ana.kill('SIGKILL')
    keeper.kill('SIGKILL')
    await Promise.all([ana.exited(), keeper.exited()])

    // it goes on with the rooms that it had
    await keep([]).firstLine(soon())
    const again = start('ben')
    await again.until(() => said.every(text => heard(again).includes(text)), soon())
    const { messages } = await again.call('room.messages', { room })
    expect(messages.map((message: any) => message.text)).to.deep.equal(['before you go', ...said])
    expect((await again.call('room.info', { room })).keepers).to.equal(1)
    const disk = Buffer.concat(readdirSync(join(folder, 'keeper'), { recursive: true, withFileTypes: true }).filter(each => each.isFile()).map(each => readFileSync(join(each.parentPath, each.name))))
    for (const text of ['while you were', 'Kitchen', room, Buffer.from(room, 'hex')]) {
      expect(disk.includes(text), String(text)).to.equal(false)
    }
  })
})

describe('a keeper, when epochs have passed', () => {
  const running: Array<{ stop (): void | Promise<void> }> = []
  let ahead = 0
  const now = (): number => Date.now() + ahead
  const begun = <T extends { stop (): void | Promise<void> }>(what: T): T => {
    running.push(what)
    return what
  }
  afterEach(async () => {
    await Promise.all(running.splice(0).map(async each => each.stop()))
    ahead = 0
  })

  it('cannot open what it holds, with any key it has, and the member who was away can', async () => {
    const relay = begun(await createRelay({ profile: 'private', listen: ['/ip4/127.0.0.1/tcp/0'] }))
    const network = { profile: 'private' as const, dht: 'own' as const, listen: ['/ip4/127.0.0.1/tcp/0'], bootstrap: relay.addresses().map(String), now }
    const [anasStore, bensStore, kept] = [new HandedStore({ tell () {}, now }), new HandedStore({ tell () {}, now }), new HandedStore({ tell () {}, now })]
    const node = async (store: HandedStore): Promise<Undertone> => begun(await createUndertone({ ...network, store }))
    const keep = async (invites: string[]): Promise<Keeper> => begun(await createKeeper({ ...network, store: kept.reopen(), invites }))
    const [ana, ben] = [await node(anasStore), await node(bensStore)]
    const here = await ana.rooms.create({ name: 'Kitchen', kind: 'invite', policy: { epoch: EPOCH_MS } })
    const { invite } = await here.invite()
    const there = await ben.rooms.join({ invite })
    await here.send('before you go')
    await until(async () => (await words(there)).includes('before you go'))
    await ben.stop()

    const first = await keep([invite])
    await until(() => here.info().keepers === 1)
    await here.send('in this epoch')
    await until(() => first.rooms()[0].messages >= 4)
    for (const text of ['long after', 'and longer']) {
      ahead += AWAY_MS
      // both notice at the next boundary
      await new Promise(resolve => setTimeout(resolve, EPOCH_MS + 500))
      const before = first.rooms()[0].messages
      await here.send(text)
      await until(() => first.rooms()[0].messages > before)
    }
    await ana.stop()
    ahead += AWAY_MS
    await new Promise(resolve => setTimeout(resolve, EPOCH_MS + 500))

    // all it has: the key in its state, and every key that follows from it
    const store = await kept.room(here.id)
    const state = decodeRoomState(await store.getState(KEPT_STATE) as Uint8Array)
    const keys = []
    for (let key = state.key, i = 0; i < 400; i++) {
      keys.push(epochKeys(key))
      key = nextEpochKey(key, state.epoch + i)
    }
    let envelopes = 0
    for await (const { bytes } of store.all()) {
      envelopes++
      expect(keys.some(each => unpackEnvelope(each, bytes.subarray(8)) != null)).to.equal(false)
    }
    expect(envelopes).to.be.at.least(6)

    // a restarted keeper knows no more, and hands out the same
    await first.stop()
    // the member comes back, is awake and alone for longer than an hour, and only then the keeper is there
    const again = await node(bensStore.reopen())
    const back = again.rooms.get(here.id)
    ahead += 3_700_000
    await new Promise(resolve => setTimeout(resolve, EPOCH_MS + 500))
    expect(await words(back)).to.deep.equal(['before you go'])
    const second = await keep([])
    expect(second.rooms()[0].messages).to.equal(envelopes)
    await until(async () => (await words(back)).length === 4)
    expect(await words(back)).to.deep.equal(['before you go', 'in this epoch', 'long after', 'and longer'])
    // the key it left with is gone
    await until(async () => decodeRoomState(await (await bensStore.room(here.id)).getState('room') as Uint8Array).behind == null)
  })

  it('takes no invite that it could keep nothing for', async () => {
    const alone = { profile: 'private' as const, dht: 'off' as const, listen: [], bootstrap: [], now }
    const ana = begun(await createUndertone(alone))
    const room = await ana.rooms.create({ name: 'Whispers', kind: 'invite', policy: { retention: 0 } })
    const { invite } = await room.invite({ expires: now() + 60_000 })
    await expect(createKeeper({ ...alone, invites: [invite] })).to.eventually.be.rejectedWith(/keeps nothing/)
    ahead = 120_000
    const other = await (await ana.rooms.create({ name: 'Kitchen', kind: 'invite' })).invite({ expires: now() + 1_000 })
    ahead += 2_000
    await expect(createKeeper({ ...alone, invites: [other.invite] })).to.eventually.be.rejected.with.property('name', 'InvalidInviteError')
  })
})
