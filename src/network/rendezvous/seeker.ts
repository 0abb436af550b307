import type { Rendezvous } from './rendezvous.ts'

/** Look-ups while nobody is here: soon, then less and less often. */
const FIRST_DELAY_MS = 200
const MAX_ALONE_MS = 30_000
/** Look-ups and announcements while somebody is: enough to mend a split and to outlive a record. */
const CONNECTED_MS = 120_000

export interface SeekerInit {
  rendezvous: Rendezvous
  /** members connected now */
  members (): number
  /** false while it has no server to ask */
  ready (): boolean
  log (message: string): void
}

/** Keeps a room's hosts findable and looks for the others, at a pace that depends on being alone. */
export class Seeker {
  readonly #init: SeekerInit
  #timer?: ReturnType<typeof setTimeout>
  #delay = FIRST_DELAY_MS
  #announcedAt = -Infinity
  #stopped = new AbortController()
  #busy = false
  #again = false

  constructor (init: SeekerInit) {
    this.#init = init
  }

  start (): void {
    this.#stopped = new AbortController()
    this.#turn()
  }

  stop (): void {
    this.#stopped.abort()
    clearTimeout(this.#timer)
  }

  /** Something changed: an epoch, an address, a DHT server appeared, the person asks. */
  refresh (announce: boolean): void {
    this.#delay = FIRST_DELAY_MS
    if (announce) {
      this.#announcedAt = -Infinity
    }
    if (this.#busy) {
      this.#again = true
    } else {
      this.#turn()
    }
  }

  #turn (): void {
    if (this.#stopped.signal.aborted) {
      return
    }
    clearTimeout(this.#timer)
    this.#busy = true
    this.#again = false
    this.#work().catch(error => { this.#init.log(`rendezvous: ${String(error)}`) }).finally(() => {
      this.#busy = false
      if (this.#stopped.signal.aborted) {
        return
      }
      if (this.#again) {
        this.#turn()
        return
      }
      const alone = this.#init.members() === 0
      this.#delay = alone ? Math.min(this.#delay * 2, MAX_ALONE_MS) : CONNECTED_MS
      // jittered: the members of a room must not all speak at once
      this.#timer = setTimeout(() => { this.#turn() }, this.#delay * (0.75 + Math.random() / 2))
    })
  }

  async #work (): Promise<void> {
    if (!this.#init.ready()) {
      return
    }
    const { signal } = this.#stopped
    const results = await Promise.allSettled([this.#init.rendezvous.find({ signal }), this.#announce(signal)])
    for (const result of results) {
      if (result.status === 'rejected') {
        this.#init.log(`rendezvous: ${String(result.reason)}`)
      }
    }
  }

  async #announce (signal: AbortSignal): Promise<void> {
    const at = performance.now()
    if (at - this.#announcedAt <= CONNECTED_MS * 0.7) {
      return
    }
    this.#announcedAt = at
    try {
      await this.#init.rendezvous.announce({ signal })
    } catch (error) {
      // unless it was asked for anew meanwhile
      if (this.#announcedAt === at) {
        this.#announcedAt = -Infinity
      }
      throw error
    }
  }
}
