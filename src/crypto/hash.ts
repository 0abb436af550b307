import { createHash, createHmac, createSecretKey, hash as hashOnce, hkdfSync, timingSafeEqual } from 'node:crypto'

// Buffer.slice shares memory where Uint8Array.slice copies: never hand a Buffer out
function plain (buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}

/** SHA-256 (FIPS 180-4) of the parts one after the other; 32 bytes. */
export function sha256 (...parts: Uint8Array[]): Uint8Array {
  if (parts.length === 1) {
    // at once: a hash object costs more than hashing a message
    return plain(hashOnce('sha256', parts[0], 'buffer'))
  }
  const whole = createHash('sha256')
  for (const part of parts) {
    whole.update(part)
  }
  return plain(whole.digest())
}

/** SHA-256 as 64 lower-case hex digits. */
export function sha256Hex (bytes: Uint8Array): string {
  return hashOnce('sha256', bytes, 'hex')
}

/** HMAC-SHA-256 (RFC 2104) of the parts one after the other; 32 bytes. */
export function hmacSha256 (key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
  // a key object: of bytes Node.js finds out by an exception that they are none, which takes ten times as long as the hash
  const hmac = createHmac('sha256', createSecretKey(key))
  for (const part of parts) {
    hmac.update(part)
  }
  return plain(hmac.digest())
}

/**
 * HKDF-SHA-256 (RFC 5869), extract and expand.
 *
 * @param salt - empty for "not provided" (RFC 5869 §2.2)
 * @param length - bytes wanted, at most 255 × 32
 */
export function hkdfSha256 (ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', ikm, salt, info, length))
}

/** Compares without telling by its duration where the difference is. Lengths are not secret. */
export function constantTimeEqual (a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
