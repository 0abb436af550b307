import { InvalidEntryError } from './errors.ts'
import type { CharterContent, Tally, VotingRules } from './moderation-api.ts'

const MAX_TEXT = 4_096
const MAX_RULES = 64
const MAX_CHARTER_BYTES = 32 * 1024
const DAY_MS = 86_400_000
const MAX_DURATION_MS = 365 * DAY_MS
const DEFAULT_VOTING: VotingRules = { age: 0, stampBits: 0, duration: DAY_MS }

function whole (value: unknown, name: string, most: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0 || (value as number) > most) {
    throw new InvalidEntryError(`charter.${name} must be a whole number from 0 to ${most}.`)
  }
  return value as number
}

/**
 * A charter from what a person or another member wrote; a text alone is its purpose.
 *
 * @throws {InvalidEntryError}
 */
export function checkCharter (value: unknown): CharterContent {
  const given = typeof value === 'string' ? { purpose: value } : value ?? {}
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw new InvalidEntryError('charter must be an object {purpose, rules, lists, policy, voting}, or its purpose as text.')
  }
  const { purpose = '', rules = [], lists = [], policy = {}, voting = {}, ...others } = given as Record<string, any>
  if (Object.keys(others).length > 0) {
    throw new InvalidEntryError(`charter.${Object.keys(others)[0].slice(0, 64)} is not known; use purpose, rules, lists, policy or voting.`)
  }
  const texts = (list: unknown, name: string): string[] => {
    const lines = typeof list === 'string' ? [list] : list
    if (!Array.isArray(lines) || lines.length > MAX_RULES || !lines.every(each => typeof each === 'string' && each.length <= MAX_TEXT)) {
      throw new InvalidEntryError(`charter.${name} must be at most ${MAX_RULES} texts.`)
    }
    return lines
  }
  if (typeof purpose !== 'string' || purpose.length > MAX_TEXT) {
    throw new InvalidEntryError(`charter.purpose must be text of at most ${MAX_TEXT} characters.`)
  }
  if (typeof policy !== 'object' || policy === null || Array.isArray(policy) || typeof voting !== 'object' || voting === null) {
    throw new InvalidEntryError('charter.policy and charter.voting must be objects.')
  }
  return {
    purpose,
    rules: texts(rules, 'rules'),
    lists: texts(lists, 'lists'),
    policy,
    voting: {
      age: whole(voting.age ?? DEFAULT_VOTING.age, 'voting.age', MAX_DURATION_MS),
      stampBits: whole(voting.stampBits ?? DEFAULT_VOTING.stampBits, 'voting.stampBits', 32),
      duration: whole(voting.duration ?? DEFAULT_VOTING.duration, 'voting.duration', MAX_DURATION_MS)
    }
  }
}

/** @throws {InvalidEntryError} */
export function encodeCharter (value: unknown): Uint8Array {
  const bytes = new TextEncoder().encode(JSON.stringify(checkCharter(value)))
  if (bytes.length > MAX_CHARTER_BYTES) {
    throw new InvalidEntryError(`charter must have at most ${MAX_CHARTER_BYTES} bytes; shorten its rules.`)
  }
  return bytes
}

/** Undefined for what is no charter this version can read. */
export function decodeCharter (bytes: Uint8Array): CharterContent | undefined {
  try {
    return bytes.length > MAX_CHARTER_BYTES ? undefined : checkCharter(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
  } catch {
    return undefined
  }
}

export interface Ballot { persona: string, choice: string, time: number }

/** Who may vote: a persona, since when it is here and what stamp it showed. */
export interface Voter { persona: string, since: number, stampBits: number }

/**
 * Counts ballots: one per persona (its last before the vote closed), of personas that were here long
 * enough before the proposal. Every member who holds the same messages gets the same tally.
 *
 * It passes when more weight says yes than no, and either half of those who may vote said yes, or
 * the vote is over and a third of them took part. In open rooms personas are cheap: there weight is
 * what decides, elsewhere heads.
 */
export function tallyOf (init: { ballots: Iterable<Ballot>, voters: Iterable<Voter>, proposed: number, rules: VotingRules, open: boolean, now: number }): Tally {
  const { proposed, rules, open, now } = init
  const closes = proposed + rules.duration
  const eligible = new Map<string, number>()
  for (const { persona, since, stampBits } of init.voters) {
    if (since <= proposed - rules.age && stampBits >= rules.stampBits) {
      eligible.set(persona, since)
    }
  }
  const last = new Map<string, Ballot>()
  for (const ballot of init.ballots) {
    const before = last.get(ballot.persona)
    if (eligible.has(ballot.persona) && ballot.time >= proposed && ballot.time <= closes && (before == null || before.time <= ballot.time)) {
      last.set(ballot.persona, ballot)
    }
  }
  const tally: Tally = { yes: 0, no: 0, abstain: 0, eligible: eligible.size, weighted: { yes: 0, no: 0, abstain: 0 }, closes, closed: now >= closes, passed: false, open }
  for (const { persona, choice } of last.values()) {
    if (choice === 'yes' || choice === 'no' || choice === 'abstain') {
      tally[choice]++
      tally.weighted[choice] = Math.round((tally.weighted[choice] + weightOf(proposed - (eligible.get(persona) as number))) * 100) / 100
    }
  }
  const ahead = open ? tally.weighted.yes > tally.weighted.no : tally.yes > tally.no
  const most = tally.yes * 2 > eligible.size
  const enough = tally.closed && (tally.yes + tally.no + tally.abstain) * 3 >= eligible.size
  tally.passed = ahead && (most || enough)
  return tally
}

/** An hour here counts 1.3, a day 2.4, a month 3.9: age helps, it does not rule. */
function weightOf (age: number): number {
  return 1 + Math.log10(1 + Math.max(0, age) / 3_600_000)
}
