import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { open as openFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'aegir/chai'
import { ClassicLevel } from 'classic-level'
import { MemoryLevel } from 'memory-level'
import { open } from '../../src/crypto/index.ts'
import { MAX_UNSAVED, RoomKeeper } from '../../src/engine/room-keeper.ts'
import { completePolicy } from '../../src/room/index.ts'
import { MemoryStore, openStore } from '../../src/store/index.ts'
import { decodeKeyFile } from '../../src/store/key-file.ts'
import { platform } from '../../src/store/level.ts'
import { SEGMENT_RECORDS } from '../../src/store/segment.ts'
import { VaultFileStore } from '../../src/store/vault-file-store.ts'
import { VaultRoomStore } from '../../src/store/vault-room-store.ts'
import { Vault } from '../../src/store/vault.ts'
import { Author, ROOM } from '../support/history-members.ts'
import type { RoomStore, Store, StoredRecord } from '../../src/store/index.ts'

const RECORDS = 400
/** What is sealed together, and the records of one block of the database's log. */
const MOST_LOST = 128

function files (folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter(each => each.isFile()).map(each => join(each.parentPath, each.name))
}

const plain = (i: number): string => `plaintext ${i} ${(i * 2_654_435_761 % 4_294_967_296).toString(36)}`
const record = (i: number, expires?: number): StoredRecord => ({ id: `identifier-${i}`, time: i, ...(expires == null ? {} : { expires }), bytes: new TextEncoder().encode(plain(i)) })

async function ids (store: Store): Promise<string[]> {
  const found = []
  for await (const { id } of (await store.room(ROOM)).all()) {
    found.push(id)
  }
  return found
}

describe('a store on a disk that fails', () => {
  const folders: string[] = []
  const folder = (): string => {
    const made = mkdtempSync(join(tmpdir(), 'undertone-faults-'))
    folders.push(made)
    return made
  }
  after(() => { folders.forEach(each => { rmSync(each, { recursive: true, force: true }) }) })

  for (const [code, name] of [['ENOSPC', 'DiskFullError'], ['EDQUOT', 'DiskFullError'], ['EROFS', 'ReadOnlyStoreError'], ['EACCES', 'ReadOnlyStoreError']]) {
    it(`says ${name} for ${code}, keeps what it had, and goes on when there is room again`, async () => {
      const level = new MemoryLevel<Uint8Array, Uint8Array>({ keyEncoding: 'view', valueEncoding: 'view' })
      await level.open()
      let failing = false
      const batch = level.batch.bind(level) as any
      ;(level as any).batch = async (...args: any[]) => {
        if (failing) {
          throw Object.assign(new Error('could not write'), { cause: Object.assign(new Error('from the system'), { code }) })
        }
        return batch(...args)
      }
      const store = new VaultRoomStore({ level: level as any, keys: { buckets: new Map(), state: new Map() }, prefix: new Uint8Array(16), now: () => 0, saveKeys: async () => {}, named: error => platform.named(error) })
      await store.put([record(1)])
      failing = true
      await expect(store.put([record(2)])).to.eventually.be.rejected.with.property('name', name)
      await expect(store.delete(['identifier-1'])).to.eventually.be.rejected()
      failing = false
      await store.put([record(3)])
      expect(await store.get('identifier-2')).to.equal(undefined)
      expect((await store.get('identifier-3'))?.bytes).to.deep.equal(record(3).bytes)
    })
  }

  it(`waits with at most ${MAX_UNSAVED} messages for a full disk, tells it once, and writes them when it can`, async () => {
    const told: Array<string | undefined> = []
    const written: StoredRecord[] = []
    let full = true
    const store = {
      put: async (records: StoredRecord[]) => {
        if (full) {
          throw Object.assign(new Error('full'), { name: 'DiskFullError' })
        }
        written.push(...records)
      }
    }
    const keeper = new RoomKeeper({ state: { policy: completePolicy({ retention: -1 }) } as any, store: store as unknown as RoomStore, durable: true, onStore: error => { told.push(error?.name) }, log: () => {} })
    const { id, kind, payload, signature } = await new Author(2).text('x')
    for (let i = 0; i < MAX_UNSAVED + 500; i++) {
      keeper.keep({ id, kind, payload, signature, time: i } as any)
    }
    await expect(keeper.flush()).to.eventually.be.rejected()
    await expect(keeper.flush()).to.eventually.be.rejected()
    full = false
    await keeper.close()
    expect(told).to.deep.equal(['DiskFullError', undefined])
    expect(written).to.have.lengthOf(MAX_UNSAVED)
    expect(written[0].time).to.equal(500)
  })

  it('holds nothing that had to go while a long history was written', async () => {
    const held = new Map<string, StoredRecord>()
    const store = {
      async put (records: StoredRecord[]) {
        await new Promise(resolve => { setImmediate(resolve) })
        records.forEach(each => { held.set(each.id, each) })
      },
      async delete (ids: string[]) { ids.forEach(each => { held.delete(each) }) }
    }
    const keeper = new RoomKeeper({ state: { policy: completePolicy({ retention: -1 }) } as any, store: store as unknown as RoomStore, durable: true, log: () => {} })
    const { kind, payload, signature } = await new Author(2).text('x')
    for (let i = 0; i < 3_000; i++) {
      keeper.keep({ id: `id ${i}`, kind, payload, signature, time: i } as any)
    }
    const writing = keeper.flush()
    await new Promise(resolve => { setImmediate(resolve) })
    keeper.drop(['id 0', 'id 2999'] as any)
    await writing
    await keeper.close()
    expect(held.size).to.equal(2_998)
    expect(held.has('id 2999')).to.equal(false)
  })

  it('opens whichever byte of whichever file was flipped, or names what is damaged, and loses little', async function () {
    this.timeout(120_000)
    const original = folder()
    const store = await openStore({ data: original, passphrase: 'tulips' })
    for (let i = 0; i < RECORDS; i += 50) {
      await (await store.room(ROOM)).put(Array.from({ length: 50 }, (_, j) => record(i + j)))
    }
    await store.close()
    await (await openStore({ data: original, passphrase: 'tulips' })).close()
    let lost = 0
    for (const file of files(original).filter(file => statSync(file).size > 0 && !/LOG(\.old)?$/.test(file))) {
      const data = folder()
      cpSync(original, data, { recursive: true })
      const path = join(data, file.slice(original.length))
      const bytes = readFileSync(path)
      bytes[Math.floor(Math.random() * bytes.length)] ^= 0x10
      writeFileSync(path, bytes)
      const damaged = await openStore({ data, passphrase: 'tulips' })
      const found = await ids(damaged)
      expect(RECORDS - found.length, file).to.be.within(0, MOST_LOST)
      lost += RECORDS - found.length
      const usage = await (await damaged.room(ROOM)).usage()
      expect(usage.damaged ?? 0, file).to.be.within(0, MOST_LOST)
      await damaged.close()
    }
    expect(lost).to.be.below(2 * MOST_LOST)
  })

  it('names one damaged record when it is asked for', async () => {
    const level = new MemoryLevel<Uint8Array, Uint8Array>({ keyEncoding: 'view', valueEncoding: 'view' })
    await level.open()
    const init = { level: level as any, keys: { buckets: new Map(), state: new Map() }, prefix: new Uint8Array(16), now: () => 0, saveKeys: async () => {}, named: (error: unknown) => error }
    const store = new VaultRoomStore(init)
    await store.put([record(1)])
    await store.put([record(2)])
    const [[name, value]] = await level.iterator().all()
    await level.put(name, value.map((byte, i) => i === 60 ? byte ^ 1 : byte))
    const answers = await Promise.all(['identifier-1', 'identifier-2'].map(async id => store.get(id).then(found => found?.id, error => error.name)))
    expect(answers).to.have.members(['CorruptRecordError', answers.find(answer => answer?.startsWith('identifier'))])
    expect(answers.filter(answer => answer === 'CorruptRecordError')).to.have.lengthOf(1)
    expect((await new VaultRoomStore(init).usage()).damaged).to.equal(1)
  })

  it('removes the chunks of a file whose key went with a crash before they did, and no others', async () => {
    const level = new MemoryLevel<Uint8Array, Uint8Array>({ keyEncoding: 'view', valueEncoding: 'view' })
    await level.open()
    const records = await new MemoryStore().room(ROOM)
    const begin = (prefix: number): VaultFileStore => new VaultFileStore({ level: level as any, records, prefix: new Uint8Array(16).fill(prefix), now: () => 0, named: error => error })
    const before = begin(1)
    for (const id of ['gone', 'kept']) {
      await before.add({ id, chunks: 2, size: 20, time: 1 })
      await before.putChunk(id, 0, new Uint8Array(10).fill(1))
      await before.putChunk(id, 1, new Uint8Array(10).fill(2), true)
    }
    const elsewhere = new Uint8Array(32).fill(2)
    await level.put(elsewhere, new Uint8Array(1))
    await records.delete(['gone'])
    const after = begin(1)
    expect((await after.list()).map(({ id }) => id)).to.deep.equal(['kept'])
    expect(await after.chunks('kept')).to.deep.equal([0, 1])
    expect(await level.keys().all()).to.have.lengthOf(3)
    expect(await level.get(elsewhere)).to.not.equal(undefined)
  })

  it('tells the disk to keep what it says is kept: keys, messages, whole files', async () => {
    const data = folder()
    const store = await openStore({ data, passphrase: 'tulips' })
    const probe = await openFile(join(data, 'probe'), 'w')
    const handles = Object.getPrototypeOf(probe)
    await probe.close()
    const [sync, batch, putOne] = [handles.sync, ClassicLevel.prototype.batch, ClassicLevel.prototype.put]
    let synced = 0
    const waited: boolean[] = []
    handles.sync = async function () { synced++; return sync.call(this) }
    ;(ClassicLevel.prototype as any).batch = function (operations: any, options: any) { waited.push(options?.sync === true); return (batch as any).call(this, operations, options) }
    ;(ClassicLevel.prototype as any).put = function (key: any, value: any, options: any) { waited.push(options?.sync === true); return (putOne as any).call(this, key, value, options) }
    try {
      const records = await store.room(ROOM)
      // a fresh key is on the disk before what it seals: the file and the folder that names it
      expect(synced).to.be.at.least(2)
      synced = 0
      await records.put([record(1, 1_000_000_000_000)])
      expect(synced).to.be.at.least(2)
      expect(waited).to.include(true)
      const files = await store.files(ROOM)
      await files.add({ id: 'ab'.repeat(32), chunks: 2, size: 20, time: 1 })
      waited.length = 0
      await files.putChunk('ab'.repeat(32), 0, new Uint8Array(10))
      await files.putChunk('ab'.repeat(32), 1, new Uint8Array(10), true)
      expect(waited).to.deep.equal([false, true])
    } finally {
      handles.sync = sync
      ClassicLevel.prototype.batch = batch
      ClassicLevel.prototype.put = putOne
      await store.close()
    }
  })

  it('has no second copy of anything that a crash in the middle of forgetting could have left', async () => {
    const level = new MemoryLevel<Uint8Array, Uint8Array>({ keyEncoding: 'view', valueEncoding: 'view' })
    await level.open()
    type Keys = Map<string, { key: Uint8Array, tag: Uint8Array }>
    const copied = (buckets: Keys): Keys => new Map([...buckets].map(([name, { key, tag }]) => [name, { key: key.slice(), tag: tag.slice() }]))
    let onDisk: Keys = new Map()
    const begin = (dies: boolean): VaultRoomStore => {
      const keys = { buckets: copied(onDisk), state: new Map() }
      return new VaultRoomStore({
        level: level as any,
        keys,
        prefix: new Uint8Array(16),
        now: () => 0,
        named: error => error,
        saveKeys: async forgetting => {
          if (forgetting && dies) {
            throw new Error('killed')
          }
          onDisk = copied(keys.buckets)
        }
      })
    }
    const readable = async (id: string): Promise<number> => {
      let copies = 0
      for await (const [name, value] of level.iterator()) {
        copies += [...onDisk.values()].filter(({ key }) => Buffer.from(open(key, value.subarray(8), name) ?? []).includes(id)).length
      }
      return copies
    }
    await begin(false).put(Array.from({ length: 40 }, (_, i) => record(i + 10)))
    await expect(begin(true).delete(['identifier-12'])).to.eventually.be.rejectedWith('killed')
    expect(await readable('identifier-30')).to.equal(2)
    const again = begin(false)
    await again.delete(['identifier-12'])
    expect(await readable('identifier-12')).to.equal(0)
    expect(await readable('identifier-30')).to.equal(1)
    // and one whose end changed has its new copy before the old one goes
    await expect(begin(true).put([record(30, 5_000)])).to.eventually.be.rejectedWith('killed')
    await begin(false).put([record(30, 5_000)])
    expect(await readable('identifier-30')).to.equal(1)
    const last = begin(false)
    expect(await last.expire(5_000)).to.equal(1)
    expect(await readable('identifier-30')).to.equal(0)
    expect((await last.getMany(Array.from({ length: 40 }, (_, i) => `identifier-${i + 10}`)))).to.have.lengthOf(38)
  })

  it('holds none of 1,000 plaintexts, names and keys in any byte of any file: not while in use, not after they expired, not after wipe', async () => {
    const data = folder()
    let now = 1_000
    const store = await openStore({ data, passphrase: 'tulips', now: () => now })
    const room = await store.room(ROOM)
    const secret = globalThis.crypto.getRandomValues(new Uint8Array(32))
    await room.putState('room', new TextEncoder().encode(`the kitchen ${Buffer.from(secret).toString('base64url')}`))
    for (let i = 0; i < 1_000; i += 100) {
      await room.put(Array.from({ length: 100 }, (_, j) => record(i + j, 5_000)))
    }
    await room.put([record(5_000)])
    const needles = [...Array.from({ length: 1_000 }, (_, i) => plain(i)), 'identifier-7', 'the kitchen', ROOM, Buffer.from(ROOM, 'hex'), Buffer.from(secret), Buffer.from(secret).toString('base64url'), 'tulips']
    const scan = (): string[] => {
      const disk = Buffer.concat(files(data).map(file => readFileSync(file)))
      return needles.filter(needle => disk.includes(needle)).map(String)
    }
    expect(scan()).to.deep.equal([])
    // what a thief of today's disk could have copied: every sealed value that ever was in the database
    const copy = folder()
    await store.close()
    cpSync(data, copy, { recursive: true })
    const before = await platform.openLevel(copy)
    const sealed = await before.iterator().all()
    await before.close()
    expect(sealed.length).to.be.above(1_000 / SEGMENT_RECORDS)

    now = 5_000
    const later = await openStore({ data, passphrase: 'tulips', now: () => now })
    expect(await (await later.room(ROOM)).expire(now)).to.equal(1_000)
    await later.close()
    expect(scan()).to.deep.equal([])
    // and with the passphrase: no key that is left opens any of them
    const { vault } = await Vault.open(await platform.openFiles(data), 'tulips')
    const { rooms } = decodeKeyFile(vault.content)
    const keys = [...rooms.values()].flatMap(({ buckets }) => [...buckets.values()])
    expect(keys).to.have.lengthOf(1)
    const opened = sealed.filter(([name, value]) => keys.some(({ key }) => open(key, value.subarray(8), name) != null))
    expect(opened.length).to.be.at.most(1)

    const last = await openStore({ data, passphrase: 'tulips', now: () => now })
    expect(await ids(last)).to.deep.equal(['identifier-5000'])
    await last.wipe()
    expect(files(data)).to.deep.equal([])
    expect(scan()).to.deep.equal([])
  })
})
