import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { concat } from 'uint8arrays/concat'

/**
 * XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03); head ‖ ciphertext ‖ tag.
 *
 * @param key - 32 bytes
 * @param nonce - 24 bytes
 * @param head - what is to stand before it as it is
 */
export function xchachaEncrypt (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array, head: Uint8Array): Uint8Array {
  return concat([head, xchacha20poly1305(key, nonce, aad).encrypt(plaintext)])
}

/** Opens what `xchachaEncrypt` gave after its head; undefined when any of it is another. */
export function xchachaDecrypt (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  try {
    return xchacha20poly1305(key, nonce, aad).decrypt(sealed)
  } catch {
    return undefined
  }
}
