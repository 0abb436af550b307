import { probationWait } from '../room/index.ts'
import type { RoomState } from './room-state.ts'
import type { Arrival } from '../room/probation.ts'
import type { Roster } from '../room/roster.ts'
import type { MessageBody, PersonaId, SignedMessage } from '../wire/index.ts'

/** So long after we came into a room, its members' first words are still news to us alone. */
export const SETTLING_MS = 600_000

/** Since when who is here: a hello's date is its author's word, so each member remembers when it first heard of whom. */
export class Arrivals {
  readonly #state: RoomState
  readonly #roster: Roster
  readonly #now: () => number

  constructor ({ state, roster, now }: { state: RoomState, roster: Roster, now(): number }) {
    this.#state = state
    this.#roster = roster
    this.#now = now
  }

  /** A hello is taken in: from the store, from a member, or live. Returns when we first heard of it, ms. */
  note (hello: SignedMessage, stored: boolean): number {
    const { joined, policy, newcomers = {} } = this.#state
    const now = this.#now()
    if (stored) {
      return newcomers[hello.author] ?? hello.time
    }
    // what was said before we came was said to others: for a while we take their history at its word
    if (hello.time < joined && now - joined < SETTLING_MS) {
      return hello.time
    }
    if (policy.probation > 0) {
      // as many as a room has personas, at most
      const recent = Object.entries(newcomers).filter(([, known]) => known + policy.probation > now)
      this.#state.newcomers = Object.fromEntries([...recent, [hello.author, now]])
    }
    return now
  }

  of (persona: PersonaId): Arrival | undefined {
    const member = this.#roster.get(persona)
    return member == null ? undefined : { said: member.hello.time, known: member.known }
  }

  /** ms until a newcomer may say this; the founder is none. */
  probationWait (persona: PersonaId, body: MessageBody, time: number): number {
    const { founder, policy: { probation }, probationSince: since } = this.#state
    return probation === 0 || persona === founder ? 0 : probationWait({ probation, since }, body, this.of(persona), time, this.#now())
  }
}
