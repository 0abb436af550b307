import { openEnvelope, SEAL_OVERHEAD, sealEnvelope } from '../crypto/index.ts'
import { isSizeClass, MessageTooLargeError, padTo, sizeClassOf, unpad } from './padding.ts'
import type { EnvelopeKeys } from '../crypto/index.ts'

/** Sealing and at least one byte of padding. */
const OVERHEAD = SEAL_OVERHEAD + 1
/** Most bytes of a signed message. */
export const MAX_SIGNED_LENGTH = 65_536 - OVERHEAD

/**
 * What gossip carries: nonce ‖ ciphertext ‖ tag of the padded signed message, in the smallest size
 * class that holds it. Same message and epoch, same bytes.
 *
 * @throws {MessageTooLargeError} when the signed message has more than 65,495 bytes
 */
export function packEnvelope (keys: EnvelopeKeys, signed: Uint8Array): Uint8Array {
  const size = sizeClassOf(signed.length + OVERHEAD)
  if (size == null) {
    throw new MessageTooLargeError(`A message of ${signed.length} bytes does not fit the largest envelope (${MAX_SIGNED_LENGTH} bytes). Send it as a file.`)
  }
  return sealEnvelope(keys, padTo(signed, size - SEAL_OVERHEAD))
}

/**
 * The signed message in an envelope; undefined when it is not one of this epoch. An envelope larger
 * than its message needs is refused: there is one envelope per message and epoch.
 */
export function unpackEnvelope (keys: EnvelopeKeys, envelope: Uint8Array): Uint8Array | undefined {
  if (!isSizeClass(envelope.length)) {
    return undefined
  }
  const padded = openEnvelope(keys, envelope)
  const signed = padded == null ? undefined : unpad(padded)
  return signed != null && sizeClassOf(signed.length + OVERHEAD) === envelope.length ? signed : undefined
}
