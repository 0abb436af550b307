import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'

/**
 * XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03); ciphertext ‖ tag.
 *
 * @param key - 32 bytes
 * @param nonce - 24 bytes
 */
export function xchachaEncrypt (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
  return xchacha20poly1305(key, nonce, aad).encrypt(plaintext)
}

/** Opens what `xchachaEncrypt` gave; undefined when any of it is another. */
export function xchachaDecrypt (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  try {
    return xchacha20poly1305(key, nonce, aad).decrypt(sealed)
  } catch {
    return undefined
  }
}
