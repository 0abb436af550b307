import { expect } from 'aegir/chai'
import { checkCharter, decodeCharter, encodeCharter, tallyOf } from '../../src/moderation/index.ts'
import type { Ballot } from '../../src/moderation/index.ts'

const HOUR = 3_600_000
const PROPOSED = 1_000 * HOUR
const voters = (count: number, since = PROPOSED - HOUR, stampBits = 0): Array<{ persona: string, since: number, stampBits: number }> => Array.from({ length: count }, (_, i) => ({ persona: `p${i}`, since, stampBits }))
const ballot = (voter: number, choice: string, time = PROPOSED + 1): Ballot => ({ persona: `p${voter}`, choice, time })
const init = { proposed: PROPOSED, rules: { age: 0, stampBits: 0, duration: 24 * HOUR }, open: false, now: PROPOSED + HOUR }

describe('a vote', () => {
  it('passes at once when more than half of those who may vote say yes, not before', () => {
    const tally = (yes: number): boolean => tallyOf({ ...init, voters: voters(10), ballots: Array.from({ length: yes }, (_, i) => ballot(i, 'yes')) }).passed
    expect([5, 6].map(tally)).to.deep.equal([false, true])
  })

  it('passes at its end when a third took part and more said yes than no', () => {
    const ended = { ...init, now: PROPOSED + 25 * HOUR, voters: voters(9) }
    expect(tallyOf({ ...ended, ballots: [ballot(0, 'yes'), ballot(1, 'yes'), ballot(2, 'no')] })).to.include({ passed: true, closed: true })
    expect(tallyOf({ ...ended, ballots: [ballot(0, 'yes'), ballot(1, 'yes')] }).passed).to.equal(false)
    expect(tallyOf({ ...ended, ballots: [ballot(0, 'yes'), ballot(1, 'no'), ballot(2, 'abstain')] }).passed).to.equal(false)
  })

  it('counts each persona\'s last word, once, in time, and of those who were here long enough', () => {
    const rules = { age: HOUR, stampBits: 8, duration: 24 * HOUR }
    const people = [...voters(3, PROPOSED - 2 * HOUR, 8), { persona: 'young', since: PROPOSED - 1, stampBits: 20 }, { persona: 'cheap', since: 0, stampBits: 4 }, { persona: 'later', since: PROPOSED + 5, stampBits: 20 }]
    const ballots = [ballot(0, 'no'), ballot(0, 'yes', PROPOSED + 9), ballot(1, 'yes', PROPOSED + 25 * HOUR), ballot(2, 'yes', PROPOSED - 1), ...['young', 'cheap', 'later', 'stranger'].map(persona => ({ persona, choice: 'yes', time: PROPOSED + 10 }))]
    const tally = tallyOf({ ...init, rules, voters: people, ballots })
    expect(tally).to.include({ yes: 1, no: 0, eligible: 3 })
    expect(tallyOf({ ...init, rules, voters: people.toReversed(), ballots: ballots.toReversed() })).to.deep.equal(tally)
  })

  it('weighs age where personas are cheap, and says so', () => {
    const people = [{ persona: 'p0', since: PROPOSED - 1_000 * HOUR, stampBits: 0 }, ...voters(3).slice(1)]
    const ballots = [ballot(0, 'no'), ballot(1, 'yes'), ballot(2, 'yes')]
    const open = tallyOf({ ...init, open: true, voters: people, ballots, now: PROPOSED + 25 * HOUR })
    expect(open).to.include({ open: true, passed: false, yes: 2, no: 1 })
    expect(open.weighted.no).to.be.above(open.weighted.yes)
    expect(tallyOf({ ...init, open: false, voters: people, ballots, now: PROPOSED + 25 * HOUR }).passed).to.equal(true)
  })
})

describe('a charter', () => {
  it('is read as it was written; a text alone is its purpose', () => {
    const charter = checkCharter({ purpose: 'gardening', rules: ['be kind'], lists: ['undertone:join/x'], policy: { slowMode: 1_000 } })
    expect(decodeCharter(encodeCharter(charter))).to.deep.equal(charter)
    expect(checkCharter('gardening')).to.deep.include({ purpose: 'gardening', rules: [] })
  })

  it('is bounded in every part', () => {
    for (const charter of [7, [], { rules: 'x'.repeat(5_000) }, { rules: Array.from({ length: 65 }, () => 'x') }, { purpose: 1 }, { lists: [1] }, { voting: { age: -1 } }, { voting: { duration: 1e15 } }, { surprise: 1 }, { policy: [] }]) {
      expect(() => checkCharter(charter), JSON.stringify(charter).slice(0, 60)).to.throw().with.property('name', 'InvalidParametersError')
    }
    expect(() => encodeCharter({ rules: Array.from({ length: 60 }, () => 'x'.repeat(4_000)) })).to.throw().with.property('name', 'InvalidParametersError')
    expect(decodeCharter(new Uint8Array(40_000))).to.equal(undefined)
  })
})
