import { expect } from 'aegir/chai'
import { HandedStore } from '../../src/store/handed.ts'
import { MemoryStore, openStore } from '../../src/store/index.ts'
import { storeConformance } from '../support/store-conformance.ts'

describe('the store in memory', () => {
  storeConformance(async clock => new MemoryStore({ now: () => clock.now }))
  it('is what one gets without a passphrase', async () => {
    const store = await openStore({ data: 'somewhere' })
    expect(store.ephemeral).to.equal(true)
    await store.close()
  })
})

describe('the store that is handed on', () => {
  storeConformance(async clock => new HandedStore({ now: () => clock.now, tell: () => {} }))

  it('is the same in another tab: from a snapshot, and from every change after it', async () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
    const followers: HandedStore[] = []
    const told: Array<Promise<void>> = []
    const first = new HandedStore({ tell: change => { followers.forEach(each => { told.push(each.follow(change)) }) } })
    const room = 'b'.repeat(64)
    await (await first.room(room)).put([{ id: 'a', time: 1, bytes: bytes('early') }])
    await (await first.room(room)).putState('room', bytes('state'))
    const second = new HandedStore({ tell: () => {} })
    for (const change of await first.snapshot()) {
      await second.follow(change)
    }
    followers.push(second)
    await (await first.room(room)).put([{ id: 'b', time: 2, bytes: bytes('late') }])
    await (await first.room(room)).putState('room', bytes('newer'))
    await first.putSetting('colour', bytes('grey'))
    await first.close()
    await Promise.all(told)
    expect(await second.snapshot()).to.deep.equal(await first.snapshot())
    expect((await (await second.room(room)).getMany(['a', 'b'])).map(each => new TextDecoder().decode(each.bytes))).to.deep.equal(['early', 'late'])
    await first.wipe()
    await Promise.all(told)
    expect(await second.rooms().catch(() => [])).to.deep.equal([])
  })
})
