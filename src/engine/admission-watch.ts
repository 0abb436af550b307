import { BoundedSet } from '../network/limits.ts'
import type { UndertoneEvent } from './api.ts'
import type { RoomCore } from './room-core.ts'
import type { AdmissionClaim } from '../room/index.ts'
import type { MessageId, PersonaId } from '../wire/index.ts'

/** Invites of ours that were used too often and have been told about; whoever holds one can make any number of personas. */
export const MAX_TOLD = 1_024
/** Members whose answer is remembered; more than are connected at once. */
const MAX_PEERS = 256
/** Members that lack our hello although they were given it: two, or all there are when there is only one. */
const ENOUGH = 2
/** When to ask again, ms, while it is open whether we are in. */
const ASK_AGAIN_MS = [500, 2_000, 8_000]

export interface AdmissionWatchInit {
  core: RoomCore
  /** compares with all members that are connected now */
  compare (): void
  later (ms: number, run: () => void): void
  emit (event: Omit<UndertoneEvent, 'room'>): void
}

/**
 * An invite that lets in one person can be held by two. Members take the first hello they hear of
 * and nothing from the other, and nobody tells it: it sees for itself that somebody else came by
 * its invite, and that members lack its hello after they were given it. The inviter and the founder
 * are told, because whoever was left out still holds the epoch's key and can read.
 */
export class AdmissionWatch {
  readonly #init: AdmissionWatchInit
  readonly #told = new BoundedSet<string>({ max: MAX_TOLD })
  readonly #offered = new BoundedSet<string>({ max: MAX_PEERS })
  readonly #given = new BoundedSet<string>({ max: MAX_PEERS })
  readonly #lacking = new BoundedSet<string>({ max: MAX_PEERS })
  readonly #holding = new BoundedSet<string>({ max: MAX_PEERS })
  /** somebody else came by the invite that we came by */
  #contested = false

  constructor (init: AdmissionWatchInit) {
    this.#init = init
    init.core.onUsedUp = (persona, claim) => { this.#usedUp(persona, claim) }
  }

  #usedUp (persona: PersonaId, { branch, issuer, uses }: AdmissionClaim): void {
    const { core, emit } = this.#init
    if (persona === core.self) {
      // we heard of the other one before we had said a word
      this.#conclude(true)
    } else if (branch === core.roster.get(core.self)?.branch && !this.#contested) {
      this.#contested = true
      this.#ask()
    }
    if ((core.isSelf(issuer) || core.isSelf(core.state.founder ?? '')) && this.#told.add(branch)) {
      emit({ type: 'room', overused: { branch, uses, persona } })
    }
  }

  #ask (): void {
    this.#init.compare()
    ASK_AGAIN_MS.forEach(ms => { this.#init.later(ms, () => { this.#open && this.#init.compare() }) })
  }

  get #open (): boolean { return this.#contested && !this.#init.core.voice.refused && this.#holding.size <= this.#lacking.size }

  /** What a comparison said of a member. */
  compared (peer: string, lacks: (id: MessageId) => boolean): void {
    const { core } = this.#init
    const hello = this.#contested ? core.roster.helloOf(core.self) : undefined
    if (hello == null) {
      return
    }
    if (!lacks(hello)) {
      this.#lacking.delete(peer)
      this.#holding.add(peer)
    } else if (this.#given.has(peer)) {
      this.#holding.delete(peer)
      this.#lacking.add(peer)
    } else {
      this.#offered.add(peer)
    }
    this.#judge()
  }

  /** The comparison came to its end: what it lacked, it was given. */
  completed (peer: string): void {
    this.#offered.delete(peer) && this.#given.add(peer)
  }

  left (peer: string): void {
    [this.#offered, this.#given, this.#lacking, this.#holding].forEach(peers => { peers.delete(peer) })
  }

  #judge (): void {
    const enough = Math.min(ENOUGH, this.#init.core.compartment?.members().length ?? ENOUGH)
    this.#conclude(this.#lacking.size >= Math.max(1, enough) && this.#lacking.size > this.#holding.size)
  }

  #conclude (refused: boolean): void {
    const { core, emit } = this.#init
    if (refused !== core.voice.refused) {
      refused ? core.voice.refuse() : core.voice.refused = false
      emit({ type: 'status', admitted: !refused })
    }
  }

  /** Another persona, by another invite. */
  reset (): void {
    this.#contested = false
    this.#init.core.voice.refused = false
    ;[this.#offered, this.#given, this.#lacking, this.#holding].forEach(peers => { peers.clear() })
  }
}
