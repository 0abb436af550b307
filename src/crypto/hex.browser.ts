import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'

/** Lower-case hex digits, two a byte. */
export function toHex (bytes: Uint8Array): string {
  return bytesToHex(bytes)
}

/** The bytes of hex digits; only for text that is known to be such. */
export function fromHex (text: string): Uint8Array {
  return hexToBytes(text)
}

/** The hex digits of many that lie one after the other, `length` bytes each. */
export function toHexEach (bytes: Uint8Array, length: number): string[] {
  return Array.from({ length: bytes.length / length }, (_, i) => toHex(bytes.subarray(i * length, (i + 1) * length)))
}
