import { SyncProtocolError } from './errors.ts'
import { FINGERPRINT_LENGTH, ID_LENGTH, MAX_TIMESTAMP, writeVarint } from './item-set.ts'
import type { Bound } from './item-set.ts'

/** First byte of every message: version 1. */
export const PROTOCOL_VERSION = 0x61

export const MODE_SKIP = 0
export const MODE_FINGERPRINT = 1
export const MODE_ID_LIST = 2

/** Longest bound: 8-byte varint, 1-byte length, 32-byte prefix. */
const MAX_BOUND_LENGTH = 8 + 1 + ID_LENGTH

/** Varints of values up to 2^53 - 1 have at most 8 digits. */
const MAX_VARINT_LENGTH = 8

export type Range =
  | { bound: Bound, mode: typeof MODE_SKIP }
  | { bound: Bound, mode: typeof MODE_FINGERPRINT, fingerprint: Uint8Array }
  | { bound: Bound, mode: typeof MODE_ID_LIST, ids: Uint8Array }

/** Writes one message; timestamps are offsets from the bound before. */
export class RangeWriter {
  private buffer = new Uint8Array(1024)
  private lastTime = 0
  length = 1

  constructor () {
    this.buffer[0] = PROTOCOL_VERSION
  }

  skip (bound: Bound): void {
    this.reserve(MAX_BOUND_LENGTH + 1)
    this.bound(bound)
    this.buffer[this.length++] = MODE_SKIP
  }

  fingerprint (bound: Bound, fingerprint: Uint8Array): void {
    this.reserve(MAX_BOUND_LENGTH + 1 + FINGERPRINT_LENGTH)
    this.bound(bound)
    this.buffer[this.length++] = MODE_FINGERPRINT
    this.bytes(fingerprint)
  }

  /** `ids`: whole IDs, back to back. */
  idList (bound: Bound, ids: Uint8Array): void {
    this.reserve(MAX_BOUND_LENGTH + 1 + MAX_VARINT_LENGTH + ids.byteLength)
    this.bound(bound)
    this.buffer[this.length++] = MODE_ID_LIST
    this.length = writeVarint(this.buffer, this.length, ids.byteLength / ID_LENGTH)
    this.bytes(ids)
  }

  finish (): Uint8Array {
    return this.buffer.slice(0, this.length)
  }

  private bound ({ time, prefix }: Bound): void {
    if (time === Infinity) {
      this.buffer[this.length++] = 0
    } else {
      this.length = writeVarint(this.buffer, this.length, 1 + time - this.lastTime)
      this.lastTime = time
    }

    this.buffer[this.length++] = prefix.byteLength
    this.bytes(prefix)
  }

  private bytes (bytes: Uint8Array): void {
    this.buffer.set(bytes, this.length)
    this.length += bytes.byteLength
  }

  private reserve (more: number): void {
    if (this.length + more > this.buffer.byteLength) {
      const larger = new Uint8Array(Math.max(this.buffer.byteLength * 2, this.length + more))
      larger.set(this.buffer)
      this.buffer = larger
    }
  }
}

/**
 * The ranges of one message, in order. Total: bytes in, ranges or SyncProtocolError out; bounds
 * never go backwards, nothing is allocated for a length that the message does not have.
 */
export function * readRanges (message: Uint8Array): Generator<Range> {
  const reader = new Reader(message)
  let last: Bound = { time: 0, prefix: new Uint8Array(0) }

  while (!reader.done) {
    const offset = reader.varint()
    let time = Infinity

    if (offset > 0) {
      time = last.time + offset - 1
    }

    if (last.time === Infinity || (time !== Infinity && time > MAX_TIMESTAMP)) {
      throw new SyncProtocolError('A reconciliation range lies outside of time.')
    }

    const length = reader.varint()

    if (length > ID_LENGTH) {
      throw new SyncProtocolError('A reconciliation bound is longer than an ID.')
    }

    const bound = { time, prefix: reader.bytes(length) }

    if (time === last.time && comparePrefixes(last.prefix, bound.prefix) > 0) {
      throw new SyncProtocolError('Reconciliation ranges are not in order.')
    }

    last = bound
    const mode = reader.varint()

    switch (mode) {
      case MODE_SKIP:
        yield { bound, mode }
        break
      case MODE_FINGERPRINT:
        yield { bound, mode, fingerprint: reader.bytes(FINGERPRINT_LENGTH) }
        break
      case MODE_ID_LIST:
        yield { bound, mode, ids: reader.bytes(reader.varint() * ID_LENGTH) }
        break
      default:
        throw new SyncProtocolError('A reconciliation range has an unknown mode.')
    }
  }
}

class Reader {
  private readonly source: Uint8Array
  private offset = 1

  constructor (source: Uint8Array) {
    this.source = source
  }

  get done (): boolean {
    return this.offset >= this.source.byteLength
  }

  varint (): number {
    let value = 0

    for (let digits = 0; digits < MAX_VARINT_LENGTH && this.offset < this.source.byteLength; digits++) {
      const byte = this.source[this.offset++]
      value = value * 128 + (byte & 0x7f)

      if (byte < 0x80) {
        if (value > MAX_TIMESTAMP) {
          break
        }

        return value
      }
    }

    throw new SyncProtocolError('A number in a reconciliation message is cut short or too large.')
  }

  bytes (length: number): Uint8Array {
    if (length > this.source.byteLength - this.offset) {
      throw new SyncProtocolError('A reconciliation message is cut short.')
    }

    const bytes = this.source.subarray(this.offset, this.offset + length)
    this.offset += length

    return bytes
  }
}

/** Prefixes are compared as if filled up with zeros. */
function comparePrefixes (a: Uint8Array, b: Uint8Array): number {
  const length = Math.max(a.byteLength, b.byteLength)

  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)

    if (difference !== 0) {
      return difference
    }
  }

  return 0
}
