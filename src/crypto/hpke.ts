import { concat } from 'uint8arrays/concat'
import type { CipherSuite } from '@hpke/core'

/** Thrown when sealed bytes do not open with this key, or a sealing key is none. */
export class InvalidSealError extends Error {
  static name = 'InvalidSealError'
  name = 'InvalidSealError'
}

/** X-Wing (draft-connolly-cfrg-xwing-kem): ML-KEM-768 public key ‖ X25519 public key. */
export const SEALING_PUBLIC_KEY_LENGTH = 1_216
/** X-Wing: the seed of both. */
export const SEALING_PRIVATE_KEY_LENGTH = 32
/** X-Wing: ML-KEM-768 ciphertext ‖ X25519 ephemeral key. */
const ENC_LENGTH = 1_120
const TAG_LENGTH = 16
/** What sealing to a key adds, bytes. */
export const SEALED_OVERHEAD = ENC_LENGTH + TAG_LENGTH

/** A persona's key for what only it may read: direct messages, moves, reports. */
export interface SealingKeyPair {
  /** 1,216 bytes */
  publicKey: Uint8Array
  /** 32 bytes */
  privateKey: Uint8Array
}

let suite: Promise<CipherSuite> | undefined

// a memo of a pure value, loaded when first needed: most visits to a room seal nothing
function loadSuite (): Promise<CipherSuite> {
  suite ??= import('./hpke-suite.ts').then(({ createSuite }) => createSuite())
  return suite
}

// the library takes ArrayBuffers: a view's whole buffer would be more than the view, and slice() of a
// Node.js Buffer is a view
function buffer (bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}

/**
 * @param seed - 32 bytes; random when left out
 * @throws {InvalidSealError} when the seed has another size
 */
export async function generateSealingKeyPair (seed: Uint8Array = globalThis.crypto.getRandomValues(new Uint8Array(SEALING_PRIVATE_KEY_LENGTH))): Promise<SealingKeyPair> {
  if (seed.length !== SEALING_PRIVATE_KEY_LENGTH) {
    throw new InvalidSealError(`A sealing key is made from ${SEALING_PRIVATE_KEY_LENGTH} bytes, not ${seed.length}.`)
  }
  const { kem } = await loadSuite()
  const privateKey = await kem.importKey('raw', buffer(seed), false)
  const { XWing } = await import('./hpke-suite.ts')
  const pair = await new XWing().generateKeyPairDerand(new Uint8Array(await kem.serializePrivateKey(privateKey)))
  return { publicKey: new Uint8Array(await kem.serializePublicKey(pair.publicKey)), privateKey: seed }
}

/**
 * HPKE base mode, single shot (RFC 9180 §6.1), X-Wing, HKDF-SHA-256, AES-256-GCM; gives enc ‖ ciphertext.
 * The sender is not authenticated: what is sealed must be signed by who needs to be believed.
 *
 * @param publicKey - 1,216 bytes
 * @throws {InvalidSealError} when the public key is none
 */
export async function sealTo (publicKey: Uint8Array, plaintext: Uint8Array, info: Uint8Array, aad: Uint8Array = new Uint8Array()): Promise<Uint8Array> {
  if (publicKey.length !== SEALING_PUBLIC_KEY_LENGTH) {
    throw new InvalidSealError(`A sealing key has ${SEALING_PUBLIC_KEY_LENGTH} bytes, not ${publicKey.length}. The person has to say hello again.`)
  }
  const hpke = await loadSuite()
  try {
    const recipientPublicKey = await hpke.kem.deserializePublicKey(buffer(publicKey))
    const { enc, ct } = await hpke.seal({ recipientPublicKey, info: buffer(info) }, buffer(plaintext), buffer(aad))
    return concat([new Uint8Array(enc), new Uint8Array(ct)])
  } catch (err) {
    throw new InvalidSealError('Nothing can be sealed to this key. The person has to say hello again.', { cause: err })
  }
}

/**
 * Opens what `sealTo` made.
 *
 * @param privateKey - 32 bytes
 * @throws {InvalidSealError} when it was sealed to another key, with other info or aad, or was changed
 */
export async function openSealed (privateKey: Uint8Array, sealed: Uint8Array, info: Uint8Array, aad: Uint8Array = new Uint8Array()): Promise<Uint8Array> {
  if (sealed.length < SEALED_OVERHEAD || privateKey.length !== SEALING_PRIVATE_KEY_LENGTH) {
    throw new InvalidSealError('This is too short to be sealed to anybody. It was cut off on the way.')
  }
  const hpke = await loadSuite()
  try {
    const recipientKey = await hpke.kem.deserializePrivateKey(buffer(privateKey))
    return new Uint8Array(await hpke.open({
      recipientKey,
      enc: buffer(sealed.subarray(0, ENC_LENGTH)),
      info: buffer(info)
    }, buffer(sealed.subarray(ENC_LENGTH)), buffer(aad)))
  } catch (err) {
    throw new InvalidSealError('This was sealed to another persona, or was changed on the way.', { cause: err })
  }
}
