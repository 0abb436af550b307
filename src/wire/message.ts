import { concat } from 'uint8arrays/concat'
import { andThen, label, packBytes, roomIdBytes, sign, SIGNATURE_LENGTH, verify } from '../crypto/index.ts'
import { writeBody } from './body-codec.ts'
import { MAX_SIGNED_LENGTH } from './envelope.ts'
import { InvalidMessageError } from './errors.ts'
import { bounded, exactly, MAX_SEEN, writeNumber } from './limits.ts'
import { messageIdBytes } from './message-id.ts'
import { PackedMessage } from './packed-message.ts'
import { MessageTooLargeError } from './padding.ts'
import { Payload } from './payload.ts'
import type { KnownBody } from './body.ts'
import type { MessageId } from './message-id.ts'
import type { SignedMessage } from './signed-message.ts'
import type { MaybePromise, RoomId } from '../crypto/index.ts'

export type { SignedMessage } from './signed-message.ts'

/** What an author decides before signing. */
export interface MessageFields {
  /** 32 bytes */
  authorKey: Uint8Array
  /** 0 for the author's first message in the room, then one more each */
  sequence: number
  /** absent exactly when sequence is 0 */
  previous?: MessageId
  /** latest messages of others that were seen; at most 8 */
  seen: MessageId[]
  /** ms since 1970 */
  time: number
  /** ms since 1970 when everybody forgets it */
  expires?: number
  body: KnownBody
}

const EMPTY = new Uint8Array(0)

/**
 * The bytes an author signs (payload.proto).
 *
 * @throws {InvalidMessageError} when a limit is passed
 * @throws {InvalidPersonaError} when a persona is named that is none
 * @throws {MessageTooLargeError} when it does not fit the largest envelope
 */
export function encodePayload (fields: MessageFields): Uint8Array {
  if ((fields.sequence === 0) !== (fields.previous == null)) {
    throw new InvalidMessageError('The first message of an author has no previous one; every other has.')
  }
  const payload = Payload.encode({
    author: exactly(fields.authorKey, 'Author', 32) as Uint8Array<ArrayBuffer>,
    sequence: writeNumber(fields.sequence, 'Sequence'),
    previous: (fields.previous == null ? EMPTY : messageIdBytes(fields.previous)) as Uint8Array<ArrayBuffer>,
    seen: bounded(fields.seen, 'Seen messages', MAX_SEEN).map(id => messageIdBytes(id) as Uint8Array<ArrayBuffer>),
    time: writeNumber(fields.time, 'Time'),
    expires: fields.expires == null ? undefined : writeNumber(fields.expires, 'Expiry'),
    ...writeBody(fields.body)
  })
  if (payload.length + SIGNATURE_LENGTH > MAX_SIGNED_LENGTH) {
    throw new MessageTooLargeError(`A message of ${payload.length} bytes does not fit the largest envelope. Send it as a file.`)
  }
  return payload
}

/** What is signed: "undertone/1/message" ‖ room ID (32 bytes) ‖ payload. */
function statement (room: RoomId, payload: Uint8Array): Uint8Array {
  return label('message', roomIdBytes(room), payload)
}

/**
 * Signs a payload for one room; there it cannot be taken to another. In Node.js at once, in browsers later.
 *
 * @param privateKey - 32 bytes, of the payload's author
 * @throws {InvalidMessageError} when the payload is none
 */
export function signMessage (privateKey: Uint8Array, room: RoomId, payload: Uint8Array): MaybePromise<SignedMessage> {
  return andThen(sign(privateKey, statement(room, payload)), signature => decodeParts({ payload, signature }))
}

/**
 * A message from its parts. Total: a whole message or a named error; sizes before allocation.
 *
 * @throws {InvalidMessageError}
 */
export function decodeParts ({ payload, signature }: { payload: Uint8Array, signature: Uint8Array }): SignedMessage {
  exactly(signature, 'Signature', SIGNATURE_LENGTH)
  return decodeMessage(concat([signature, payload]))
}

/**
 * A message from what `encodeSigned` gave, whose bytes are not needed any more.
 *
 * @param id - of this message, where its payload was hashed before
 * @throws {InvalidMessageError}
 */
export function decodeMessage (bytes: Uint8Array, id?: MessageId): SignedMessage {
  if (bytes.length < SIGNATURE_LENGTH) {
    throw new InvalidMessageError('The message was cut off.')
  }
  try {
    return new PackedMessage(bytes, id)
  } catch (err: any) {
    if (err instanceof InvalidMessageError) {
      throw err
    }
    throw new InvalidMessageError(`The bytes are not a message: ${err?.message ?? err}`, { cause: err })
  }
}

/**
 * signature (64 bytes) ‖ payload: what goes into envelopes, sync and files. A fixed layout, so that
 * nobody can wrap one message in two ways.
 */
export function encodeSigned (message: Pick<SignedMessage, 'signature' | 'payload'>): Uint8Array {
  return message instanceof PackedMessage ? message.signed : concat([message.signature, message.payload])
}

/** As `encodeSigned`, packed (`packBytes`): what is held so already is not copied. */
export function packSigned (message: Pick<SignedMessage, 'signature' | 'payload'>): string {
  return message instanceof PackedMessage ? message.packed : packBytes(encodeSigned(message))
}

/** Whether the author signed this payload for this room. In Node.js at once, in browsers later. */
export function verifyMessage (room: RoomId, message: SignedMessage): MaybePromise<boolean> {
  const signed = encodeSigned(message)
  return verify(message.authorKey, signed.subarray(0, SIGNATURE_LENGTH), statement(room, signed.subarray(SIGNATURE_LENGTH)))
}
