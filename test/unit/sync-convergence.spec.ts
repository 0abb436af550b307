import { expect } from 'aegir/chai'
import fc from 'fast-check'
import { Member, NOW, meet } from '../support/history-members.ts'

const MEMBERS = 4
type Step = { say: number } | { meet: [number, number], cut: number } | { restart: number } | { wait: number }

const who = fc.nat({ max: MEMBERS - 1 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ say: who }) },
  { weight: 3, arbitrary: fc.record({ meet: fc.tuple(who, who), cut: fc.constantFrom(0, 1, 2, 1_000) }) },
  { weight: 1, arbitrary: fc.record({ restart: who }) },
  { weight: 1, arbitrary: fc.record({ wait: fc.nat({ max: 60_000 }) }) }
)

async function perform (members: Member[], steps: Step[]): Promise<number> {
  let said = 0
  for (const each of steps) {
    if ('say' in each) {
      await members[each.say].say(`words ${said++}`)
    } else if ('meet' in each) {
      const [a, b] = each.meet
      if (a !== b) {
        await meet(members[a], members[b], { cut: each.cut })
      }
    } else if ('restart' in each) {
      await members[each.restart].restart()
    } else {
      Member.clock += each.wait
    }
  }
  return said
}

/** Everybody meets everybody: round by round until nothing is new. */
async function meetAll (members: Member[]): Promise<void> {
  for (let i = 1; i < members.length; i++) {
    await meet(members[0], members[i])
  }
  for (let i = 1; i < members.length; i++) {
    await meet(members[i], members[0])
  }
}

describe('members that compare what they hold', () => {
  afterEach(() => { Member.clock = NOW })

  it('end with the same timeline, whoever met whom and when, with cuts, restarts and wrong clocks', async function () {
    this.timeout(240_000)
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 24 }), fc.array(fc.integer({ min: -60_000, max: 60_000 }), { minLength: MEMBERS, maxLength: MEMBERS }), async (steps, skews) => {
      Member.clock = NOW
      const members = await Promise.all(skews.map(async (skew, i) => Member.create({ seed: i + 10, skew })))
      const said = await perform(members, steps)
      await meetAll(members)
      for (const member of members) {
        expect(member.core.timeline.visible).to.have.lengthOf(said)
        expect(member.ids).to.deep.equal(members[0].ids)
        expect(member.lies).to.equal(0)
      }
      await Promise.all(members.map(async member => member.close()))
    }), { numRuns: 25 })
  })

  it('merge to one when three groups that were apart for an hour meet again', async () => {
    const members = await Promise.all(Array.from({ length: 9 }, async (_, i) => Member.create({ seed: i + 10 })))
    const groups = [members.slice(0, 3), members.slice(3, 6), members.slice(6)]
    for (let minute = 0; minute < 60; minute += 10) {
      for (const group of groups) {
        await group[minute / 10 % 3].say(`minute ${minute}`)
        await meetAll(group)
      }
      Member.clock += 600_000
    }
    await meetAll([groups[0][0], groups[1][1], groups[2][2]])
    await Promise.all(groups.map(meetAll))
    // one of each group has everything by now; the others get it from their own
    await meetAll([groups[0][0], groups[1][1], groups[2][2]])
    for (const group of groups) {
      await meetAll(group)
      await meetAll(group.toReversed())
      await meetAll([group[1], group[0], group[2]])
    }
    for (const member of members) {
      expect(member.core.timeline.visible).to.have.lengthOf(18)
      expect(member.ids).to.deep.equal(members[0].ids)
    }
    await Promise.all(members.map(async member => member.close()))
  })

  it('agree after retention too, and give nobody what is over', async () => {
    const [a, b] = await Promise.all([10, 11].map(async seed => Member.create({ seed, policy: { retention: 60_000 } })))
    await a.say('old')
    Member.clock += 50_000
    await a.say('young')
    Member.clock += 20_000
    await Promise.all([a, b].map(async member => member.core.expire()))
    await meet(b, a)
    expect(b.core.timeline.visible.map(message => message.body)).to.deep.equal([{ kind: 'text', text: 'young', mentions: [] }])
    expect(b.ids).to.deep.equal(a.ids)
    await Promise.all([a.close(), b.close()])
  })
})
