import { base58btc } from 'multiformats/bases/base58'
import { isAcceptablePublicKey, KEY_LENGTH } from './key-pair.ts'
import { packBytes, unpackBytes } from './packed-bytes.ts'

declare const personaBrand: unique symbol

/** A persona as text: the libp2p peer ID of its Ed25519 key (`12D3KooW…`). */
export type PersonaId = string & { readonly [personaBrand]: true }

/** Thrown when text or bytes do not name an Ed25519 persona. */
export class InvalidPersonaError extends Error {
  static name = 'InvalidPersonaError'
  name = 'InvalidPersonaError'
}

// libp2p peer IDs spec: identity multihash (0x00, 36 bytes) of PublicKey{type: Ed25519, data: 32 bytes}
const PREFIX = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20]
const MAX_TEXT_LENGTH = 64

/** Base58 is slow and every message names its author: the last authors' IDs are kept. */
const MAX_REMEMBERED = 4_096
const remembered = new Map<string, PersonaId>()

/**
 * @param packed - 32 bytes of a public key, packed (`packBytes`)
 * @throws {InvalidPersonaError} when it is not an Ed25519 public key that may sign
 */
export function personaIdOfPacked (packed: string): PersonaId {
  return remembered.get(packed) ?? personaId(unpackBytes(packed))
}

/**
 * @param publicKey - 32 bytes
 * @throws {InvalidPersonaError} when it is not an Ed25519 public key that may sign
 */
export function personaId (publicKey: Uint8Array): PersonaId {
  const name = publicKey.length === KEY_LENGTH ? packBytes(publicKey) : ''
  let id = remembered.get(name)
  if (id == null) {
    if (!isAcceptablePublicKey(publicKey)) {
      throw new InvalidPersonaError('A persona is an Ed25519 public key of 32 bytes; this is none.')
    }
    const bytes = new Uint8Array(PREFIX.length + KEY_LENGTH)
    bytes.set(PREFIX)
    bytes.set(publicKey, PREFIX.length)
    id = base58btc.baseEncode(bytes) as PersonaId
    if (remembered.size >= MAX_REMEMBERED) {
      remembered.delete(remembered.keys().next().value as string)
    }
    remembered.set(name, id)
  }
  return id
}

/**
 * The persona's 32-byte public key.
 *
 * @throws {InvalidPersonaError} when the text is not a persona
 */
export function publicKeyOf (persona: string): Uint8Array {
  let bytes: Uint8Array | undefined
  try {
    bytes = typeof persona === 'string' && persona.length <= MAX_TEXT_LENGTH ? base58btc.baseDecode(persona) : undefined
  } catch {
    // not base58: answered below
  }
  if (bytes == null || bytes.length !== PREFIX.length + KEY_LENGTH || PREFIX.some((byte, i) => bytes[i] !== byte) || !isAcceptablePublicKey(bytes.subarray(PREFIX.length))) {
    throw new InvalidPersonaError('This is not a persona. Personas look like 12D3KooW…; copy it whole from the list of people.')
  }
  return bytes.slice(PREFIX.length)
}
