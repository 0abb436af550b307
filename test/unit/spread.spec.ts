import { RPC } from '@libp2p/gossipsub/message'
import { expect } from 'aegir/chai'
import fc from 'fast-check'
import { splitRpc } from '../../src/network/gated-rpc.ts'
import { markedRpc, markOf, marksIn, MAX_SERVED, servedTag } from '../../src/network/spread-mark.ts'
import { MAX_KEPT_BACK, SpreadMarks } from '../../src/network/spread.ts'
import { block } from '../support/room-hosts.ts'

const TOPIC = '00112233445566778899aabbccddeeff'
const tags = (...peers: string[]): Set<number> => new Set(peers.map(peer => servedTag(TOPIC, peer)))
const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `peer ${i}`)

describe('the mark of a spread envelope', () => {
  it('is an ordinary gossip message to who does not know it', () => {
    const rpc = markedRpc(TOPIC, block(1), markOf([...tags('a', 'b')]))
    expect(RPC.decode(rpc).messages).to.deep.equal([{ data: block(1), topic: TOPIC }])
  })

  it('stays with its message when messages travel together', () => {
    const plain = RPC.encode({ subscriptions: [], messages: [{ data: block(3), topic: TOPIC }] })
    const rpcs = [markedRpc(TOPIC, block(1, 4_096), markOf([...tags('a')])), plain, markedRpc(TOPIC, block(2), markOf([...tags('b', 'c')]))]
    const together = Uint8Array.from(rpcs.flatMap(rpc => splitRpc(rpc)).flatMap(({ bytes }) => [...bytes]))
    const marks = marksIn(together)
    expect(marks).to.deep.equal([tags('a'), undefined, tags('b', 'c')])
    expect(RPC.decode(together).messages.map(({ data }) => data?.byteLength)).to.deep.equal([4_096, 256, 256])
  })

  it('does not count its writer’s neighbours by its length', () => {
    const lengths = names(9).map((_, i) => markOf([...tags(...names(i + 1))]).byteLength)
    expect(new Set(lengths.slice(0, 8)).size).to.equal(1)
    expect(lengths[8]).to.be.above(lengths[7])
  })

  it(`that names more than ${MAX_SERVED} is none`, () => {
    expect(marksIn(markedRpc(TOPIC, block(1), markOf([...tags(...names(MAX_SERVED))])))[0]?.size).to.equal(MAX_SERVED)
    expect(marksIn(markedRpc(TOPIC, block(1), markOf([...tags(...names(MAX_SERVED + 1))])))).to.deep.equal([undefined])
  })

  it('of any bytes is read to their end, and no further', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(3), (noise, wrap) => {
      const rpc = wrap === 0 ? noise : markedRpc(TOPIC, block(1), noise)
      for (const mark of marksIn(rpc)) {
        expect(mark?.size ?? 0).to.be.at.most(MAX_SERVED)
      }
    }))
  })
})

describe('who has been sent a spread envelope', () => {
  it('is whoever the mark names and no one else, neither its writer nor anybody of another topic', () => {
    const marks = new SpreadMarks()
    const [marked, plain] = [block(1), block(2)]
    marks.received(marked, tags('a', 'b', 'writer'), 'writer')
    expect([...marks.served(marked, TOPIC, ['a', 'c', 'writer'])]).to.deep.equal(['a'])
    expect([...marks.served(marked, 'f'.repeat(32), ['a', 'b'])]).to.deep.equal([])
    expect([...marks.served(plain, TOPIC, ['a', 'b'])]).to.deep.equal([])
  })

  it('is the same for sender and receiver', () => {
    const marks = new SpreadMarks()
    const rpc = markedRpc(TOPIC, block(1), new SpreadMarks().markFor(TOPIC, names(5)))
    const [{ data }] = RPC.decode(rpc).messages
    const received = data as Uint8Array
    marks.received(received, marksIn(rpc)[0] as Set<number>, 'writer')
    expect([...marks.served(received, TOPIC, [...names(5), 'another'])]).to.deep.equal(names(5))
  })

  it('is acknowledged by a few of them, by others every time, and by all where nobody is named', () => {
    const all = names(9)
    const times = all.map(() => 0)
    for (let seed = 0; seed < 90; seed++) {
      const envelope = block(seed)
      envelope[0] = seed
      const marks = new SpreadMarks()
      expect(all.every(peer => marks.acknowledges(envelope, TOPIC, peer))).to.equal(true)
      marks.received(envelope, tags(...all), 'writer')
      const acknowledging = all.filter(peer => marks.acknowledges(envelope, TOPIC, peer))
      expect(acknowledging).to.have.lengthOf(3)
      acknowledging.forEach(peer => { times[all.indexOf(peer)]++ })
      expect(marks.acknowledges(envelope, TOPIC, 'not named')).to.equal(true)
    }
    expect(times).to.deep.equal(all.map(() => 30))
  })

  it('is asked a moment later, once, and not before an envelope could have come', () => {
    const marks = new SpreadMarks()
    const id = Uint8Array.of(1, 2, 3)
    marks.keepBack(TOPIC, id, ['a', 'b'])
    expect(marks.due().size).to.equal(0)
    expect(marks.due()).to.deep.equal(new Map([[TOPIC, new Map([['a', [id]], ['b', [id]]])]]))
    expect(marks.due().size).to.equal(0)
  })

  it(`is remembered for ${MAX_KEPT_BACK} envelopes at most`, () => {
    const marks = new SpreadMarks()
    for (let i = 0; i < MAX_KEPT_BACK * 2; i++) {
      marks.keepBack(TOPIC, Uint8Array.of(i), ['a'])
    }
    marks.due()
    expect(marks.due().get(TOPIC)?.get('a')).to.have.lengthOf(MAX_KEPT_BACK)
    marks.keepBack(TOPIC, Uint8Array.of(1), ['a'])
    marks.due()
    expect(marks.due().get(TOPIC)?.get('a')).to.have.lengthOf(1)
  })

  it('is not believed of who keeps naming members that have to ask others, for a while', () => {
    let now = 0
    const marks = new SpreadMarks({ now: () => now })
    let seed = 0
    const missed = (writer: string, asker: string, times = 1): void => {
      const marked = block(++seed)
      marks.received(marked, tags('a', 'b'), writer)
      for (let i = 0; i < times; i++) {
        marks.asked(marked, TOPIC, asker)
      }
    }
    // not named, the writer itself, or the same message again and again
    for (let i = 0; i < 100; i++) {
      missed('liar', 'c')
      missed('liar', 'liar')
    }
    missed('liar', 'a', 100)
    expect(marks.trusts('liar')).to.equal(true)
    // one in a while happens to honest members
    for (let i = 0; i < 100; i++) {
      now += 15_000
      missed('liar', 'a')
    }
    expect(marks.trusts('liar')).to.equal(true)
    for (let i = 0; i < 30; i++) {
      missed('liar', i % 2 === 0 ? 'a' : 'b')
    }
    expect(marks.trusts('liar')).to.equal(false)
    const later = block(++seed)
    marks.received(later, tags('a', 'b'), 'liar')
    expect([...marks.served(later, TOPIC, ['a', 'b'])]).to.deep.equal([])
    now += 11 * 60_000
    expect(marks.trusts('liar')).to.equal(true)
  })
})
