import { expect } from 'aegir/chai'
import fc from 'fast-check'
import { EMBARGO_MEAN_MS, EMBARGO_MIN_MS, Embargo } from '../../src/network/stem-embargo.ts'
import { STEM_HEADER_BYTES, StemFrameReader, stemHeader } from '../../src/network/stem-frame.ts'
import { STEM_EXPECTED_HOPS, STEM_MIN_MEMBERS, StemRoute } from '../../src/network/stem-route.ts'
import { SIZE_CLASSES } from '../../src/wire/index.ts'
import { seededRandom } from '../support/random.ts'
import { block } from '../support/room-hosts.ts'
import type { Held, Timers } from '../../src/network/stem-embargo.ts'
import type { StemFrame } from '../../src/network/stem-frame.ts'

const peers = (count: number): string[] => Array.from({ length: count }, (_, i) => `p${i}`)
const dialled = (peer: string): boolean => peer.startsWith('p')

describe('the route of a stem', () => {
  const random = seededRandom(7)

  it('leads past four members on average before an envelope is gossiped', () => {
    const count = 300
    let hops = 0
    let walks = 0
    for (let epoch = 0; epoch < 8; epoch++) {
      const routes = new Map(peers(count).map(peer => [peer, new StemRoute({ random, dialled, members: () => peers(count).filter(each => each !== peer) })]))
      for (const [author, route] of routes) {
        let from = author
        let at = route.next(null) as string
        let length = 1
        while (!(routes.get(at) as StemRoute).diffuser && length < 100) {
          const next = (routes.get(at) as StemRoute).next(from) as string
          from = at
          at = next
          length++
        }
        hops += length
        walks++
      }
    }
    expect(hops / walks).to.be.within(STEM_EXPECTED_HOPS - 0.7, STEM_EXPECTED_HOPS + 0.7)
  })

  it('is the same for every message of an epoch, own or passed on', () => {
    const route = new StemRoute({ random, dialled, members: () => peers(20) })
    const own = route.next(null)
    const passed = route.next('p19')
    for (let i = 0; i < 100; i++) {
      expect(route.next(null)).to.equal(own)
      expect(route.next('p19')).to.equal(passed)
    }
    expect(route.successors).to.have.lengthOf(2)
  })

  it('does not stay with members that come later, nor goes to who only dialled us', () => {
    const members = [...peers(3), 'stranger']
    const route = new StemRoute({ random, dialled, members: () => members })
    const own = route.next(null)
    members.push(...Array.from({ length: 50 }, (_, i) => `sybil${i}`))
    expect(route.next(null)).to.equal(own)
    route.lose(own as string)
    expect(route.next(null)).to.match(/^p\d$/)
    expect(route.successors).to.not.include('stranger')
  })

  it('never leads back to whom an envelope came from', () => {
    for (let i = 0; i < 200; i++) {
      const route = new StemRoute({ random, dialled, members: () => peers(3) })
      for (const from of ['p0', 'p1', 'p2']) {
        expect(route.next(from)).to.not.equal(from)
      }
    }
  })

  it('takes another successor for a lost one, and gives up after so many that somebody must be at work', () => {
    const route = new StemRoute({ random, dialled, members: () => peers(100) })
    const used = new Set<string>()
    for (let own = route.next(null); own != null; own = route.next(null)) {
      expect(used.has(own)).to.equal(false)
      used.add(own)
      route.lose(own)
    }
    expect(used.size).to.equal(16)
  })

  it('does not exist among fewer than three others', () => {
    expect(new StemRoute({ random, dialled, members: () => peers(STEM_MIN_MEMBERS - 1) }).next(null)).to.equal(undefined)
    expect(new StemRoute({ random, dialled, members: () => peers(STEM_MIN_MEMBERS) }).next(null)).to.be.a('string')
  })
})

describe('the fail-safe of a stem', () => {
  class ManualTimers implements Timers {
    readonly due = new Map<number, { act (): void, ms: number }>()
    #next = 0
    set (act: () => void, ms: number): unknown {
      this.due.set(this.#next, { act, ms })
      return this.#next++
    }

    clear (timer: number): void { this.due.delete(timer) }
    fire (): void { [...this.due.values()].forEach(({ act }) => { act() }) }
  }

  const make = (bounds: { max?: number, maxBytes?: number } = {}): { timers: ManualTimers, overdue: Held[], seen: Set<Uint8Array>, embargo: Embargo } => {
    const timers = new ManualTimers()
    const overdue: Held[] = []
    const seen = new Set<Uint8Array>()
    const embargo = new Embargo({ ...bounds, timers, random: seededRandom(1), seen: envelope => seen.has(envelope), onDue: held => { overdue.push(held) } })
    return { timers, overdue, seen, embargo }
  }

  it('gossips what gossip has not brought in time, and only that', () => {
    const { timers, overdue, seen, embargo } = make()
    const [lost, heard] = [block(1), block(2)]
    embargo.hold(lost, 5, null)
    embargo.hold(heard, 5, 'p1')
    seen.add(heard)
    timers.fire()
    expect(overdue.map(held => held.envelope)).to.deep.equal([lost])
    expect(embargo.size).to.equal(0)
    expect(embargo.bytes).to.equal(0)
  })

  it('waits a random time, the same for authors and relayers, whose mean is stated', () => {
    const { timers, embargo } = make()
    for (let i = 0; i < 2_000; i++) {
      embargo.hold(block(i), 5, i % 2 === 0 ? null : 'p1')
    }
    const waits = [...timers.due.values()].map(({ ms }) => ms)
    expect(Math.min(...waits)).to.be.at.least(EMBARGO_MIN_MS)
    expect(waits.reduce((a, b) => a + b) / waits.length).to.be.within((EMBARGO_MIN_MS + EMBARGO_MEAN_MS) * 0.9, (EMBARGO_MIN_MS + EMBARGO_MEAN_MS) * 1.1)
  })

  it('holds at most `max` envelopes of `maxBytes`: the oldest goes out at once', () => {
    const { timers, overdue, embargo } = make({ max: 10, maxBytes: 4_096 })
    for (let i = 0; i < 40; i++) {
      embargo.hold(block(i), 5, null)
    }
    expect(embargo.size).to.equal(10)
    expect(timers.due.size).to.equal(10)
    expect(overdue).to.have.lengthOf(30)
    embargo.hold(block(99, 4_096), 5, null)
    expect(embargo.size).to.equal(1)
    expect(embargo.bytes).to.equal(4_096)
  })

  it('knows what a successor was given and nobody has heard', () => {
    const { embargo, seen } = make()
    const held = [1, 2, 3].map(i => embargo.hold(block(i), 5, null))
    held[0].to = held[1].to = 'p1'
    held[2].to = 'p2'
    seen.add(held[1].envelope)
    expect(embargo.givenTo('p1')).to.deep.equal([held[0]])
  })
})

describe('frames of a stem', () => {
  it('come out as they went in, however the bytes are cut', () => {
    fc.assert(fc.property(fc.array(fc.record({ size: fc.constantFrom(...SIZE_CLASSES.slice(0, 5)), epoch: fc.nat(0xffffffff) }), { maxLength: 6 }), fc.infiniteStream(fc.integer({ min: 1, max: 3_000 })), (kinds, cuts) => {
      const frames: StemFrame[] = kinds.map(({ size, epoch }, i) => ({ epoch, envelope: block(i, size) }))
      const bytes = Uint8Array.from(frames.flatMap(frame => [...stemHeader(frame), ...frame.envelope]))
      const reader = new StemFrameReader()
      const read: StemFrame[] = []
      for (let at = 0; at < bytes.length;) {
        const end = Math.min(bytes.length, at + (cuts.next().value as number))
        read.push(...reader.push(bytes.subarray(at, end)))
        at = end
      }
      expect(read).to.deep.equal(frames)
    }), { numRuns: 50 })
  })

  it('of no known size are refused by name before anything is kept', () => {
    for (const first of [SIZE_CLASSES.length, 200, 255]) {
      expect(() => new StemFrameReader().push(Uint8Array.of(first, 0, 0, 0, 1))).to.throw().with.property('name', 'InvalidStemFrameError')
    }
    expect(stemHeader({ epoch: 1, envelope: block(1) })).to.have.lengthOf(STEM_HEADER_BYTES)
  })
})
