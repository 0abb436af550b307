/** Probability that a node ends the stems that reach it in an epoch: q (Dandelion++ §5). */
export const STEM_DIFFUSE_PROBABILITY = 0.25

/** Members an envelope passes before it is gossiped, on average: 1 / q. */
export const STEM_EXPECTED_HOPS = 1 / STEM_DIFFUSE_PROBABILITY

/** Outgoing edges of a node in the privacy graph (Dandelion++ §4.1). */
export const STEM_SUCCESSORS = 2

/** With fewer other members connected there is nobody to hide among: straight to gossip. */
export const STEM_MIN_MEMBERS = 3

/** Successors lost in one epoch before the rest of it goes straight to gossip. */
export const MAX_LOST_SUCCESSORS = 16

export interface StemRouteInit {
  /** proven members connected now */
  members (): string[]
  /** we dialled it: who floods us with connections is not thereby chosen */
  dialled (peer: string): boolean
  /** in [0, 1) */
  random (): number
  diffuseProbability?: number
}

/**
 * Where a node sends what stems bring, fixed for one epoch: a fresh random way per message gives its
 * author away in under ten messages (Dandelion++ §4.3).
 */
export class StemRoute {
  /** ends others' stems in this epoch; its own messages walk all the same */
  readonly diffuser: boolean
  readonly #init: StemRouteInit
  readonly #mapping = new Map<string, string>()
  readonly #lost = new Set<string>()
  #successors: string[] = []
  #own?: string

  constructor (init: StemRouteInit) {
    this.#init = init
    this.diffuser = init.random() < (init.diffuseProbability ?? STEM_DIFFUSE_PROBABILITY)
  }

  get successors (): readonly string[] { return this.#successors }

  /**
   * The successor for what came from a peer, or for own messages (`null`). Undefined: there is none,
   * the envelope is to be gossiped.
   */
  next (from: string | null): string | undefined {
    const members = this.#init.members()
    if (members.length < STEM_MIN_MEMBERS || this.#lost.size >= MAX_LOST_SUCCESSORS) {
      return undefined
    }
    this.#fill(members)
    if (from == null) {
      this.#own ??= this.#pick(this.#successors)
      return this.#own
    }
    let to = this.#mapping.get(from)
    if (to == null) {
      to = this.#pick(this.#successors.filter(peer => peer !== from))
      // bounded by the connections there are: a member that leaves is forgotten
      to != null && this.#mapping.set(from, to)
    }
    return to
  }

  /** A successor is gone or does not pass on: its place is taken by another one. */
  lose (peer: string): void {
    if (this.#successors.includes(peer)) {
      this.#lost.add(peer)
    }
    this.#successors = this.#successors.filter(each => each !== peer)
    this.#own = this.#own === peer ? undefined : this.#own
    for (const [from, to] of this.#mapping) {
      if (to === peer || from === peer) {
        this.#mapping.delete(from)
      }
    }
  }

  #fill (members: string[]): void {
    while (this.#successors.length < STEM_SUCCESSORS) {
      const free = members.filter(peer => !this.#lost.has(peer) && !this.#successors.includes(peer))
      const preferred = free.filter(peer => this.#init.dialled(peer))
      const chosen = this.#pick(preferred.length > 0 ? preferred : free)
      if (chosen == null) {
        return
      }
      this.#successors.push(chosen)
    }
  }

  #pick<T> (from: readonly T[]): T | undefined {
    return from[Math.floor(this.#init.random() * from.length)]
  }
}
