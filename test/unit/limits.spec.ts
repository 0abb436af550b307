import { expect } from 'aegir/chai'
import { BoundedMap, BoundedSet, TokenBucket } from '../../src/network/limits.ts'

describe('limits', () => {
  let time = 0
  const now = (): number => time

  beforeEach(() => {
    time = 1000
  })

  describe('token bucket', () => {
    it('lets a burst of its capacity through and then its rate', () => {
      const bucket = new TokenBucket({ capacity: 3, perSecond: 2, now })

      expect([bucket.take(), bucket.take(), bucket.take(), bucket.take()]).to.deep.equal([true, true, true, false])

      time += 499
      expect(bucket.take()).to.be.false()
      time += 1
      expect(bucket.take()).to.be.true()
    })

    it('never holds more than its capacity, however long it rests', () => {
      const bucket = new TokenBucket({ capacity: 2, perSecond: 100, now })
      time += 1_000_000

      expect([bucket.take(), bucket.take(), bucket.take()]).to.deep.equal([true, true, false])
    })

    it('gives nothing for a clock that is set back', () => {
      const bucket = new TokenBucket({ capacity: 1, perSecond: 1, now })
      bucket.take()
      time -= 500_000

      expect(bucket.take()).to.be.false()
      time += 1000
      expect(bucket.take()).to.be.true()
    })

    it('says for how long a debtor must rest', () => {
      const bucket = new TokenBucket({ capacity: 100, perSecond: 100, now })

      expect(bucket.debit(100)).to.equal(0)
      expect(bucket.debit(50)).to.equal(500)
    })
  })

  describe('bounded map', () => {
    it('holds at most `max` entries and drops the least recently used', () => {
      const evicted: string[] = []
      const map = new BoundedMap<string, number>({ max: 2, onEvict: key => { evicted.push(key) } })
      map.set('a', 1)
      map.set('b', 2)
      map.get('a')
      map.set('c', 3)

      expect(map.size).to.equal(2)
      expect(evicted).to.deep.equal(['b'])
      expect(map.get('a')).to.equal(1)
      expect(map.get('b')).to.be.undefined()
    })

    it('holds at most `max` entries after 10,000 insertions', () => {
      const map = new BoundedMap<number, number>({ max: 16 })

      for (let i = 0; i < 10_000; i++) {
        map.set(i, i)
      }

      expect(map.size).to.equal(16)
    })

    it('forgets an entry after its time to live', () => {
      const map = new BoundedMap<string, number>({ max: 2, ttl: 100, now })
      map.set('a', 1)
      time += 99
      expect(map.has('a')).to.be.true()
      time += 1
      expect(map.has('a')).to.be.false()
      expect(map.size).to.equal(0)
    })

    it('shrinks with what it is used for, though nobody asks for what is over', () => {
      const map = new BoundedMap<number, number>({ max: 10_000, ttl: 100, now })
      for (let i = 0; i < 1_000; i++) {
        map.set(i, i)
      }
      time += 100
      for (let i = 0; i < 500; i++) {
        map.set(1_000 + i, i)
      }
      expect(map.size).to.equal(500)
    })
  })

  describe('bounded set', () => {
    it('says whether a key is new and holds at most `max` keys', () => {
      const set = new BoundedSet<number>({ max: 2 })

      expect(set.add(1)).to.be.true()
      expect(set.add(1)).to.be.false()
      set.add(2)
      set.add(3)
      expect(set.size).to.equal(2)
    })
  })
})
