import { epochAt, epochKeys, nextEpochKey, epochKeyFromSecret, advance } from '../crypto/index.ts'
import type { EpochKeys } from '../crypto/index.ts'

/** How far clocks may be apart, ms: epochs that overlap now ± this are accepted (DESIGN, "Clock skew"). */
export const CLOCK_SKEW_MS = 120_000

/** Bound on epochs accepted on each side of now: only rooms with epochs of seconds (tests) come near it. */
const MAX_EPOCHS_ASIDE = 64

export interface HeldEpoch {
  epoch: number
  keys: EpochKeys
  current: boolean
}

export interface KeyRingInit {
  /** epoch key K(epoch), 32 bytes */
  key: Uint8Array
  epoch: number
  epochLength: number
  /** room secret S, open rooms only: lets the chain pass its anchors */
  secret?: Uint8Array
}

/**
 * The epoch keys a member holds now. Moving forward destroys what lies behind the window, so that
 * a device seized today cannot open traffic recorded yesterday.
 */
export class KeyRing {
  readonly epochLength: number
  readonly #secret?: Uint8Array
  #oldest: number
  #keys: Uint8Array[]
  readonly #derived = new Map<number, EpochKeys>()

  constructor (init: KeyRingInit) {
    this.epochLength = init.epochLength
    this.#secret = init.secret
    this.#oldest = init.epoch
    this.#keys = [new Uint8Array(init.key)]
  }

  #range (now: number): [number, number, number] {
    const current = Math.max(epochAt(now, this.epochLength), this.#oldest)
    const first = Math.max(epochAt(now - CLOCK_SKEW_MS, this.epochLength), current - MAX_EPOCHS_ASIDE, this.#oldest)
    const last = Math.max(Math.min(epochAt(now + CLOCK_SKEW_MS, this.epochLength), current + MAX_EPOCHS_ASIDE), current)
    return [first, current, last]
  }

  /** Moves the window to `now` and returns what is accepted, ascending. Keys behind it are overwritten. */
  window (now: number): HeldEpoch[] {
    const [first, current, last] = this.#range(now)
    while (this.#oldest < first && this.#keys.length > 1) {
      this.#keys.shift()?.fill(0)
      this.#derived.delete(this.#oldest++)
    }
    if (this.#oldest < first) {
      // away for long: jump, without keeping what lies between
      const jumped = this.#secret != null ? epochKeyFromSecret(this.#secret, first) : advance(this.#keys[0], this.#oldest, first)
      this.#keys[0].fill(0)
      this.#derived.delete(this.#oldest)
      this.#keys = [jumped]
      this.#oldest = first
    }
    while (this.#oldest + this.#keys.length - 1 < last) {
      const newest = this.#oldest + this.#keys.length - 1
      this.#keys.push(nextEpochKey(this.#keys[this.#keys.length - 1], newest, this.#secret))
    }
    const held: HeldEpoch[] = []
    for (let epoch = first; epoch <= last; epoch++) {
      let keys = this.#derived.get(epoch)
      if (keys == null) {
        keys = epochKeys(this.#keys[epoch - this.#oldest])
        this.#derived.set(epoch, keys)
      }
      held.push({ epoch, keys, current: epoch === current })
    }
    return held
  }

  /** Keys of an accepted epoch, or undefined. */
  keysOf (epoch: number): EpochKeys | undefined {
    return this.#derived.get(epoch)
  }

  /** ms until the window changes: an epoch enters, becomes current, or leaves. */
  nextChange (now: number): number {
    const until = (time: number): number => this.epochLength - (((time % this.epochLength) + this.epochLength) % this.epochLength)
    return Math.min(until(now), until(now + CLOCK_SKEW_MS), until(now - CLOCK_SKEW_MS))
  }

  /** K(e) of the current epoch, for an invite made at `now`; a copy. */
  current (now: number): { epoch: number, key: Uint8Array } {
    const [, current] = this.#range(now)
    this.window(now)
    return { epoch: current, key: this.#keys[current - this.#oldest].slice() }
  }

  /** The oldest key held, to be stored; a copy. */
  oldest (): { epoch: number, key: Uint8Array } {
    return { epoch: this.#oldest, key: this.#keys[0].slice() }
  }

  get secret (): Uint8Array | undefined {
    return this.#secret
  }

  destroy (): void {
    this.#keys.forEach(key => key.fill(0))
    this.#secret?.fill(0)
    this.#derived.clear()
  }
}
