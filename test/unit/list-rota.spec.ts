import { expect } from 'aegir/chai'
import { ListRota, MAX_OPEN_LISTS, MAX_VISITED_LISTS } from '../../src/engine/list-rota.ts'
import type { RotaList } from '../../src/engine/list-rota.ts'

async function until (is: () => boolean): Promise<void> {
  for (let waited = 0; !is(); waited++) {
    if (waited > 10_000) {
      throw new Error('it did not happen')
    }
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

describe('lists that take turns', () => {
  let most: number
  let awake: Set<string>
  let visits: string[]
  let busy: Set<string>
  let rota: ListRota

  // what an earlier test still does stays with it
  const list = (n: number, here = awake, seen = visits): RotaList => ({
    id: `list ${n}`,
    newest: () => n,
    unheard: () => busy.has(`list ${n}`),
    wake: async () => {
      await new Promise(resolve => setTimeout(resolve, 1))
      here.add(`list ${n}`)
      seen.push(`list ${n}`)
      most = Math.max(most, here.size)
    },
    rest: async () => {
      await new Promise(resolve => setTimeout(resolve, 1))
      here.delete(`list ${n}`)
    }
  })

  beforeEach(() => {
    most = 0
    awake = new Set()
    visits = []
    busy = new Set()
    rota = new ListRota({ max: MAX_VISITED_LISTS, visitMs: 16 })
  })
  afterEach(() => { rota.stop() })

  it(`are connected ${MAX_VISITED_LISTS} at a time at most (${MAX_OPEN_LISTS} of one's own), the liveliest first, and each comes round`, async () => {
    for (let n = 0; n < 100; n++) {
      await rota.add(list(n))
    }
    expect(visits).to.deep.equal([])
    await rota.begin()
    expect([...awake].sort()).to.deep.equal([92, 93, 94, 95, 96, 97, 98, 99].map(n => `list ${n}`))
    await until(() => new Set(visits).size === 100)
    // nobody has a second turn before everybody had one
    expect(new Set(visits.slice(0, 100)).size).to.equal(100)
    expect(most).to.equal(MAX_VISITED_LISTS)
  })

  it('are all connected as long as they are few', async () => {
    await rota.begin()
    for (let n = 0; n < MAX_VISITED_LISTS; n++) {
      await rota.add(list(n))
    }
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(awake.size).to.equal(MAX_VISITED_LISTS)
    expect(visits).to.have.lengthOf(MAX_VISITED_LISTS)
  })

  it('come at once when they are needed, and stay while something said there was heard by nobody', async () => {
    for (let n = 0; n < 20; n++) {
      await rota.add(list(n))
    }
    await rota.begin()
    busy.add('list 3')
    await Promise.all([rota.call('list 3'), rota.call('list 4'), rota.call('list 4')])
    expect(awake.has('list 3')).to.equal(true)
    expect(visits.filter(each => each === 'list 4')).to.have.lengthOf(1)
    await until(() => new Set(visits).size === 20)
    expect(awake.has('list 3')).to.equal(true)
    busy.clear()
    await until(() => !awake.has('list 3'))
    expect(most).to.equal(MAX_VISITED_LISTS)
  })

  it('that were left, or cannot be connected, are in nobody\'s way', async () => {
    await rota.begin()
    await rota.add(list(1))
    rota.remove('list 1')
    await rota.call('list 1')
    const broken = { ...list(2), wake: async () => { throw new Error('no network') } }
    await expect(rota.add(broken)).to.eventually.be.rejectedWith('no network')
    await rota.add(list(3))
    expect(visits).to.deep.equal(['list 1', 'list 3'])
  })
})
