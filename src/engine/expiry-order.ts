/** Entries of what is gone by now that may lie in the order beside as many living ones. */
const MAX_STALE = 1_024

export interface ExpiryOrderInit<T> {
  /** whether an entry is of something that is still here */
  holds (item: T): boolean
  /** how many are here */
  living (): number
}

/**
 * What will be over, the first to be so at the front: a binary heap (Williams 1964), so that neither
 * what comes nor what is over costs a look at all the rest.
 */
export class ExpiryOrder<T> {
  readonly #init: ExpiryOrderInit<T>
  // apart: numbers lie in an array of their own without an object each
  #times: number[] = []
  #items: T[] = []

  constructor (init: ExpiryOrderInit<T>) {
    this.#init = init
  }

  get size (): number { return this.#items.length }
  /** when the first is over, ms since 1970; Infinity: never */
  get next (): number { return this.#times[0] ?? Infinity }

  /** @param time - ms since 1970; undefined: it does not end by time */
  add (item: T, time: number | undefined): void {
    if (time == null) {
      return
    }
    if (this.size >= 2 * this.#init.living() + MAX_STALE) {
      this.#sweep()
    }
    let at = this.size
    for (let parent = (at - 1) >> 1; at > 0 && this.#times[parent] > time; parent = (at - 1) >> 1) {
      this.#put(at, this.#items[parent], this.#times[parent])
      at = parent
    }
    this.#put(at, item, time)
  }

  /** Takes out all that is over at `now`. */
  take (now: number): T[] {
    const due: T[] = []
    while (this.next <= now) {
      due.push(this.#items[0])
      const time = this.#times.pop() as number
      const item = this.#items.pop() as T
      this.size > 0 && this.#sink(item, time)
    }
    return due
  }

  clear (): void {
    this.#times = []
    this.#items = []
  }

  #put (at: number, item: T, time: number): void {
    this.#items[at] = item
    this.#times[at] = time
  }

  /** From the front to where it belongs. */
  #sink (item: T, time: number): void {
    let at = 0
    for (let child = 1; child < this.size; child = 2 * at + 1) {
      if (this.#times[child + 1] < this.#times[child]) {
        child++
      }
      if (time <= this.#times[child]) {
        break
      }
      this.#put(at, this.#items[child], this.#times[child])
      at = child
    }
    this.#put(at, item, time)
  }

  /** Without what went before its time. */
  #sweep (): void {
    const [items, times] = [this.#items, this.#times]
    this.clear()
    // ascending is a heap already, and nothing is moved
    items.map((_, i) => i).filter(i => this.#init.holds(items[i])).sort((a, b) => times[a] - times[b]).forEach((i, at) => { this.#put(at, items[i], times[i]) })
  }
}
