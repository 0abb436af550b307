import type { AbortOptions } from '@libp2p/interface'

interface PendingCall { resolve (result: any): void, reject (error: Error): void }

/** Calls that wait for their reply, by ID. */
export class PendingCalls {
  readonly #calls = new Map<number, PendingCall>()
  #next = 1

  /**
   * Resolves with the reply.
   *
   * @param send - gives the request away under the call's ID
   */
  async begin (send: (id: number) => void, { signal }: AbortOptions = {}): Promise<any> {
    signal?.throwIfAborted()
    const id = this.#next++
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#calls.delete(id)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      const done = (): void => { signal?.removeEventListener('abort', onAbort) }
      this.#calls.set(id, {
        resolve: value => { done(); resolve(value) },
        reject: error => { done(); reject(error) }
      })
      send(id)
    })
  }

  /** Whose reply came; undefined when nobody waits for it. */
  take (id: any): PendingCall | undefined {
    const call = this.#calls.get(id)
    this.#calls.delete(id)
    return call
  }

  /** No reply comes any more: whoever waits is told. */
  end (why: () => Error): void {
    for (const { reject } of this.#calls.values()) {
      reject(why())
    }
    this.#calls.clear()
  }
}
