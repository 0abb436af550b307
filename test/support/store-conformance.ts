import { expect } from 'aegir/chai'
import type { Store, StoredRecord } from '../../src/store/index.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const record = (id: string, time: number, expires?: number): StoredRecord => ({ id, time, ...(expires == null ? {} : { expires }), bytes: bytes(`words of ${id}`) })

async function ids (store: Store, room = 'a'.repeat(64)): Promise<string[]> {
  const found = []
  for await (const each of (await store.room(room)).all()) {
    found.push(each.id)
  }
  return found
}

/** What every store must do; `open` gives an empty one whose clock is `clock.now`. */
export function storeConformance (open: (clock: { now: number }) => Promise<Store>): void {
  const clock = { now: 1_000 }
  const room = 'a'.repeat(64)
  let store: Store
  beforeEach(async () => {
    clock.now = 1_000
    store = await open(clock)
  })
  afterEach(async () => { await store.close() })

  it('gives back what was put, in order of time and ID', async () => {
    const records = await store.room(room)
    await records.put([record('c', 5), record('a', 9), record('b', 5)])
    expect(await ids(store)).to.deep.equal(['b', 'c', 'a'])
    expect((await records.get('a'))?.bytes).to.deep.equal(bytes('words of a'))
    expect(await records.get('z')).to.equal(undefined)
    expect((await records.getMany(['a', 'z', 'c'])).map(each => each.id)).to.deep.equal(['a', 'c'])
    expect((await records.usage()).oldest).to.equal(5)
  })

  it('keeps rooms apart, and forgets one without the other', async () => {
    const other = 'b'.repeat(64)
    await (await store.room(room)).put([record('a', 1)])
    await (await store.room(other)).put([record('a', 2)])
    await store.forget(room)
    expect(await ids(store)).to.deep.equal([])
    expect(await ids(store, other)).to.deep.equal(['a'])
  })

  it('gives nothing that has expired, and destroys it when told', async () => {
    const records = await store.room(room)
    await records.put([record('a', 1, 2_000), record('b', 1, 3_000), record('c', 1)])
    clock.now = 2_000
    expect(await ids(store)).to.deep.equal(['b', 'c'])
    expect(await records.get('a')).to.equal(undefined)
    expect(await records.expire(2_000)).to.equal(1)
    expect(await ids(store)).to.deep.equal(['b', 'c'])
    await records.put([record('d', 1, 3_000)])
    expect(await records.expire(3_000)).to.equal(2)
    expect(await ids(store)).to.deep.equal(['c'])
  })

  it('deletes what it is told to, and nothing else', async () => {
    const records = await store.room(room)
    await records.put([record('a', 1), record('b', 2)])
    await records.delete(['a', 'z'])
    expect(await ids(store)).to.deep.equal(['b'])
  })

  it('keeps states and settings until they are taken back', async () => {
    const records = await store.room(room)
    await records.putState('room', bytes('state'))
    await store.putSetting('theme', bytes('dark'))
    expect(await records.getState('room')).to.deep.equal(bytes('state'))
    expect(await store.getSetting('theme')).to.deep.equal(bytes('dark'))
    await records.putState('room', undefined)
    await store.putSetting('theme', undefined)
    expect(await records.getState('room')).to.equal(undefined)
    expect(await store.getSetting('theme')).to.equal(undefined)
  })

  it('holds files chunk by chunk, until they are deleted, over, or forgotten with their room', async () => {
    const files = await store.files(room)
    const file = (id: string, time: number, expires?: number): any => ({ id, chunks: 3, size: 30, time, ...(expires == null ? {} : { expires }) })
    await files.add(file('b', 2, 2_000))
    await files.add(file('a', 1))
    await files.putChunk('a', 2, bytes('two'), true)
    await files.putChunk('a', 0, bytes('zero'))
    await files.putChunk('b', 0, bytes('passing'))
    for (const [id, index] of [['a', 3], ['z', 0]] as Array<[string, number]>) {
      await files.putChunk(id, index, bytes('nobody asked for this'))
      expect(await files.getChunk(id, index)).to.equal(undefined)
    }
    expect((await files.list()).map(({ id, chunks, size }) => [id, chunks, size]).sort()).to.deep.equal([['a', 3, 30], ['b', 3, 30]])
    expect(await files.chunks('a')).to.deep.equal([0, 2])
    expect(await files.getChunk('a', 2)).to.deep.equal(bytes('two'))
    expect(await files.getChunk('a', 1)).to.equal(undefined)
    clock.now = 2_000
    expect(await files.getChunk('b', 0)).to.equal(undefined)
    expect(await files.expire(2_000)).to.equal(1)
    expect((await files.list()).map(({ id }) => id)).to.deep.equal(['a'])
    // a place is not taken twice: what is told again is when it is over
    await files.add({ ...file('a', 1), expires: 9_000 })
    expect((await files.list()).map(({ expires }) => expires)).to.deep.equal([9_000])
    expect(await files.getChunk('a', 2)).to.deep.equal(bytes('two'))
    await files.delete(['a', 'z'])
    expect(await files.chunks('a')).to.deep.equal([])
    await files.add(file('a', 1))
    await files.putChunk('a', 0, bytes('again'))
    await (await store.room(room)).put([record('r', 1)])
    expect(await store.rooms()).to.deep.equal([room])
    await store.forget(room)
    expect(await (await store.files(room)).list()).to.deep.equal([])
  })

  it('says that it is closed', async () => {
    const records = await store.room(room)
    await store.close()
    await expect(store.rooms()).to.eventually.be.rejected.with.property('name', 'StoreClosedError')
    await expect(records.put([record('a', 1)])).to.eventually.be.rejected.with.property('name', 'StoreClosedError')
  })
}
