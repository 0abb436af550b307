import { concat } from 'uint8arrays'

export type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** Pieces of any size as pieces of one size; the last one is marked and may be shorter. */
export async function * cut (source: Pieces, size: number): AsyncGenerator<{ bytes: Uint8Array, last: boolean }> {
  let frame = new Uint8Array(size)
  let filled = 0
  for await (const piece of source) {
    for (let at = 0; at < piece.length;) {
      if (filled === size) {
        yield { bytes: frame, last: false }
        frame = new Uint8Array(size)
        filled = 0
      }
      const part = piece.subarray(at, at + size - filled)
      frame.set(part, filled)
      filled += part.length
      at += part.length
    }
  }
  yield { bytes: frame.subarray(0, filled), last: true }
}

/** Bytes of a stream, so many at a time. Holds what was asked for and the piece it ended in. */
export class PieceReader {
  readonly #source: AsyncIterator<Uint8Array> | Iterator<Uint8Array>
  #left: Uint8Array = new Uint8Array()

  constructor (source: Pieces) {
    this.#source = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
  }

  /** Fewer only where the stream ends. What comes decides what is allocated, not what was announced. */
  async read (length: number): Promise<Uint8Array> {
    const parts = [this.#left]
    let have = this.#left.length
    while (have < length) {
      const { done, value } = await this.#source.next()
      if (done === true) {
        break
      }
      parts.push(value)
      have += value.length
    }
    const all = parts.length === 1 ? parts[0] : concat(parts)
    this.#left = all.subarray(length)
    return all.subarray(0, length)
  }

  async * rest (): AsyncGenerator<Uint8Array> {
    yield this.#left
    for (;;) {
      const { done, value } = await this.#source.next()
      if (done === true) {
        return
      }
      yield value
    }
  }

  /** Nothing more will be read: a file that is behind it is closed. */
  async end (): Promise<void> { await this.#source.return?.() }
}
