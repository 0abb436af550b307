import { expect } from 'aegir/chai'
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
