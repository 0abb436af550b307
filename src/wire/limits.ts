import { InvalidMessageError } from './errors.ts'

/** Most bytes of each field; what is longer is refused by writer and reader alike. */
export const MAX_TEXT_LENGTH = 16_384
export const MAX_NAME_LENGTH = 255
export const MAX_PETNAME_LENGTH = 64
/** a family emoji with skin tones has 41 bytes */
export const MAX_EMOJI_LENGTH = 64
export const MAX_CHOICE_LENGTH = 64
export const MAX_SEEN = 8
export const MAX_MENTIONS = 32
export const MAX_CHUNKS = 1_024
export const MAX_THUMBNAIL_LENGTH = 16_384
export const MAX_RECEIPTS = 256
export const MAX_CERTIFICATE_LENGTH = 512
/** 48 × (sealed invite of about 1.2 KB) fits the largest envelope */
export const MAX_MOVED = 48
export const MAX_WITHOUT = 256
/** charters, entries, reports and sealed invites: what fits the largest envelope besides their frame */
export const MAX_OPAQUE_LENGTH = 61_440

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/**
 * Strict UTF-8 of at most `most` bytes.
 *
 * @throws {InvalidMessageError}
 */
export function readText (bytes: Uint8Array, name: string, most: number): string {
  if (bytes.length > most) {
    throw new InvalidMessageError(`${name} has ${bytes.length} bytes; ${most} are allowed.`)
  }
  try {
    return decoder.decode(bytes)
  } catch {
    throw new InvalidMessageError(`${name} is not UTF-8.`)
  }
}

/**
 * Refuses what `readText` refuses.
 *
 * @throws {InvalidMessageError}
 */
export function checkText (bytes: Uint8Array, from: number, to: number, name: string, most: number): void {
  // most texts of some scripts end here: nothing is made of them
  let at = from
  while (at < to && bytes[at] < 0x80) {
    at++
  }
  if (at < to || to - from > most) {
    readText(bytes.subarray(from, to), name, most)
  }
}

/** @throws {InvalidMessageError} when the text is longer than `most` bytes or has half a surrogate pair */
export function writeText (text: string, name: string, most: number): Uint8Array {
  if (typeof text !== 'string' || !text.isWellFormed()) {
    throw new InvalidMessageError(`${name} is not text that can be sent.`)
  }
  const bytes = encoder.encode(text)
  if (bytes.length > most) {
    throw new InvalidMessageError(`${name} has ${bytes.length} bytes; ${most} are allowed. Send it in parts.`)
  }
  return bytes
}

/** @throws {InvalidMessageError} unless there are exactly `length` bytes, or none where that is allowed */
export function exactly (bytes: Uint8Array, name: string, length: number, orEmpty = false): Uint8Array {
  if (bytes.length !== length && !(orEmpty && bytes.length === 0)) {
    throw new InvalidMessageError(`${name} has ${bytes.length} bytes instead of ${length}.`)
  }
  return bytes
}

/** @throws {InvalidMessageError} when there are more than `most` bytes */
export function atMost (bytes: Uint8Array, name: string, most: number): Uint8Array {
  if (bytes.length > most) {
    throw new InvalidMessageError(`${name} has ${bytes.length} bytes; ${most} are allowed.`)
  }
  return bytes
}

/** @throws {InvalidMessageError} when there are more than `most` of them */
export function bounded<T> (items: T[], name: string, most: number): T[] {
  if (items.length > most) {
    throw new InvalidMessageError(`${name} are ${items.length}; ${most} are allowed.`)
  }
  return items
}

/** @throws {InvalidMessageError} when it is over 2^53 - 1 and so no exact number */
export function readNumber (value: bigint, name: string): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new InvalidMessageError(`${name} is out of range.`)
  }
  return Number(value)
}

/** @throws {InvalidMessageError} unless it is a whole number from 0 to 2^53 - 1 */
export function writeNumber (value: number, name: string): bigint {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new InvalidMessageError(`${name} must be a whole number from 0, not ${value}.`)
  }
  return BigInt(value)
}
