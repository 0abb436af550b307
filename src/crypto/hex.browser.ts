import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'

/** Lower-case hex digits, two a byte. */
export function toHex (bytes: Uint8Array): string {
  return bytesToHex(bytes)
}

/** The bytes of hex digits; only for text that is known to be such. */
export function fromHex (text: string): Uint8Array {
  return hexToBytes(text)
}
