import { epochKeyFromSecret, epochKeys, nextEpochKey } from '../crypto/index.ts'
import type { EpochKeys } from '../crypto/index.ts'

export interface KeyTailInit {
  /** K(epoch), 32 bytes: the key with which this device left */
  key: Uint8Array
  epoch: number
  /** room secret S, open rooms only */
  secret?: Uint8Array
}

/**
 * Keys of the epochs that passed while a device was away, for what a keeper kept for it. Nothing
 * before the key it left with can be had; when it has caught up, the tail is destroyed.
 */
export class KeyTail {
  readonly #init: KeyTailInit
  #at: { epoch: number, key: Uint8Array }

  constructor (init: KeyTailInit) {
    this.#init = { ...init, key: new Uint8Array(init.key), secret: init.secret?.slice() }
    this.#at = { epoch: init.epoch, key: new Uint8Array(init.key) }
  }

  /** Keys of an epoch up to `last`; undefined for one before this device left, or after `last`. */
  keysOf (epoch: number, last: number): EpochKeys | undefined {
    if (!Number.isSafeInteger(epoch) || epoch < this.#init.epoch || epoch > last) {
      return undefined
    }
    const { secret } = this.#init
    if (secret != null) {
      return epochKeys(epochKeyFromSecret(secret, epoch))
    }
    if (epoch < this.#at.epoch) {
      this.#move({ epoch: this.#init.epoch, key: this.#init.key.slice() })
    }
    while (this.#at.epoch < epoch) {
      this.#move({ epoch: this.#at.epoch + 1, key: nextEpochKey(this.#at.key, this.#at.epoch) })
    }
    return epochKeys(this.#at.key)
  }

  #move (to: { epoch: number, key: Uint8Array }): void {
    this.#at.key.fill(0)
    this.#at = to
  }

  destroy (): void {
    this.#init.key.fill(0)
    this.#init.secret?.fill(0)
    this.#at.key.fill(0)
  }
}
