/** An Ed25519 key pair (RFC 8032). */
export interface KeyPair {
  /** 32 bytes */
  publicKey: Uint8Array
  /** the 32-byte seed; do not reuse this array for another key (keys are remembered by array) */
  privateKey: Uint8Array
}

/** Thrown when key bytes are not an Ed25519 key of this size. */
export class InvalidKeyError extends Error {
  static name = 'InvalidKeyError'
  name = 'InvalidKeyError'
}

export const KEY_LENGTH = 32
export const SIGNATURE_LENGTH = 64

// y of the points of order 1, 2, 4 and 8, little-endian without the sign bit
const SMALL_ORDER_Y = new Set([
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'
])

/**
 * Platforms differ in what they make of public keys of small order and of a y that is not reduced
 * (RFC 8032 §5.1.3). Members must not differ, or a crafted key would split a room: both are
 * refused before the platform sees them.
 */
export function isAcceptablePublicKey (key: Uint8Array): boolean {
  if (key.length !== KEY_LENGTH) {
    return false
  }
  const last = key[31] & 0x7f
  if (last === 0x7f && key[0] >= 0xec) {
    // p = 2^255 - 19 ends (big-endian) in ...ed: ff in all middle bytes means y >= p - 1
    let middle = 1
    while (middle < 31 && key[middle] === 0xff) {
      middle++
    }
    if (middle === 31) {
      return false
    }
  }
  // the first byte decides for all but 1 of 50 honest keys
  switch (key[0]) {
    case 0x00: case 0x01: case 0x26: case 0xc7: {
      let hex = ''
      for (let i = 0; i < 31; i++) {
        hex += key[i].toString(16).padStart(2, '0')
      }
      return !SMALL_ORDER_Y.has(hex + last.toString(16).padStart(2, '0'))
    }
    default:
      return true
  }
}
