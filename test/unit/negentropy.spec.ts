import { expect } from 'aegir/chai'
import { sha256 } from '../../src/crypto/index.ts'
import { ItemSet } from '../../src/sync/item-set.ts'
import { MIN_FRAME_LIMIT, Negentropy } from '../../src/sync/negentropy.ts'
import published from '../vectors/negentropy.json' with { type: 'json' }
import type { Item } from '../../src/sync/item-set.ts'
import type { NegentropyOptions } from '../../src/sync/negentropy.ts'

const hex = (bytes: Uint8Array): string => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
const made: Item[] = []
const item = (i: number): Item => {
  made[i] ??= { time: 1_700_000_000 + (i * 7919) % 1000, id: hex(sha256(new TextEncoder().encode(`item ${i}`))) }
  return made[i]
}
const bytes = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], byte => parseInt(byte, 16))
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

/** What the initiator learns, and how many turns and bytes that takes. */
function difference (ours: Item[], theirs: Item[], options: NegentropyOptions = {}): { have: string[], need: string[], turns: number, traffic: number, largest: number } {
  const initiator = new Negentropy(new ItemSet(ours), options)
  const responder = new Negentropy(new ItemSet(theirs), options)
  const found = { have: [] as string[], need: [] as string[], turns: 0, traffic: 0, largest: 0 }
  let next: Uint8Array | undefined = initiator.initiate()
  while (next != null && found.turns++ < 4_000) {
    const answer = responder.respond(next)
    found.traffic += next.length + answer.length
    found.largest = Math.max(found.largest, answer.length)
    const { have, need, next: after } = initiator.reconcile(answer)
    found.have.push(...have.map(({ id }) => id))
    found.need.push(...need.map(({ id }) => id))
    next = after
  }
  return found
}

describe('set reconciliation', () => {
  const sizes = [0, 1, 20, 10_000]
  for (const limit of [0, MIN_FRAME_LIMIT, 60_000]) {
    it(`finds the whole difference between sets of ${sizes.join(', ')} items, both ways, with ${limit === 0 ? 'no frame limit' : `frames of ${limit} bytes`}`, function () {
      this.timeout(60_000)
      for (const here of sizes) {
        for (const there of sizes) {
          // half of the smaller set is in both
          const shared = Math.floor(Math.min(here, there) / 2)
          const ours = range(0, here).map(item)
          const theirs = range(here - shared, here - shared + there).map(item)
          const { have, need, largest } = difference(ours, theirs, { frameLimit: limit })
          expect(have, `${here}/${there}`).to.have.members(ours.slice(0, here - shared).map(({ id }) => id))
          expect(need, `${here}/${there}`).to.have.members(theirs.slice(shared).map(({ id }) => id))
          expect(limit === 0 || largest <= limit, `${largest} bytes`).to.equal(true)
        }
      }
    })
  }

  it('says of equal sets that they are equal, in one turn', () => {
    const items = range(0, 10_000).map(item)
    expect(difference(items, items)).to.include({ turns: 1 }).and.to.deep.include({ have: [], need: [] })
  })

  it('finds ten missing of ten thousand in less than 8 KB', () => {
    const items = range(0, 10_000).map(item)
    const { need, traffic } = difference(items.filter((_, i) => i % 1_000 !== 417), items, { branching: 8, leaf: 8 })
    expect(need).to.have.lengthOf(10)
    expect(traffic).to.be.below(8_000)
  })

  it('tells on which side of a cut an item lies', () => {
    const old = range(0, 50).map(i => ({ ...item(i), time: 0 }))
    const dated = range(50, 90).map(item)
    const initiator = new Negentropy(new ItemSet([]), { cuts: [1] })
    const { need } = initiator.reconcile(new Negentropy(new ItemSet([...old, ...dated])).respond(initiator.initiate()))
    expect(need.filter(({ from }) => from === 0).map(({ id }) => id)).to.have.members(old.map(({ id }) => id))
    expect(need.filter(({ from }) => from > 0)).to.have.lengthOf(40)
  })

  it('speaks byte for byte what another implementation speaks', () => {
    for (const { count, skipA, skipB, frameLimit, transcript } of published.cases) {
      const of = (skip: number): ItemSet => new ItemSet(range(0, count).filter(i => i % skip !== 0).map(item))
      const initiator = new Negentropy(of(skipA), { frameLimit })
      const responder = new Negentropy(of(skipB), { frameLimit })
      let next: Uint8Array | undefined = initiator.initiate()
      for (const [query, answer] of transcript) {
        expect(hex(next as Uint8Array)).to.equal(query)
        expect(hex(responder.respond(bytes(query)))).to.equal(answer)
        next = initiator.reconcile(bytes(answer)).next
      }
      expect(next).to.equal(undefined)
    }
  })

  it('names what is no reconciliation message, whichever byte is changed or missing', () => {
    const message = new Negentropy(new ItemSet(range(0, 100).map(item))).initiate()
    const responder = new Negentropy(new ItemSet(range(50, 150).map(item)))
    let named = 0
    for (let i = 0; i < message.length; i++) {
      for (const broken of [message.slice(0, i), message.map((byte, at) => at === i ? byte ^ 0xff : byte)]) {
        try {
          responder.respond(broken)
        } catch (error: any) {
          expect(error.name).to.equal('SyncProtocolError')
          named++
        }
      }
    }
    expect(named).to.be.above(message.length / 2)
  })
})
