import { InvalidEntryError } from './errors.ts'

const MAX_TEXT = 4_096
const MAX_RULES = 64

/** What a room is for, as its founder signed it or a vote amended it. */
export interface Charter {
  purpose: string
  rules: string[]
  /** addresses of lists it recommends; readers are offered them, never more */
  lists: string[]
}

/** @throws {InvalidEntryError} */
export function checkCharter (value: unknown): Charter {
  const { purpose = '', rules = [], lists = [] } = (typeof value === 'string' ? { purpose: value } : value ?? {}) as Record<string, unknown>
  const texts = (list: unknown, name: string): string[] => {
    if (!Array.isArray(list) || list.length > MAX_RULES || !list.every(each => typeof each === 'string' && each.length <= MAX_TEXT)) {
      throw new InvalidEntryError(`charter.${name} must be at most ${MAX_RULES} texts`)
    }
    return list
  }
  if (typeof purpose !== 'string' || purpose.length > MAX_TEXT) {
    throw new InvalidEntryError(`charter.purpose must be text of at most ${MAX_TEXT} characters`)
  }
  return { purpose, rules: texts(rules, 'rules'), lists: texts(lists, 'lists') }
}

export interface Ballot { persona: string, choice: string, time: number }

export interface Tally {
  yes: number
  no: number
  abstain: number
  /** personas that may vote */
  eligible: number
  /** more yes than no, and at least a third of those who may vote took part */
  passed: boolean
  /** the same, each vote weighed by how long its persona had been here */
  weighted: { yes: number, no: number, abstain: number }
}

/**
 * Counts ballots: one per persona (its last), of personas that were here before the proposal. Every
 * member who holds the same messages gets the same tally.
 *
 * @param eligible - persona → when it was first seen, ms
 */
export function tallyOf (ballots: Iterable<Ballot>, eligible: ReadonlyMap<string, number>, proposed: number): Tally {
  const last = new Map<string, Ballot>()
  for (const ballot of ballots) {
    const before = last.get(ballot.persona)
    const since = eligible.get(ballot.persona)
    if (since != null && since <= proposed && (before == null || before.time <= ballot.time)) {
      last.set(ballot.persona, ballot)
    }
  }
  const voters = [...eligible.values()].filter(since => since <= proposed).length
  const tally: Tally = { yes: 0, no: 0, abstain: 0, eligible: voters, passed: false, weighted: { yes: 0, no: 0, abstain: 0 } }
  for (const { persona, choice } of last.values()) {
    if (choice === 'yes' || choice === 'no' || choice === 'abstain') {
      tally[choice]++
      // an hour here counts 1, a day about 2.4, a month about 3.9: age helps, it does not rule
      const hours = (proposed - (eligible.get(persona) as number)) / 3_600_000
      tally.weighted[choice] += Math.round((1 + Math.log10(1 + hours)) * 100) / 100
    }
  }
  tally.passed = tally.yes > tally.no && (tally.yes + tally.no + tally.abstain) * 3 >= voters
  return tally
}
