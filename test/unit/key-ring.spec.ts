import { expect } from 'aegir/chai'
import { epochAt, epochKeyFromSecret } from '../../src/crypto/key-schedule.ts'
import { CLOCK_SKEW_MS, KeyRing } from '../../src/room/key-ring.ts'

const HOUR = 3_600_000

describe('key ring', () => {
  const secret = new Uint8Array(32).fill(7)
  const noon = 500_000 * HOUR + HOUR / 2

  function ring (now: number, epochLength = HOUR): KeyRing {
    const epoch = epochAt(now - CLOCK_SKEW_MS, epochLength)
    return new KeyRing({ key: epochKeyFromSecret(secret, epoch), epoch, epochLength })
  }

  it('accepts one epoch in its middle, and two within two minutes of a boundary', () => {
    const keys = ring(noon)
    expect(keys.window(noon).map(e => e.epoch)).to.deep.equal([500_000])
    expect(keys.window(500_001 * HOUR - 60_000).map(e => [e.epoch, e.current])).to.deep.equal([[500_000, true], [500_001, false]])
    expect(keys.window(500_001 * HOUR + 60_000).map(e => [e.epoch, e.current])).to.deep.equal([[500_000, false], [500_001, true]])
    expect(keys.window(500_001 * HOUR + 180_000).map(e => e.epoch)).to.deep.equal([500_001])
  })

  it('has no way back to an epoch that has passed', () => {
    const keys = ring(noon)
    keys.window(noon)
    keys.window(noon + 3 * HOUR)
    expect(keys.keysOf(500_000)).to.equal(undefined)
    expect(keys.window(noon).map(e => e.epoch)).to.deep.equal([500_003])
  })

  it('gives two members with clocks a minute apart a common epoch, also when epochs last seconds', () => {
    for (const length of [HOUR, 2_000, 5_000]) {
      const early = ring(noon - 60_000, length).window(noon - 60_000)
      const late = ring(noon + 60_000, length).window(noon + 60_000)
      const current = late.find(e => e.current)
      expect(early.find(e => e.epoch === current?.epoch)?.keys.topic).to.equal(current?.keys.topic)
    }
  })

  it('arrives at the same keys by steps and by a jump', () => {
    const stepping = ring(noon, 5_000)
    for (let now = noon; now < noon + 600_000; now += 5_000) {
      stepping.window(now)
    }
    const jumping = ring(noon, 5_000)
    const end = noon + 600_000
    expect(jumping.window(end).map(e => e.keys.topic)).to.deep.equal(stepping.window(end).map(e => e.keys.topic))
  })

  it('says when the window changes next', () => {
    const keys = ring(noon)
    expect(keys.nextChange(noon)).to.equal(HOUR / 2 - CLOCK_SKEW_MS)
    expect(keys.nextChange(500_001 * HOUR - 1_000)).to.equal(1_000)
  })
})
