import { MAX_SEEN } from './limits.ts'

/** Where the parts of a plain payload lie, as offsets into the bytes that were read. */
export interface PlainPayload {
  kind: 'text' | 'reply'
  sequence: number
  /** -1: none */
  previous: number
  time: number
  expires: number | undefined
  /** of a reply: the ID it answers; -1: none */
  to: number
  text: number
  /** after the text, which is the end */
  end: number
}

const ID_LENGTH = 32
/** tag and length before each ID */
const SEEN_STEP = ID_LENGTH + 2
/** 49 bits: beyond any time or sequence that is written, and exact in a double */
const MAX_VARINT_BYTES = 7

/** payload.proto, as tag bytes: field number << 3 | wire type */
const AUTHOR = 0x0a
const SEQUENCE = 0x10
const PREVIOUS = 0x1a
const SEEN = 0x22
const TIME = 0x28
const EXPIRES = 0x30
/** fields 16 and 17, two bytes each */
const TEXT = 0x82
const REPLY = 0x8a
const TWO_BYTES = 0x01
/** inside the body */
const FIRST = 0x0a
const SECOND = 0x12

/**
 * Nearly all of a room's history is text without mentions, written by us. Such a payload is read
 * here, ten times as fast as by the general reader; everything else, and whatever is written in
 * another order or form, is undefined: that one decides about it.
 *
 * @param from - where the payload begins
 */
export function readPlain (bytes: Uint8Array, from: number): PlainPayload | undefined {
  const { length } = bytes
  let at = from
  let value = 0
  const varint = (): boolean => {
    value = 0
    for (let scale = 1, most = at + MAX_VARINT_BYTES; at < length && at < most; scale *= 128) {
      const byte = bytes[at++]
      value += (byte & 0x7f) * scale
      if (byte < 0x80) {
        // zero is left out, and a number has one form
        return byte !== 0
      }
    }
    return false
  }
  if (bytes[at] !== AUTHOR || bytes[at + 1] !== ID_LENGTH) {
    return undefined
  }
  at += 2 + ID_LENGTH
  let sequence = 0
  let previous = -1
  if (bytes[at] === SEQUENCE) {
    at++
    if (!varint() || bytes[at] !== PREVIOUS || bytes[at + 1] !== ID_LENGTH) {
      return undefined
    }
    sequence = value
    previous = at + 2
    at += 2 + ID_LENGTH
  }
  let seenCount = 0
  while (bytes[at] === SEEN && bytes[at + 1] === ID_LENGTH) {
    if (++seenCount > MAX_SEEN) {
      return undefined
    }
    at += SEEN_STEP
  }
  if (bytes[at++] !== TIME || !varint()) {
    return undefined
  }
  const time = value
  let expires: number | undefined
  if (bytes[at] === EXPIRES) {
    at++
    if (!varint()) {
      return undefined
    }
    expires = value
  }
  const tag = bytes[at]
  if ((tag !== TEXT && tag !== REPLY) || bytes[at + 1] !== TWO_BYTES) {
    return undefined
  }
  at += 2
  if (!varint() || at + value !== length) {
    return undefined
  }
  let to = -1
  if (tag === REPLY) {
    if (bytes[at] !== FIRST || bytes[at + 1] !== ID_LENGTH) {
      return undefined
    }
    to = at + 2
    at += 2 + ID_LENGTH
  }
  if (bytes[at++] !== (tag === REPLY ? SECOND : FIRST) || !varint() || at + value !== length) {
    return undefined
  }
  return { kind: tag === TEXT ? 'text' : 'reply', sequence, previous, time, expires, to, text: at, end: length }
}

/**
 * The IDs of `seen` in a plain payload as it is packed, 32 bytes each. Every message that joins a
 * timeline is asked for them: the rest of it is not read again.
 *
 * @param packed - one byte a character, read by `readPlain` before
 */
export function plainSeen (packed: string, from: number): string[] {
  let at = from + 2 + ID_LENGTH
  if (packed.charCodeAt(at) === SEQUENCE) {
    do {
      at++
    } while (packed.charCodeAt(at) >= 0x80)
    at += 1 + 2 + ID_LENGTH
  }
  const seen: string[] = []
  for (; packed.charCodeAt(at) === SEEN; at += SEEN_STEP) {
    seen.push(packed.slice(at + 2, at + SEEN_STEP))
  }
  return seen
}
