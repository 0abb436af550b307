/** Sizes of whole envelopes, bytes (DESIGN, "Messages"): all that a size says is one of these. */
export const SIZE_CLASSES: readonly number[] = Object.freeze([256, 512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 65_536])

/** Thrown when something does not fit the largest envelope. */
export class MessageTooLargeError extends Error {
  static name = 'MessageTooLargeError'
  name = 'MessageTooLargeError'
}

/** The smallest class that holds `length` bytes; undefined when none does. */
export function sizeClassOf (length: number): number | undefined {
  return SIZE_CLASSES.find(size => size >= length)
}

/** Whether an envelope of this many bytes can be ours. */
export function isSizeClass (length: number): boolean {
  return length >= 256 && length <= 65_536 && (length & (length - 1)) === 0
}

/**
 * Pads to exactly `length` bytes: 0x80, then zeros (ISO/IEC 7816-4). At least one byte is added.
 *
 * @throws {MessageTooLargeError}
 */
export function padTo (bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length >= length) {
    throw new MessageTooLargeError(`${bytes.length} bytes do not fit into ${length - 1}. Send less at once, or send it as a file.`)
  }
  const padded = new Uint8Array(length)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  return padded
}

/** Takes the padding off; undefined when there is none. Not a copy. */
export function unpad (padded: Uint8Array): Uint8Array | undefined {
  let end = padded.length - 1
  while (end >= 0 && padded[end] === 0) {
    end--
  }
  return end >= 0 && padded[end] === 0x80 ? padded.subarray(0, end) : undefined
}
