import type { AbortOptions } from '@libp2p/interface'

/** Longest one comparison may take; the next one continues where it was cut. */
export const SYNC_TIMEOUT_MS = 120_000
const MAX_PARALLEL_SYNCS = 3
const RETRY_SYNC_MS = 1_000 // after a cut, then twice as much, and so on
const MAX_RETRY_MS = 30_000
/** Asked for again while it ran: what came meanwhile may be compared a moment later. */
const AGAIN_MS = 500

export interface ComparisonsInit {
  /** members connected now */
  members (): string[]
  /** compares with one of them, to the end */
  compare (peer: string, options: Required<AbortOptions>): Promise<void>
  failed (error: unknown, peer: string): void
  later (ms: number, run: () => void): void
}

/** With which members a room compares what it holds: each once at a time, few at once, and again where one was cut. */
export class Comparisons {
  readonly #init: ComparisonsInit
  readonly #waiting: string[] = []
  readonly #running = new Map<string, AbortController>()
  readonly #again = new Set<string>()
  /** how often in a row a comparison with a member was cut */
  readonly #cut = new Map<string, number>()

  constructor (init: ComparisonsInit) {
    this.#init = init
  }

  want (peer: string): void {
    if (this.#running.has(peer)) {
      this.#again.add(peer)
    } else if (!this.#waiting.includes(peer)) {
      this.#waiting.push(peer)
    }
    this.#next()
  }

  wantAll (): void { this.#init.members().forEach(peer => { this.want(peer) }) }

  wantAny (): void {
    const members = this.#init.members()
    if (members.length > 0) {
      this.want(members[Math.floor(Math.random() * members.length)])
    }
  }

  left (peer: string): void {
    this.#cut.delete(peer)
    this.#running.get(peer)?.abort(new Error('The member left.'))
  }

  /** Ends those that run, and forgets those that wait. */
  end (why: string): void {
    this.#waiting.length = 0
    this.#running.forEach(controller => { controller.abort(new Error(why)) })
  }

  #next (): void {
    while (this.#running.size < MAX_PARALLEL_SYNCS && this.#waiting.length > 0) {
      const peer = this.#waiting.shift() as string
      if (this.#init.members().includes(peer)) {
        this.#run(peer).catch(error => { this.#init.failed(error, peer) })
      }
    }
  }

  async #run (peer: string): Promise<void> {
    const controller = new AbortController()
    this.#running.set(peer, controller)
    try {
      await this.#init.compare(peer, { signal: AbortSignal.any([controller.signal, AbortSignal.timeout(SYNC_TIMEOUT_MS)]) })
      this.#cut.delete(peer)
    } catch (error) {
      this.#init.failed(error, peer)
      // a member with two connections has not left when the one that was used breaks
      if (!controller.signal.aborted && this.#init.members().includes(peer)) {
        const cuts = this.#cut.get(peer) ?? 0
        this.#cut.set(peer, cuts + 1)
        this.#init.later(Math.min(MAX_RETRY_MS, RETRY_SYNC_MS * 2 ** cuts), () => { this.want(peer) })
      }
    } finally {
      this.#running.delete(peer)
      if (this.#again.delete(peer)) {
        this.#init.later(AGAIN_MS, () => { this.want(peer) })
      }
      this.#next()
    }
  }
}
