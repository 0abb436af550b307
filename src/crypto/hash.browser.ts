import { hkdf } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

/** SHA-256 (FIPS 180-4) of the parts one after the other; 32 bytes. */
export function sha256 (...parts: Uint8Array[]): Uint8Array {
  const hash = nobleSha256.create()
  for (const part of parts) {
    hash.update(part)
  }
  return hash.digest()
}

/** SHA-256 as 64 lower-case hex digits. */
export function sha256Hex (bytes: Uint8Array): string {
  return bytesToHex(nobleSha256(bytes))
}

/** HMAC-SHA-256 (RFC 2104) of the parts one after the other; 32 bytes. */
export function hmacSha256 (key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
  const mac = hmac.create(nobleSha256, key)
  for (const part of parts) {
    mac.update(part)
  }
  return mac.digest()
}

/**
 * HKDF-SHA-256 (RFC 5869), extract and expand.
 *
 * @param salt - empty for "not provided" (RFC 5869 §2.2)
 * @param length - bytes wanted, at most 255 × 32
 */
export function hkdfSha256 (ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return hkdf(nobleSha256, ikm, salt, info, length)
}

/** Compares without telling by its duration where the difference is. Lengths are not secret. */
export function constantTimeEqual (a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) {
    return false
  }
  let difference = 0
  for (let i = 0; i < a.length; i++) {
    difference |= a[i] ^ b[i]
  }
  return difference === 0
}
