/** Followed lists that are connected at once. Each has a host and peers of its own, so that nobody sees two of them from one peer ID. */
export const MAX_VISITED_LISTS = 8
/** Own lists that are connected at once: who follows one wants to find it. */
export const MAX_OPEN_LISTS = 16
/** How long a list is visited before another one has its turn, ms. */
export const VISIT_MS = 60_000

/** A list that can be connected and put to rest. */
export interface RotaList {
  readonly id: string
  /** time of the newest that is known of it, ms */
  newest (): number
  /** something said here has reached nobody yet */
  unheard (): boolean
  wake (): Promise<void>
  rest (): Promise<void>
}

/**
 * Lists take turns: at most `max` are connected at any time, those that are needed at once, the
 * others one after the other. What a list says meanwhile is compared at its next visit.
 */
export class ListRota {
  readonly #max: number
  readonly #visitMs: number
  readonly #log: (message: string) => void
  /** that was connected longest ago first */
  readonly #lists = new Map<string, RotaList>()
  /** that was needed longest ago first */
  readonly #awake = new Set<string>()
  #turn: Promise<void> = Promise.resolve()
  #timer?: ReturnType<typeof setTimeout>
  #began = false
  #stopped = false

  constructor ({ max, visitMs = VISIT_MS, log = () => {} }: { max: number, visitMs?: number, log?(message: string): void }) {
    this.#max = max
    this.#visitMs = visitMs
    this.#log = log
  }

  /** A list that was opened: connected at once, unless all are being opened. */
  async add (list: RotaList): Promise<void> {
    this.#lists.set(list.id, list)
    if (this.#began) {
      await this.call(list.id)
    }
  }

  /** All lists of before are here: the liveliest are connected first. */
  async begin (): Promise<void> {
    this.#began = true
    const lively = [...this.#lists.values()].sort((a, b) => b.newest() - a.newest()).slice(0, this.#max)
    await Promise.allSettled(lively.map(async ({ id }) => this.call(id)))
    this.#goOn()
  }

  /** This list is needed now. Resolves when it is connected. */
  async call (id: string): Promise<void> {
    const turn = this.#turn.then(async () => this.#connect(id))
    this.#turn = turn.catch(error => { this.#log(`list: ${String(error)}`) })
    await turn
  }

  remove (id: string): void {
    this.#lists.delete(id)
    this.#awake.delete(id)
  }

  stop (): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  /** After a wipe. */
  clear (): void {
    this.#lists.clear()
    this.#awake.clear()
  }

  async #connect (id: string): Promise<void> {
    const list = this.#lists.get(id)
    if (list == null || this.#stopped) {
      return
    }
    if (this.#awake.delete(id)) {
      this.#awake.add(id)
      return
    }
    // first one goes, then one comes: there are never more
    while (this.#awake.size >= this.#max) {
      await this.#rest()
    }
    this.#awake.add(id)
    try {
      await list.wake()
    } catch (error) {
      this.#awake.delete(id)
      throw error
    }
  }

  async #rest (): Promise<void> {
    const awake = [...this.#awake]
    const id = awake.find(each => this.#lists.get(each)?.unheard() === false) ?? awake[0]
    const list = this.#lists.get(id)
    this.#awake.delete(id)
    if (list != null) {
      this.#lists.delete(id)
      this.#lists.set(id, list)
      await list.rest()
    }
  }

  #goOn (): void {
    if (!this.#stopped) {
      this.#timer = setTimeout(() => {
        const next = [...this.#lists.keys()].find(id => !this.#awake.has(id))
        ;(next == null ? Promise.resolve() : this.call(next)).catch(() => {}).finally(() => { this.#goOn() })
      }, this.#visitMs / this.#max)
    }
  }
}
