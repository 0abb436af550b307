import { fromHex, sha256Hex, toHex } from '../crypto/index.ts'
import { InvalidMessageError } from './errors.ts'

declare const messageBrand: unique symbol

/** SHA-256 of a message's payload as 64 lower-case hex digits. */
export type MessageId = string & { readonly [messageBrand]: true }

export const MESSAGE_ID_LENGTH = 32

export function messageIdOf (payload: Uint8Array): MessageId {
  return sha256Hex(payload) as MessageId
}

/**
 * @param bytes - 32 bytes
 * @throws {InvalidMessageError}
 */
export function messageIdFromBytes (bytes: Uint8Array): MessageId {
  if (bytes.length !== MESSAGE_ID_LENGTH) {
    throw new InvalidMessageError(`A message ID has ${MESSAGE_ID_LENGTH} bytes, not ${bytes.length}.`)
  }
  return toHex(bytes) as MessageId
}

/**
 * The 32 bytes of a message ID.
 *
 * @throws {InvalidMessageError} when the text is not 64 lower-case hex digits
 */
export function messageIdBytes (id: string): Uint8Array {
  if (typeof id !== 'string' || !/^[0-9a-f]{64}$/.test(id)) {
    throw new InvalidMessageError('A message ID has 64 lower-case hex digits. Take it from a message.')
  }
  return fromHex(id)
}
