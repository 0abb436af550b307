import { epochAt, epochKeyFromSecret, roomSecretFromName } from '../crypto/index.ts'
import { CLOCK_SKEW_MS } from '../room/index.ts'
import type { AbortOptions } from '@libp2p/interface'

/** What nobody joined with in this time is forgotten. */
export const AHEAD_LIFETIME_MS = 60_000

/** What an open room begins with. */
export interface OpenKeys {
  secret: Uint8Array
  epoch: number
  /** K(epoch) */
  key: Uint8Array
}

export interface SecretAheadInit {
  now (): number
  derive? (name: string, passphrase: string | undefined, epochLengthMs: number, options: AbortOptions): Promise<Uint8Array>
}

/**
 * The secret of the open room whose name somebody is typing, derived before they press the button:
 * Argon2 and the way to the epoch of now take about half a second in a page. Of one room at most, and
 * in memory only.
 */
export class SecretAhead {
  readonly #init: SecretAheadInit
  #begun?: { what: string, keys: Promise<OpenKeys>, stop: AbortController, timer: ReturnType<typeof setTimeout> }

  constructor (init: SecretAheadInit) {
    this.#init = init
  }

  /** What was begun for another name stops and is forgotten; an empty name only does that. */
  begin (name: string, passphrase: string | undefined, epochLengthMs: number): void {
    const what = JSON.stringify([name, passphrase ?? '', epochLengthMs])
    if (this.#begun?.what === what) {
      return
    }
    this.stop()
    if (name !== '') {
      const stop = new AbortController()
      const keys = this.#derive(name, passphrase, epochLengthMs, { signal: stop.signal })
      // whoever joins is told
      keys.catch(() => {})
      this.#begun = { what, keys, stop, timer: setTimeout(() => { this.stop() }, AHEAD_LIFETIME_MS) }
    }
  }

  /** The keys, begun before or now; they are the caller's from now on. */
  async take (name: string, passphrase: string | undefined, epochLengthMs: number, options: AbortOptions = {}): Promise<OpenKeys> {
    const begun = this.#begun
    if (begun?.what !== JSON.stringify([name, passphrase ?? '', epochLengthMs])) {
      this.stop()
      return this.#derive(name, passphrase, epochLengthMs, options)
    }
    this.#begun = undefined
    clearTimeout(begun.timer)
    const keys = await begun.keys
    options.signal?.throwIfAborted()
    const epoch = this.#epoch(epochLengthMs)
    return epoch === keys.epoch ? keys : { secret: keys.secret, epoch, key: epochKeyFromSecret(keys.secret, epoch) }
  }

  #epoch (epochLengthMs: number): number { return epochAt(this.#init.now() - CLOCK_SKEW_MS, epochLengthMs) }

  async #derive (name: string, passphrase: string | undefined, epochLengthMs: number, options: AbortOptions): Promise<OpenKeys> {
    const secret = await (this.#init.derive ?? roomSecretFromName)(name, passphrase, epochLengthMs, options)
    if (options.signal?.aborted === true) {
      secret.fill(0)
      throw options.signal.reason
    }
    const epoch = this.#epoch(epochLengthMs)
    return { secret, epoch, key: epochKeyFromSecret(secret, epoch) }
  }

  stop (): void {
    const begun = this.#begun
    this.#begun = undefined
    clearTimeout(begun?.timer)
    begun?.stop.abort()
    begun?.keys.then(({ secret, key }) => {
      secret.fill(0)
      key.fill(0)
    }, () => {})
  }
}
