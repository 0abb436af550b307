/** Milliseconds since any fixed point; injected so that tests never wait. */
export type Clock = () => number

export interface TokenBucketInit {
  /** most tokens it holds, and how many it starts with */
  capacity: number
  /** tokens that flow back per second */
  perSecond: number
  now?: Clock
}

/** A rate with a burst: take() says whether there is room for one more now. */
export class TokenBucket {
  readonly #capacity: number
  readonly #perMs: number
  readonly #now: Clock
  #tokens: number
  #at: number

  constructor (init: TokenBucketInit) {
    this.#capacity = init.capacity
    this.#perMs = init.perSecond / 1000
    this.#now = init.now ?? Date.now
    this.#tokens = init.capacity
    this.#at = this.#now()
  }

  /** Takes `count` tokens, or none at all and answers false. */
  take (count: number = 1): boolean {
    this.#refill()

    if (this.#tokens < count) {
      return false
    }

    this.#tokens -= count

    return true
  }

  /** Takes `count` tokens even where there are none, and answers for how many ms the taker must rest. */
  debit (count: number): number {
    this.#refill()
    this.#tokens -= count

    return this.#tokens >= 0 ? 0 : Math.ceil(-this.#tokens / this.#perMs)
  }

  #refill (): void {
    const now = this.#now()

    // a clock set back gives nothing and takes nothing
    if (now > this.#at) {
      this.#tokens = Math.min(this.#capacity, this.#tokens + (now - this.#at) * this.#perMs)
    }

    this.#at = now
  }
}

export interface BoundedMapInit<K, V> {
  /** most entries; the least recently used one goes first. Uses count once it is half full: before, nothing is about to go */
  max: number
  /** ms after which an entry is as good as absent (default: never) */
  ttl?: number
  now?: Clock
  /** told about every entry that leaves by age or for want of room, not about `delete` and `clear` */
  onEvict?(key: K, value: V): void
}

/** A map that cannot grow: least recently used entries leave when it is full, old ones when they are due. */
export class BoundedMap<K, V> {
  readonly #entries = new Map<K, { value: V, due: number }>()
  readonly #max: number
  readonly #ttl: number
  readonly #now: Clock
  readonly #onEvict?: (key: K, value: V) => void

  constructor (init: BoundedMapInit<K, V>) {
    this.#max = init.max
    this.#ttl = init.ttl ?? Infinity
    this.#now = init.now ?? Date.now
    this.#onEvict = init.onEvict
  }

  get size (): number {
    return this.#entries.size
  }

  get (key: K): V | undefined {
    const entry = this.#entries.get(key)

    if (entry == null) {
      return undefined
    }

    if (this.#ttl !== Infinity && entry.due <= this.#now()) {
      this.#evict(key, entry.value)
      return undefined
    }

    // re-inserting makes the map's own order the order of use, which matters when there is little room left, and costs more than all the rest
    if (this.#entries.size * 2 > this.#max) {
      this.#entries.delete(key)
      this.#entries.set(key, entry)
    }

    return entry.value
  }

  has (key: K): boolean {
    return this.get(key) !== undefined
  }

  set (key: K, value: V): void {
    this.#entries.delete(key)
    this.#sweep()

    if (this.#entries.size >= this.#max) {
      const oldest = this.#entries.entries().next().value

      if (oldest != null) {
        this.#evict(oldest[0], oldest[1].value)
      }
    }

    this.#entries.set(key, { value, due: this.#ttl === Infinity ? Infinity : this.#now() + this.#ttl })
  }

  delete (key: K): boolean {
    return this.#entries.delete(key)
  }

  clear (): void {
    this.#entries.clear()
  }

  * keys (): Generator<K> {
    yield * this.#entries.keys()
  }

  /** Two that are due for each one that comes: nobody asks for them again, and the map shrinks with what it is used for. */
  #sweep (): void {
    if (this.#ttl === Infinity) {
      return
    }
    const now = this.#now()
    let most = 2
    for (const [key, { value, due }] of this.#entries) {
      if (due > now || most-- === 0) {
        return
      }
      this.#evict(key, value)
    }
  }

  #evict (key: K, value: V): void {
    this.#entries.delete(key)
    this.#onEvict?.(key, value)
  }
}

/** A set with the bounds of {@link BoundedMap}. */
export class BoundedSet<K> {
  readonly #map: BoundedMap<K, true>

  constructor (init: BoundedMapInit<K, true>) {
    this.#map = new BoundedMap(init)
  }

  get size (): number {
    return this.#map.size
  }

  has (key: K): boolean {
    return this.#map.has(key)
  }

  /** Answers false when the key was there already. */
  add (key: K): boolean {
    if (this.#map.has(key)) {
      return false
    }

    this.#map.set(key, true)

    return true
  }

  delete (key: K): boolean {
    return this.#map.delete(key)
  }

  clear (): void {
    this.#map.clear()
  }
}
