const GUESS = 64

/** How tall each message is, as far as it has been on the screen; a guess for the others. */
export class Sizes {
  readonly #known = new Map<string, number>()
  #sum = 0
  #guessedFrom = 0
  /** what the others are taken for: their average, found anew whenever twice as many are known, so that what is far away does not move with each message */
  guessed = GUESS
  /** changes whenever a size does */
  version = 0

  /** Sizes under another width or text size say nothing. */
  clear (): void {
    this.#known.clear()
    this.#sum = 0
    this.#guessedFrom = 0
    this.version++
  }

  set (id: string, size: number): void {
    const before = this.#known.get(id)
    if (before == null || Math.abs(before - size) > 0.5) {
      this.#known.set(id, size)
      this.#sum += size - (before ?? 0)
      this.version++
    }
  }

  /** To be called when what is on the screen was measured. */
  guess (): void {
    if (this.#known.size >= 2 * this.#guessedFrom && this.#known.size > 0) {
      this.guessed = this.#sum / this.#known.size
      this.#guessedFrom = this.#known.size
    }
  }

  /** Where each of these begins, and after the last where all end. */
  offsets (ids: ArrayLike<{ id: string }>): Float64Array {
    const offsets = new Float64Array(ids.length + 1)
    for (let i = 0; i < ids.length; i++) {
      offsets[i + 1] = offsets[i] + (this.#known.get(ids[i].id) ?? this.guessed)
    }
    return offsets
  }
}

/** The last index whose offset is not beyond `position`. */
export function indexAt (offsets: Float64Array, position: number): number {
  let low = 0
  let high = offsets.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (offsets[middle] <= position) {
      low = middle
    } else {
      high = middle - 1
    }
  }
  return low
}
