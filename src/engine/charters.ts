import { toString } from 'uint8arrays'
import { sha256 } from '../crypto/index.ts'
import { decodeCharter, encodeCharter, tallyOf } from '../moderation/index.ts'
import { InvalidParametersError, UnknownMessageError, checkedPolicy, completePolicy } from '../room/index.ts'
import type { Charters, Proposal, UndertoneEvent } from './api.ts'
import type { RoomCore } from './room-core.ts'
import type { RoomRegistry } from './rooms.ts'
import type { Ballot, CharterContent, Tally, Voter } from '../moderation/index.ts'
import type { Policy } from '../room/index.ts'
import type { MessageId, SignedMessage } from '../wire/index.ts'

/** Proposals of one persona, and of all, that are counted; the oldest count. */
const MAX_PROPOSALS_EACH = 16
const MAX_PROPOSALS = 256
/** Longest a timer can wait, ms. */
const MAX_TIMER_MS = 2_147_483_647

/** What a room is for and how that changes: signed by its founder, amended by votes that every member counts. */
export class CharterOffice implements Charters {
  readonly #init: { rooms: Pick<RoomRegistry, 'list' | 'get'>, now(): number, emit(event: UndertoneEvent): void }
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>()
  #stopped = false

  constructor (init: { rooms: Pick<RoomRegistry, 'list' | 'get'>, now(): number, emit(event: UndertoneEvent): void }) {
    this.#init = init
  }

  /** Votes end while the program is off, too. */
  load (): void { this.#init.rooms.list().forEach(({ core }) => { this.received(core) }) }

  #read (core: RoomCore): { founding?: CharterContent, proposals: Proposal[] } {
    const { state, timeline, roster } = core
    const ballots = new Map<string, Ballot[]>()
    const charters: Array<{ message: SignedMessage, charter: CharterContent, bytes: Uint8Array }> = []
    for (const message of timeline.ordered.filter(({ kind }) => kind === 'vote' || kind === 'charter')) {
      const { body, author: persona, time } = message
      if (body.kind === 'vote') {
        ballots.set(body.proposal, [...ballots.get(body.proposal) ?? [], { persona, choice: body.choice, time }])
      } else if (body.kind === 'charter') {
        const charter = decodeCharter(body.charter)
        if (charter != null) {
          charters.push({ message, charter, bytes: body.charter })
        }
      }
    }
    const hash = state.charterHash == null ? undefined : toString(state.charterHash, 'hex')
    // what a room was founded with is in force; what its founder says later is a proposal like anybody's
    const founding = hash == null ? undefined : charters.find(({ message, bytes }) => message.author === state.founder && toString(sha256(bytes), 'hex') === hash)
    const voters: Voter[] = roster.all().filter(member => !member.burned).map(({ persona, firstSeen, stampBits }) => ({ persona, since: firstSeen, stampBits }))
    const each = new Map<string, number>()
    const proposals: Proposal[] = []
    // the rules of a vote are those in force when it was called
    let inForce = founding?.charter
    for (const { message: { id, author, time }, charter } of charters.filter(candidate => candidate !== founding)) {
      const count = (each.get(author) ?? 0) + 1
      each.set(author, count)
      if (count <= MAX_PROPOSALS_EACH && proposals.length < MAX_PROPOSALS) {
        const tally = tallyOf({ ballots: ballots.get(id) ?? [], voters, proposed: time, rules: inForce?.voting ?? charter.voting, open: state.kind === 'open', now: this.#init.now() })
        proposals.push({ proposal: id, charter, author, time, tally, applied: false, since: tally.passed ? passedAt(tally, ballots.get(id) ?? []) : null })
        inForce = tally.passed ? charter : inForce
      }
    }
    const last = proposals.findLast(({ tally }) => tally.passed)
    if (last != null) {
      last.applied = true
    }
    return { founding: founding?.charter, proposals }
  }

  read (room: string): { charter: CharterContent | null, founder: string | null, proposals: Proposal[] } {
    const { core } = this.#init.rooms.get(room)
    const { founding, proposals } = this.#read(core)
    return { charter: proposals.find(each => each.applied)?.charter ?? founding ?? null, founder: core.state.founder, proposals }
  }

  async propose (room: string, charter: unknown): Promise<{ proposal: string }> {
    const { core } = this.#init.rooms.get(room)
    const { id } = await core.voice.say({ kind: 'charter', charter: readyCharter(charter, core.state.policy) })
    return { proposal: id }
  }

  #proposal (core: RoomCore, proposal: string): Proposal {
    const found = this.#read(core).proposals.find(each => each.proposal === proposal)
    if (found == null) {
      throw new UnknownMessageError('No such proposal is known in this room. Read charter.read for those that are.')
    }
    return found
  }

  async vote (room: string, proposal: string, choice: 'yes' | 'no' | 'abstain'): Promise<{ id: string }> {
    const { core } = this.#init.rooms.get(room)
    if (this.#proposal(core, proposal).tally.closed) {
      throw new InvalidParametersError('This vote is over. Propose it again with charter.propose.')
    }
    const { id } = await core.voice.say({ kind: 'vote', proposal: proposal as MessageId, choice })
    return { id }
  }

  tally (room: string, proposal: string): Tally {
    return this.#proposal(this.#init.rooms.get(room).core, proposal).tally
  }

  /** A charter or a ballot arrived, or a vote ended: what has passed is applied, by every member alike. */
  received (core: RoomCore): void {
    if (this.#stopped || core.closed) {
      return
    }
    const { founding, proposals } = this.#read(core)
    const { state } = core
    state.basePolicy ??= state.policy
    let policy = state.basePolicy
    let probationSince = 0
    for (const { charter, since } of [{ charter: founding, since: 0 }, ...proposals.filter(({ tally }) => tally.passed)]) {
      try {
        const before = policy.probation
        policy = charter == null ? policy : completePolicy({ ...policy, ...amendments(charter) })
        // who came by an invite has the amended policy already, and learns only here since when
        if (since != null && since > 0 && charter?.policy.probation != null && (policy.probation !== before || probationSince === 0)) {
          probationSince = since
        }
      } catch {
        // a later version's policy: its other parts stand
      }
    }
    const policyChanged = JSON.stringify(policy) !== JSON.stringify(state.policy)
    if (policyChanged || probationSince !== (state.probationSince ?? 0)) {
      const before = state.policy
      state.probationSince = probationSince
      state.policy = policy
      core.keeper.save()
      if (policyChanged) {
        core.policyChanged(before)
        this.#init.emit({ type: 'room', room: core.id, policy })
      }
    }
    const now = this.#init.now()
    const next = Math.min(...proposals.filter(({ tally }) => !tally.closed).map(({ tally }) => tally.closes))
    clearTimeout(this.#timers.get(core.id))
    this.#timers.delete(core.id)
    if (Number.isFinite(next)) {
      const timer = setTimeout(() => {
        this.received(core)
        this.#init.emit({ type: 'room', room: core.id, charter: true })
      }, Math.min(MAX_TIMER_MS, Math.max(10, next - now + 10)))
      this.#timers.set(core.id, timer)
    }
  }

  stop (): void {
    this.#stopped = true
    this.#timers.forEach(timer => { clearTimeout(timer) })
  }
}

/** When a charter came into force: with the last ballot that decided it, or when the vote was over. */
function passedAt ({ yes, eligible, closes }: Tally, ballots: Ballot[]): number {
  return yes * 2 > eligible ? ballots.reduce((last, { time }) => time > closes ? last : Math.max(last, time), 0) : closes
}

/** Epochs cannot be voted on: they are what keys are derived by. */
function amendments (charter: CharterContent): Record<string, unknown> {
  const { epoch, ...policy } = charter.policy
  return policy
}

/**
 * A charter that can come into force in a room of this policy.
 *
 * @throws {InvalidParametersError} when it is none, or the amended policy would be none
 */
export function readyCharter (charter: unknown, policy: Policy): Uint8Array {
  const bytes = encodeCharter(charter)
  const { policy: amendment } = decodeCharter(bytes) as CharterContent
  if ('epoch' in amendment) {
    throw new InvalidParametersError('charter.policy.epoch cannot be changed in a room; open a new one.')
  }
  completePolicy({ ...policy, ...amendment })
  checkedPolicy(amendment)
  return bytes
}
