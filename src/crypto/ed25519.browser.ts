import { ed25519 } from '@noble/curves/ed25519.js'
import { InvalidKeyError, isAcceptablePublicKey, KEY_LENGTH, SIGNATURE_LENGTH } from './key-pair.ts'
import type { KeyPair } from './key-pair.ts'
import type { MaybePromise } from './maybe-promise.ts'

const MAX_PUBLIC_KEYS = 2_048
const publicKeys = new Map<string, Promise<CryptoKey>>()
const privateKeys = new WeakMap<Uint8Array, Promise<CryptoKey>>()

// RFC 8410 §7: everything before the 32 bytes of the seed
const PKCS8_PREFIX = new Uint8Array([0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20])

let native: Promise<boolean> | undefined

// asked once: engines without Ed25519 in WebCrypto, and pages without a secure context, use noble
function hasNative (): Promise<boolean> {
  native ??= (async () => {
    try {
      const probe = generateKeyPair(new Uint8Array(KEY_LENGTH))
      await importPublicKey(probe.publicKey)
      await importPrivateKey(probe.privateKey)
      return true
    } catch {
      return false
    }
  })()
  return native
}

async function importPublicKey (key: Uint8Array): Promise<CryptoKey> {
  return globalThis.crypto.subtle.importKey('raw', key as BufferSource, 'Ed25519', false, ['verify'])
}

async function importPrivateKey (key: Uint8Array): Promise<CryptoKey> {
  const pkcs8 = new Uint8Array(PKCS8_PREFIX.length + KEY_LENGTH)
  pkcs8.set(PKCS8_PREFIX)
  pkcs8.set(key, PKCS8_PREFIX.length)
  return globalThis.crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign'])
}

function publicKeyOf (key: Uint8Array): Promise<CryptoKey> {
  const name = String.fromCharCode(...key)
  let imported = publicKeys.get(name)
  if (imported == null) {
    if (publicKeys.size >= MAX_PUBLIC_KEYS) {
      publicKeys.delete(publicKeys.keys().next().value as string)
    }
    imported = importPublicKey(key)
    publicKeys.set(name, imported)
  }
  return imported
}

/**
 * @param seed - 32 bytes (RFC 8032 §5.1.5); random when left out
 * @throws {InvalidKeyError} when the seed has another size
 */
export function generateKeyPair (seed: Uint8Array = globalThis.crypto.getRandomValues(new Uint8Array(KEY_LENGTH))): KeyPair {
  if (seed.length !== KEY_LENGTH) {
    throw new InvalidKeyError(`An Ed25519 private key is a seed of ${KEY_LENGTH} bytes, not ${seed.length}.`)
  }
  return { publicKey: ed25519.getPublicKey(seed), privateKey: seed }
}

async function signLater (privateKey: Uint8Array, data: Uint8Array): Promise<Uint8Array> {
  if (!await hasNative()) {
    return ed25519.sign(data, privateKey)
  }
  let key = privateKeys.get(privateKey)
  if (key == null) {
    key = importPrivateKey(privateKey)
    privateKeys.set(privateKey, key)
  }
  return new Uint8Array(await globalThis.crypto.subtle.sign('Ed25519', await key, data as BufferSource))
}

/**
 * Ed25519 (RFC 8032 §5.1.6); 64 bytes.
 *
 * @throws {InvalidKeyError} when the private key is not 32 bytes
 */
export function sign (privateKey: Uint8Array, data: Uint8Array): MaybePromise<Uint8Array> {
  if (privateKey.length !== KEY_LENGTH) {
    throw new InvalidKeyError(`An Ed25519 private key is a seed of ${KEY_LENGTH} bytes, not ${privateKey.length}.`)
  }
  return signLater(privateKey, data)
}

function verifyWithNoble (publicKey: Uint8Array, signature: Uint8Array, data: Uint8Array): boolean {
  try {
    // noble multiplies by the cofactor: without torsion in the key that makes no difference
    return ed25519.Point.fromBytes(publicKey).isTorsionFree() && ed25519.verify(signature, data, publicKey, { zip215: false })
  } catch {
    return false
  }
}

async function verifyLater (publicKey: Uint8Array, signature: Uint8Array, data: Uint8Array): Promise<boolean> {
  if (!await hasNative()) {
    return verifyWithNoble(publicKey, signature, data)
  }
  try {
    return await globalThis.crypto.subtle.verify('Ed25519', await publicKeyOf(publicKey), signature as BufferSource, data as BufferSource)
  } catch {
    return false
  }
}

/**
 * Ed25519 (RFC 8032 §5.1.7), without the cofactor, as OpenSSL and BoringSSL do it. Refuses an S that
 * is not reduced, and public keys of small order or with a y that is not reduced. Never throws.
 */
export function verify (publicKey: Uint8Array, signature: Uint8Array, data: Uint8Array): MaybePromise<boolean> {
  if (signature.length !== SIGNATURE_LENGTH || !isAcceptablePublicKey(publicKey)) {
    return false
  }
  return verifyLater(publicKey, signature, data)
}
