import { prefixOf } from './gossip-id.ts'
import type { EnvelopeKey } from './gossip-id.ts'

/**
 * Mean of the exponential part, ms. Dandelion++ §5: k (k - 1) δ / (2 · -ln(1 - ε)), so that with
 * probability 1 - ε nobody's timer runs out before the stem of k = 4 hops of δ = 80 ms has ended; ε = 0.1.
 */
export const EMBARGO_MEAN_MS = 4_500

/** Nobody's timer is shorter: gossip needs a moment to come back. */
export const EMBARGO_MIN_MS = 750

export const MAX_HELD = 4_096
export const MAX_HELD_BYTES = 16 * 1024 * 1024

export interface Timers {
  set (act: () => void, ms: number): unknown
  clear (timer: any): void
}

export const systemTimers: Timers = {
  set: (act, ms) => setTimeout(act, ms),
  clear: timer => { clearTimeout(timer) }
}

/** An envelope on its stem, as one node of the stem knows it. */
export interface Held {
  readonly envelope: Uint8Array
  readonly epoch: number
  /** who brought it; null: it is our own */
  readonly from: string | null
  /** the successor it was given to */
  to?: string
  /** times it has come (back) to us */
  sights: number
  /** drawn before anything happens, so that authors and relayers treat a loop alike */
  readonly endsLoop: boolean
}

export interface EmbargoInit {
  random (): number
  timers?: Timers
  meanMs?: number
  minMs?: number
  max?: number
  maxBytes?: number
  /** gossip has brought it: nothing more to do */
  seen (envelope: Uint8Array): boolean
  /** time is up (or room is), and gossip has not brought it */
  onDue (held: Held): void
}

/**
 * The fail-safe of the stem: whoever holds an envelope gossips it itself when gossip has not brought
 * it in time. Bounded in number and bytes; what has no place is due at once.
 */
export class Embargo {
  readonly #init: EmbargoInit
  readonly #timers: Timers
  readonly #held = new Map<EnvelopeKey, Held & { timer: unknown }>()
  #bytes = 0

  constructor (init: EmbargoInit) {
    this.#init = init
    this.#timers = init.timers ?? systemTimers
  }

  get size (): number { return this.#held.size }
  get bytes (): number { return this.#bytes }

  get (envelope: Uint8Array): Held | undefined { return this.#held.get(prefixOf(envelope)) }
  has (envelope: Uint8Array): boolean { return this.#held.has(prefixOf(envelope)) }

  hold (envelope: Uint8Array, epoch: number, from: string | null): Held {
    const key = prefixOf(envelope)
    const { random, meanMs = EMBARGO_MEAN_MS, minMs = EMBARGO_MIN_MS } = this.#init
    // 1 - random() is never 0
    const ms = minMs - meanMs * Math.log(1 - random())
    const held = { envelope, epoch, from, sights: 1, endsLoop: random() < 0.5, timer: this.#timers.set(() => { this.#due(key) }, ms) }
    this.#remove(key)
    this.#held.set(key, held)
    this.#bytes += envelope.byteLength
    while (this.#held.size > (this.#init.max ?? MAX_HELD) || this.#bytes > (this.#init.maxBytes ?? MAX_HELD_BYTES)) {
      this.#due(this.#held.keys().next().value as EnvelopeKey)
    }
    return held
  }

  /** It has been gossiped, or was no envelope of this room. */
  release (envelope: Uint8Array): void { this.#remove(prefixOf(envelope)) }

  /** What a peer was given and gossip has not brought yet. */
  givenTo (peer: string): Held[] {
    return [...this.#held.values()].filter(held => held.to === peer && !this.#init.seen(held.envelope))
  }

  clear (): void {
    this.#held.forEach(({ timer }) => { this.#timers.clear(timer) })
    this.#held.clear()
    this.#bytes = 0
  }

  #due (key: EnvelopeKey): void {
    const held = this.#remove(key)
    if (held != null && !this.#init.seen(held.envelope)) {
      this.#init.onDue(held)
    }
  }

  #remove (key: EnvelopeKey): Held | undefined {
    const held = this.#held.get(key)
    if (held == null) {
      return undefined
    }
    this.#timers.clear(held.timer)
    this.#held.delete(key)
    this.#bytes -= held.envelope.byteLength
    return held
  }
}
