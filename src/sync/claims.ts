import type { AbortOptions } from '@libp2p/interface'

/** A member that sent nothing for so long loses its claim: others may be asked for the same. */
export const STALL_MS = 3_000

export interface Claim {
  /** something arrived */
  progress (): void
  release (): void
}

/** What is being fetched from some member now, so that no other is asked for the same. */
export class Claims {
  readonly #now: () => number
  readonly #claims = new Map<string, { at: number }>()
  #waiting: Array<() => void> = []

  constructor (now: () => number) {
    this.#now = now
  }

  has (key: string): boolean {
    const claim = this.#claims.get(key)
    return claim != null && this.#now() - claim.at < STALL_MS
  }

  take (keys: string[]): Claim {
    const claim = { at: this.#now() }
    keys.forEach(key => { this.#claims.set(key, claim) })
    return {
      progress: () => { claim.at = this.#now() },
      release: () => {
        for (const key of keys) {
          // it may be somebody else's by now
          if (this.#claims.get(key) === claim) {
            this.#claims.delete(key)
          }
        }
        const waiting = this.#waiting
        this.#waiting = []
        waiting.forEach(wake => { wake() })
      }
    }
  }

  /** Resolves when a claim was released, or when one may have stalled. */
  async change ({ signal }: AbortOptions): Promise<void> {
    signal?.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        done()
        reject(signal?.reason)
      }
      const done = (): void => {
        clearTimeout(timer)
        this.#waiting = this.#waiting.filter(each => each !== wake)
        signal?.removeEventListener('abort', onAbort)
      }
      const wake = (): void => {
        done()
        resolve()
      }
      const timer = setTimeout(wake, STALL_MS)
      this.#waiting.push(wake)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }
}
