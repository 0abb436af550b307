import { expect } from 'aegir/chai'
import { MAX_ADVANCE, advance, roomIdFromSecret } from '../../src/crypto/index.ts'
import { stateFromInvite } from '../../src/engine/invited-state.ts'
import { keysToNow } from '../../src/engine/keys-to-now.ts'
import { MAX_AGES } from '../../src/engine/membership-age.ts'
import { KeyRing, KeyTail, WALK_SLICE, completePolicy, encodePolicy, walkKey } from '../../src/room/index.ts'
import type { RoomState } from '../../src/engine/room-state.ts'
import type { Invite } from '../../src/wire/index.ts'

const NOW = 1_700_000_000_000
const LENGTH = 1_000
const EPOCH = NOW / LENGTH
const key = new Uint8Array(32).fill(5)

function invite (back: number, more: Partial<Invite> = {}): Invite {
  return { version: 1, kind: 'invite', room: roomIdFromSecret(key), name: 'r', epoch: EPOCH - back, epochKey: key, epochLength: LENGTH, policy: encodePolicy(completePolicy({ epoch: LENGTH, retention: 1_000_000 })), uses: 0, contacts: [], ...more }
}

function state (back: number): RoomState { return stateFromInvite(invite(back, { epochKey: key.slice() }), NOW) }

describe('a long way through the keys', () => {
  it('ends where the short one does, and lets others have their turns', async () => {
    let turns = 0
    const each = setInterval(() => { turns++ }, 0)
    const walked = await walkKey(key, 0, 3 * WALK_SLICE + 5)
    clearInterval(each)
    expect(walked).to.deep.equal(new Uint8Array(advance(key, 0, 3 * WALK_SLICE + 5)))
    expect(turns).to.be.above(0)
    expect(key).to.deep.equal(new Uint8Array(32).fill(5))
  })

  it('ends where somebody gives it up', async () => {
    const stop = new AbortController()
    setTimeout(() => { stop.abort(new Error('enough')) })
    await expect(walkKey(key, 0, MAX_ADVANCE, { signal: stop.signal })).to.eventually.be.rejectedWith('enough')
    await expect(walkKey(key, 0, 1, { signal: stop.signal })).to.eventually.be.rejectedWith('enough')
  })

  it('leads to the same keys as without it, and keeps what the room still keeps', async () => {
    const old = state(4_000)
    const begin = await keysToNow(old, NOW) as { epoch: number, key: Uint8Array }
    // 1,000 s of retention and two minutes of skew
    expect(old.epoch).to.equal(EPOCH - 1_120)
    expect(old.key).to.deep.equal(new Uint8Array(advance(key, EPOCH - 4_000, EPOCH - 1_120)))
    expect(begin.epoch).to.equal(EPOCH - 120 - MAX_AGES - 1)
    const here = new KeyRing({ ...begin, epochLength: LENGTH }).window(NOW)
    const there = new KeyRing({ key, epoch: EPOCH - 4_000, epochLength: LENGTH }).window(NOW)
    expect(here.map(({ epoch, keys }) => [epoch, keys.topic])).to.deep.equal(there.map(({ epoch, keys }) => [epoch, keys.topic]))
  })

  it('moves a key that waits for a keeper no further than the room keeps messages', async () => {
    const old = state(3_000)
    old.behind = { epoch: EPOCH - 4_000, key: key.slice(), until: 1 }
    await keysToNow(old, NOW)
    expect(old.behind.epoch).to.equal(EPOCH - 1_120)
    expect(old.behind.key).to.deep.equal(new Uint8Array(advance(key, EPOCH - 4_000, EPOCH - 1_120)))
  })

  it('does nothing where there is none', async () => {
    const fresh = state(10)
    expect(await keysToNow(fresh, NOW)).to.equal(undefined)
    expect(fresh.epoch).to.equal(EPOCH - 10)
    expect(await keysToNow({ ...state(4_000), secret: key }, NOW)).to.equal(undefined)
  })

  it('is not begun for an invite that is too old', () => {
    expect(stateFromInvite(invite(MAX_ADVANCE), NOW).epoch).to.equal(EPOCH - MAX_ADVANCE)
    expect(() => stateFromInvite(invite(MAX_ADVANCE + 1), NOW)).to.throw('Ask for a new one').with.property('fault', 'expired')
  })

  it('is gone once for what a keeper held, forwards and back', async () => {
    const tail = new KeyTail({ key, epoch: 100 })
    for (const epoch of [5_000, 200, 4_999]) {
      await tail.toward(epoch, 6_000, {})
      const other = new KeyTail({ key, epoch: 100 })
      expect(tail.keysOf(epoch, 6_000)?.topic).to.equal(other.keysOf(epoch, 6_000)?.topic)
    }
    await tail.toward(6_001, 6_000, {})
    await tail.toward(99, 6_000, {})
    expect([tail.keysOf(6_001, 6_000), tail.keysOf(99, 6_000)]).to.deep.equal([undefined, undefined])
  })
})
