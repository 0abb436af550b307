import { epochKeyFromSecret, epochKeys, nextEpochKey } from '../crypto/index.ts'
import { walkKey } from './key-walk.ts'
import type { EpochKeys } from '../crypto/index.ts'
import type { AbortOptions } from '@libp2p/interface'

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
  #destroyed = false

  constructor (init: KeyTailInit) {
    this.#init = { ...init, key: new Uint8Array(init.key), secret: init.secret?.slice() }
    this.#at = { epoch: init.epoch, key: new Uint8Array(init.key) }
  }

  /** Goes the way to an epoch, so that `keysOf` finds it near; nothing stands still meanwhile. */
  async toward (epoch: number, last: number, options: AbortOptions): Promise<void> {
    if (this.#init.secret != null || !Number.isSafeInteger(epoch) || epoch < this.#init.epoch || epoch > last) {
      return
    }
    const from = epoch < this.#at.epoch ? this.#init : this.#at
    const key = await walkKey(from.key, from.epoch, epoch, options)
    if (this.#destroyed) {
      key.fill(0)
    } else {
      this.#move({ epoch, key })
    }
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
    this.#destroyed = true
    this.#init.key.fill(0)
    this.#init.secret?.fill(0)
    this.#at.key.fill(0)
  }
}
