import { createPrivateKey, createPublicKey, randomBytes, sign as nodeSign, verify as nodeVerify } from 'node:crypto'
import { InvalidKeyError, isAcceptablePublicKey, KEY_LENGTH, SIGNATURE_LENGTH } from './key-pair.ts'
import type { KeyPair } from './key-pair.ts'
import type { MaybePromise } from './maybe-promise.ts'
import type { KeyObject } from 'node:crypto'

// RFC 8410 §7 and §4: everything before the 32 bytes of the key
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/** Making a KeyObject costs about as much as verifying with it; the busiest authors' are kept. */
const MAX_PUBLIC_KEYS = 2_048
const publicKeys = new Map<string, KeyObject>()
// by array and weakly: a key that its owner has dropped is not kept alive here
const privateKeys = new WeakMap<Uint8Array, KeyObject>()

function publicKeyObject (key: Uint8Array): KeyObject | undefined {
  const name = Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1')
  let object = publicKeys.get(name)
  if (object == null) {
    try {
      object = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, key]), format: 'der', type: 'spki' })
    } catch {
      return undefined
    }
    if (publicKeys.size >= MAX_PUBLIC_KEYS) {
      publicKeys.delete(publicKeys.keys().next().value as string)
    }
    publicKeys.set(name, object)
  }
  return object
}

function privateKeyObject (key: Uint8Array): KeyObject {
  let object = privateKeys.get(key)
  if (object == null) {
    if (key.length !== KEY_LENGTH) {
      throw new InvalidKeyError(`An Ed25519 private key is a seed of ${KEY_LENGTH} bytes, not ${key.length}.`)
    }
    object = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, key]), format: 'der', type: 'pkcs8' })
    privateKeys.set(key, object)
  }
  return object
}

/**
 * @param seed - 32 bytes (RFC 8032 §5.1.5); random when left out
 * @throws {InvalidKeyError} when the seed has another size
 */
export function generateKeyPair (seed: Uint8Array = new Uint8Array(randomBytes(KEY_LENGTH))): KeyPair {
  const { x } = createPublicKey(privateKeyObject(seed)).export({ format: 'jwk' })
  return { publicKey: new Uint8Array(Buffer.from(x as string, 'base64url')), privateKey: seed }
}

/**
 * Ed25519 (RFC 8032 §5.1.6); 64 bytes.
 *
 * @throws {InvalidKeyError} when the private key is not 32 bytes
 */
export function sign (privateKey: Uint8Array, data: Uint8Array): MaybePromise<Uint8Array> {
  const signature = nodeSign(null, data, privateKeyObject(privateKey))
  return new Uint8Array(signature.buffer, signature.byteOffset, signature.byteLength)
}

/**
 * Ed25519 (RFC 8032 §5.1.7), without the cofactor, as OpenSSL and BoringSSL do it. Refuses an S that
 * is not reduced, and public keys of small order or with a y that is not reduced. Never throws.
 */
export function verify (publicKey: Uint8Array, signature: Uint8Array, data: Uint8Array): MaybePromise<boolean> {
  if (signature.length !== SIGNATURE_LENGTH || !isAcceptablePublicKey(publicKey)) {
    return false
  }
  const key = publicKeyObject(publicKey)
  return key != null && nodeVerify(null, data, key, signature)
}
