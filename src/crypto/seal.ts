import { concat } from 'uint8arrays/concat'
import { constantTimeEqual, hmacSha256 } from './hash.ts'
import { xchachaDecrypt, xchachaEncrypt } from './xchacha.ts'

/** XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): bytes of the nonce and of the tag. */
export const NONCE_LENGTH = 24
export const TAG_LENGTH = 16
/** What sealing adds: nonce and tag. */
export const SEAL_OVERHEAD = NONCE_LENGTH + TAG_LENGTH

/** The two keys an envelope is sealed with; 32 bytes each. */
export interface EnvelopeKeys {
  envelope: Uint8Array
  nonce: Uint8Array
}

/**
 * XChaCha20-Poly1305; gives nonce ‖ ciphertext ‖ tag.
 *
 * @param key - 32 bytes
 * @param nonce - 24 bytes, never twice with one key for different plaintexts
 * @param head - stands before all of it, as it is
 */
export function seal (key: Uint8Array, plaintext: Uint8Array, aad: Uint8Array, nonce: Uint8Array, head?: Uint8Array): Uint8Array {
  return xchachaEncrypt(key, nonce, aad, plaintext, head == null ? nonce : concat([head, nonce]))
}

/** Opens what `seal` made; undefined when the key, the aad or a byte is another. Never throws. */
export function open (key: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Uint8Array | undefined {
  if (sealed.length < SEAL_OVERHEAD) {
    return undefined
  }
  return xchachaDecrypt(key, sealed.subarray(0, NONCE_LENGTH), aad, sealed.subarray(NONCE_LENGTH))
}

const NO_AAD = new Uint8Array()

/**
 * Seals with a synthetic nonce (keyed hash of the plaintext): same plaintext, same bytes, so any
 * member can repeat a message and gossip removes the duplicate.
 */
export function sealEnvelope (keys: EnvelopeKeys, plaintext: Uint8Array): Uint8Array {
  return seal(keys.envelope, plaintext, NO_AAD, hmacSha256(keys.nonce, plaintext).subarray(0, NONCE_LENGTH))
}

/**
 * Opens what `sealEnvelope` made, else undefined: strangers' bytes are daily bread, not exceptions.
 * The nonce is derived again, or a member could repeat others' messages under ever new nonces and
 * pass every removal of duplicates.
 */
export function openEnvelope (keys: EnvelopeKeys, sealed: Uint8Array): Uint8Array | undefined {
  const plaintext = open(keys.envelope, sealed, NO_AAD)
  if (plaintext == null || !constantTimeEqual(hmacSha256(keys.nonce, plaintext).subarray(0, NONCE_LENGTH), sealed.subarray(0, NONCE_LENGTH))) {
    return undefined
  }
  return plaintext
}
