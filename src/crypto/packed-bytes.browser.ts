import { toHex } from './hex.browser.ts'

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
  packedWriter(bytes)(packed, 0)
  return bytes
}

/** The hex digits of what was packed. */
export function packedToHex (packed: string): string {
  return toHex(unpackBytes(packed))
}

/** Writes what was packed into `target`, where no array of its own is needed. */
export function packedWriter (target: Uint8Array): (packed: string, at: number) => void {
  return (packed, at) => {
    for (let i = 0; i < packed.length; i++) {
      target[at + i] = packed.charCodeAt(i)
    }
  }
}
