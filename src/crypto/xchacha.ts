import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto'
import { hchacha } from '@noble/ciphers/chacha.js'

const CIPHER = 'chacha20-poly1305'
const TAG_LENGTH = 16
/* Keys go to Node.js as key objects: of bytes it finds out by an exception that they are none, which takes longer than sealing. */
const TAG = Object.freeze({ authTagLength: TAG_LENGTH })
/** Constant of ChaCha20 (RFC 8439 §2.3), as words in the machine's order. */
const SIGMA = new Uint32Array(Uint8Array.from('expand 32-byte k', character => character.charCodeAt(0)).buffer)

/*
 * draft-irtf-cfrg-xchacha-03 §2.3: HChaCha20 makes a key of the first 16 bytes of the nonce, and
 * ChaCha20-Poly1305 goes on with the other 8. One block of it runs here, all the others in OpenSSL: a
 * process that hears a message now and then never gets to run JavaScript's version compiled.
 */
function once (key: Uint8Array, nonce: Uint8Array): { subkey: Uint8Array, rest: Uint8Array } {
  // copies: words have to be aligned, and a Buffer may lie in a pool
  const words = new Uint32Array(new Uint8Array(key).buffer)
  const subkey = new Uint32Array(8)
  hchacha(SIGMA, words, new Uint32Array(new Uint8Array(nonce.subarray(0, 16)).buffer), subkey)
  words.fill(0)
  const rest = new Uint8Array(12)
  rest.set(nonce.subarray(16), 4)
  return { subkey: new Uint8Array(subkey.buffer), rest }
}

/**
 * XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03); head ‖ ciphertext ‖ tag.
 *
 * @param key - 32 bytes
 * @param nonce - 24 bytes
 * @param head - what is to stand before it as it is, so that nobody copies all of it again
 */
export function xchachaEncrypt (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array, head: Uint8Array): Uint8Array {
  const { subkey, rest } = once(key, nonce)
  const cipher = createCipheriv(CIPHER, createSecretKey(subkey), rest, TAG)
  subkey.fill(0)
  cipher.setAAD(aad, { plaintextLength: plaintext.byteLength })
  const sealed = new Uint8Array(head.byteLength + plaintext.byteLength + TAG_LENGTH)
  sealed.set(head)
  sealed.set(cipher.update(plaintext), head.byteLength)
  cipher.final()
  sealed.set(cipher.getAuthTag(), head.byteLength + plaintext.byteLength)
  return sealed
}

/** Opens what `xchachaEncrypt` gave after its head; undefined when any of it is another. */
export function xchachaDecrypt (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  const { subkey, rest } = once(key, nonce)
  const decipher = createDecipheriv(CIPHER, createSecretKey(subkey), rest, TAG)
  subkey.fill(0)
  const ciphertext = sealed.subarray(0, sealed.byteLength - TAG_LENGTH)
  decipher.setAAD(aad, { plaintextLength: ciphertext.byteLength })
  decipher.setAuthTag(sealed.subarray(sealed.byteLength - TAG_LENGTH))
  const plaintext = decipher.update(ciphertext)
  try {
    decipher.final()
  } catch {
    return undefined
  }
  // Buffer.slice shares memory where Uint8Array.slice copies: never hand a Buffer out
  return new Uint8Array(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength)
}
