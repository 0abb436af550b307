/** Arguments of one call. */
const STEP = 4_096

/** Bytes as a string of one byte a character: engines keep those far more compactly than a typed array each. */
export function packBytes (bytes: Uint8Array): string {
  let packed = ''
  for (let at = 0; at < bytes.length; at += STEP) {
    packed += String.fromCharCode(...bytes.subarray(at, at + STEP))
  }
  return packed
}

/** A copy of what was packed. */
export function unpackBytes (packed: string): Uint8Array {
  const bytes = new Uint8Array(packed.length)
  for (let at = 0; at < packed.length; at++) {
    bytes[at] = packed.charCodeAt(at)
  }
  return bytes
}
