import { sha256 } from '../crypto/hash.ts'
import { fromHex } from '../crypto/hex.ts'

/** Length of an item's ID, bytes. */
export const ID_LENGTH = 32

/** Length of a range's fingerprint, bytes (negentropy v1, "Fingerprint Algorithm"). */
export const FINGERPRINT_LENGTH = 16

/** Timestamps above this cannot be told apart in a double; negentropy's own range is 64 bits. */
export const MAX_TIMESTAMP = Number.MAX_SAFE_INTEGER

const WORDS = 8

const READ_AT_ONCE = 1_024

/** One of what members compare: ms, and an ID as 64 hex digits. */
export interface Item { readonly time: number, readonly id: string }

/** A position in the (timestamp, ID) space; `time` may be Infinity, which lies after everything. */
export interface Bound {
  time: number
  /** 0 to 32 bytes; what is left out counts as zeros */
  prefix: Uint8Array
}

/**
 * A sealed, sorted set of (timestamp, 32-byte ID), kept in three typed arrays (72 bytes an item).
 * The third holds running sums of the IDs modulo 2^256, so that the fingerprint of any range costs
 * one subtraction and one hash, whatever the range's length.
 */
export class ItemSet {
  readonly size: number
  private readonly times: Float64Array
  private readonly ids: Uint8Array
  private readonly sums: Uint32Array

  constructor (items: Iterable<Item>) {
    const sorted = [...items]

    for (const { time, id } of sorted) {
      if (id.length !== 2 * ID_LENGTH || !Number.isSafeInteger(time) || time < 0) {
        throw new RangeError('An item needs an ID of 64 hex digits and a whole, non-negative time in ms.')
      }
    }

    for (let i = 1; i < sorted.length; i++) {
      if (compareItems(sorted[i - 1], sorted[i]) > 0) {
        sorted.sort(compareItems)
        break
      }
    }

    const unique = sorted.filter((item, i) => i === 0 || compareItems(sorted[i - 1], item) !== 0)

    this.size = unique.length
    this.times = new Float64Array(this.size)
    this.ids = new Uint8Array(this.size * ID_LENGTH)
    this.sums = new Uint32Array((this.size + 1) * WORDS)

    // many at once: an array for each would take longer than all the rest
    for (let i = 0; i < this.size; i += READ_AT_ONCE) {
      this.ids.set(fromHex(unique.slice(i, i + READ_AT_ONCE).map(({ id }) => id).join('')), i * ID_LENGTH)
    }

    for (let i = 0; i < this.size; i++) {
      this.times[i] = unique[i].time
      this.addToSum(i)
    }
  }

  time (index: number): number {
    return this.times[index]
  }

  /** A view, not a copy. */
  id (index: number): Uint8Array {
    return this.ids.subarray(index * ID_LENGTH, (index + 1) * ID_LENGTH)
  }

  /** The IDs of a range, back to back: a view, not a copy. */
  idRange (from: number, to: number): Uint8Array {
    return this.ids.subarray(from * ID_LENGTH, to * ID_LENGTH)
  }

  /** Index of the first item at or after `bound`, not before `from`. */
  lowerBound (bound: Bound, from = 0): number {
    let low = from
    let high = this.size

    while (low < high) {
      const middle = (low + high) >>> 1

      if (this.isBefore(middle, bound)) {
        low = middle + 1
      } else {
        high = middle
      }
    }

    return low
  }

  /** The first 16 bytes of SHA-256(sum of the IDs mod 2^256, little-endian ‖ varint(count)). */
  fingerprint (from: number, to: number): Uint8Array {
    const input = new Uint8Array(ID_LENGTH + 8)
    const view = new DataView(input.buffer)
    let borrow = 0

    for (let word = 0; word < WORDS; word++) {
      let difference = this.sums[to * WORDS + word] - this.sums[from * WORDS + word] - borrow
      borrow = difference < 0 ? 1 : 0

      if (borrow === 1) {
        difference += 0x1_0000_0000
      }

      view.setUint32(word * 4, difference, true)
    }

    const end = writeVarint(input, ID_LENGTH, to - from)

    return sha256(input.subarray(0, end)).subarray(0, FINGERPRINT_LENGTH)
  }

  /** The shortest bound that lies after item `index - 1` and not after item `index`. */
  boundBefore (index: number): Bound {
    const time = this.times[index]

    if (index === 0 || this.times[index - 1] !== time) {
      return { time, prefix: new Uint8Array(0) }
    }

    const before = this.id(index - 1)
    const at = this.id(index)
    let shared = 0

    while (shared < ID_LENGTH - 1 && before[shared] === at[shared]) {
      shared++
    }

    return { time, prefix: at.subarray(0, shared + 1) }
  }

  private isBefore (index: number, bound: Bound): boolean {
    const time = this.times[index]

    if (time !== bound.time) {
      return time < bound.time
    }

    const offset = index * ID_LENGTH

    for (let i = 0; i < bound.prefix.byteLength; i++) {
      const difference = this.ids[offset + i] - bound.prefix[i]

      if (difference !== 0) {
        return difference < 0
      }
    }

    return false
  }

  private addToSum (index: number): void {
    let carry = 0

    for (let word = 0; word < WORDS; word++) {
      const at = index * ID_LENGTH + word * 4
      const value = (this.ids[at] | this.ids[at + 1] << 8 | this.ids[at + 2] << 16 | this.ids[at + 3] << 24) >>> 0
      const sum = this.sums[index * WORDS + word] + value + carry
      carry = sum > 0xffff_ffff ? 1 : 0
      this.sums[(index + 1) * WORDS + word] = sum
    }
  }
}

/** Ascending by time, then ID. */
export function compareItems (a: Item, b: Item): number {
  return a.time - b.time || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

/** Base 128, most significant digit first (negentropy v1, "Varint"). Returns the offset after it. */
export function writeVarint (target: Uint8Array, offset: number, value: number): number {
  let digits = 1

  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    digits++
  }

  let rest = value

  for (let i = digits - 1; i >= 0; i--) {
    target[offset + i] = (rest % 128) | (i === digits - 1 ? 0 : 0x80)
    rest = Math.floor(rest / 128)
  }

  return offset + digits
}
