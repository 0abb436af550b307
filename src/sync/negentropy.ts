import { toHex, toHexEach } from '../crypto/hex.ts'
import { SyncProtocolError } from './errors.ts'
import { ID_LENGTH } from './item-set.ts'
import { MODE_FINGERPRINT, MODE_ID_LIST, MODE_SKIP, PROTOCOL_VERSION, RangeWriter, readRanges } from './negentropy-codec.ts'
import type { Bound, Item, ItemSet } from './item-set.ts'

/** Smallest frame limit that always makes progress, bytes; the reference implementations use the same. */
export const MIN_FRAME_LIMIT = 4096

/** Room kept in a limited frame for the fingerprint of what did not fit, bytes. */
const FRAME_RESERVE = 200

/** How the reference implementations split a range. */
const REFERENCE_BRANCHING = 16

const INFINITE: Bound = { time: Infinity, prefix: new Uint8Array(0) }

export interface NegentropyOptions {
  /** largest message to make, bytes; 0: no limit (default) */
  frameLimit?: number
  /** into how many parts a range that differs is split (default 16); smaller: less traffic, more turns */
  branching?: number
  /** ranges of fewer items than this are sent as lists of IDs (default 2 × branching) */
  leaf?: number
  /** into how many parts the whole is split at first (default: `branching`) */
  firstBranching?: number
  /** times, ascending, at which the first message is cut: no range spans one, so `from` says on which side an ID lies */
  cuts?: number[]
}

/** An ID that only the responder has. */
export interface Needed {
  /** 64 hex digits */
  id: string
  /** where the range that named it begins, ms: the item is no older */
  from: number
}

export interface Difference {
  /** the next message for the responder; absent: both know everything there is to know */
  next?: Uint8Array
  /** what only the initiator has */
  have: Item[]
  /** what only the responder has */
  need: Needed[]
}

/**
 * Range-based set reconciliation, Negentropy protocol version 1, both roles
 * (github.com/hoytech/negentropy, docs/negentropy-protocol-v1.md). The initiator learns the whole
 * difference; the responder keeps no state between messages.
 */
export class Negentropy {
  private readonly items: ItemSet
  private readonly frameLimit: number
  private readonly branching: number
  private readonly leaf: number
  private readonly firstBranching: number
  private readonly cuts: number[]

  constructor (items: ItemSet, options: NegentropyOptions = {}) {
    this.items = items
    this.frameLimit = options.frameLimit ?? 0
    this.branching = options.branching ?? REFERENCE_BRANCHING
    this.leaf = options.leaf ?? this.branching * 2
    this.firstBranching = options.firstBranching ?? this.branching
    this.cuts = options.cuts ?? []

    if (this.frameLimit !== 0 && this.frameLimit < MIN_FRAME_LIMIT) {
      throw new RangeError(`A frame limit is 0 or at least ${MIN_FRAME_LIMIT} bytes.`)
    }
  }

  /** The initiator's first message. */
  initiate (): Uint8Array {
    const writer = new RangeWriter()
    let lower = 0

    for (const time of this.cuts) {
      const bound = { time, prefix: new Uint8Array(0) }
      const upper = this.items.lowerBound(bound, lower)
      this.split(writer, lower, upper, bound, this.firstBranching)
      lower = upper
    }

    this.split(writer, lower, this.items.size, INFINITE, this.firstBranching)

    return writer.finish()
  }

  /** The responder's answer to any message. Throws SyncProtocolError. */
  respond (message: Uint8Array): Uint8Array {
    if (message.byteLength === 0) {
      throw new SyncProtocolError('A reconciliation message is empty.')
    }

    if (message[0] !== PROTOCOL_VERSION) {
      if (message[0] < 0x60 || message[0] > 0x6f) {
        throw new SyncProtocolError('This is not a reconciliation message.')
      }

      // the specification's answer to a newer version: the highest one spoken here
      return Uint8Array.of(PROTOCOL_VERSION)
    }

    return this.answer(message).finish()
  }

  /** The initiator's reading of an answer. Throws SyncProtocolError. */
  reconcile (message: Uint8Array): Difference {
    if (message[0] !== PROTOCOL_VERSION) {
      throw new SyncProtocolError('The other member speaks another version of reconciliation.')
    }

    const difference: Difference = { have: [], need: [] }
    const writer = this.answer(message, difference)

    if (writer.length > 1) {
      difference.next = writer.finish()
    }

    return difference
  }

  private answer (message: Uint8Array, difference?: Difference): RangeWriter {
    const writer = new RangeWriter()
    const limit = this.frameLimit === 0 ? Infinity : this.frameLimit - FRAME_RESERVE
    let previous: Bound = { time: 0, prefix: new Uint8Array(0) }
    let lower = 0
    let pendingSkip = false

    const flushSkip = (): void => {
      if (pendingSkip) {
        writer.skip(previous)
        pendingSkip = false
      }
    }

    for (const range of readRanges(message)) {
      // what one range can add: a split, never more than this
      if (writer.length + this.splitLength > limit) {
        flushSkip()
        writer.fingerprint(INFINITE, this.items.fingerprint(lower, this.items.size))
        return writer
      }

      let bound = range.bound
      let upper = this.items.lowerBound(bound, lower)

      switch (range.mode) {
        case MODE_SKIP:
          pendingSkip = true
          break
        case MODE_FINGERPRINT:
          if (equalBytes(range.fingerprint, this.items.fingerprint(lower, upper))) {
            pendingSkip = true
          } else {
            flushSkip()
            this.split(writer, lower, upper, bound, this.branching)
          }
          break
        case MODE_ID_LIST:
          if (difference != null) {
            this.compare(lower, upper, range.ids, previous.time, difference)
            pendingSkip = true
            break
          }

          flushSkip()
          {
            const space = Math.floor((limit - writer.length - FRAME_RESERVE / 2) / ID_LENGTH)

            if (upper - lower > space) {
              upper = lower + Math.max(space, 1)
              bound = this.items.boundBefore(upper)
              writer.idList(bound, this.items.idRange(lower, upper))
              writer.fingerprint(INFINITE, this.items.fingerprint(upper, this.items.size))
              return writer
            }

            writer.idList(bound, this.items.idRange(lower, upper))
          }
          break
      }

      lower = upper
      previous = bound
    }

    return writer
  }

  /** Most bytes one split can take: as many fingerprints with full bounds, or a full leaf. */
  private get splitLength (): number {
    return Math.max(this.branching * 58, this.leaf * ID_LENGTH + 64)
  }

  private split (writer: RangeWriter, lower: number, upper: number, upperBound: Bound, branching: number): void {
    const count = upper - lower

    if (count < Math.max(this.leaf, branching)) {
      writer.idList(upperBound, this.items.idRange(lower, upper))
      return
    }

    const size = Math.floor(count / branching)
    const larger = count % branching
    let from = lower

    for (let i = 0; i < branching; i++) {
      const to = from + size + (i < larger ? 1 : 0)
      writer.fingerprint(to === upper ? upperBound : this.items.boundBefore(to), this.items.fingerprint(from, to))
      from = to
    }
  }

  private compare (lower: number, upper: number, theirs: Uint8Array, from: number, difference: Difference): void {
    const missing = new Set(toHexEach(theirs, ID_LENGTH))

    for (let i = lower; i < upper; i++) {
      const id = toHex(this.items.id(i))

      if (!missing.delete(id)) {
        difference.have.push({ id, time: this.items.time(i) })
      }
    }

    for (const id of missing) {
      difference.need.push({ id, from })
    }
  }
}

function equalBytes (a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.byteLength; i++) {
    if (a[i] !== b[i]) {
      return false
    }
  }

  return true
}
