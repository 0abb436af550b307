import { packBytes, packedToHex, personaId, personaIdOfPacked, SIGNATURE_LENGTH, unpackBytes } from '../crypto/index.ts'
import { readBody } from './body-codec.ts'
import { MAX_SIGNED_LENGTH } from './envelope.ts'
import { InvalidMessageError } from './errors.ts'
import { checkText, exactly, MAX_TEXT_LENGTH, readNumber, readText } from './limits.ts'
import { messageIdFromBytes, messageIdOf } from './message-id.ts'
import { Payload } from './payload.ts'
import { plainSeen, readPlain } from './plain-payload.ts'
import type { MessageBody } from './body.ts'
import type { MessageId } from './message-id.ts'
import type { PlainPayload } from './plain-payload.ts'
import type { SignedMessage } from './signed-message.ts'
import type { PersonaId } from '../crypto/index.ts'

/** tag and length before the author's key, the first field */
const KEY_AT = SIGNATURE_LENGTH + 2
const KEY_LENGTH = 32
const ID_LENGTH = 32

/** What the general reader found, where it had to be asked. */
interface Rest { authorKey: Uint8Array, seen: MessageId[], body: MessageBody }

/** What was read last: a message that comes is judged, shown and searched for names in one turn, and each asks for its words. */
let atHand: { of: PackedMessage, body: MessageBody } | undefined

const slice = (bytes: Uint8Array, at: number, length: number): Uint8Array => bytes.subarray(at, at + length)

/**
 * A message as rooms hold it by the hundred thousand: its bytes packed, what orders and links it at
 * hand, and its words read again whenever somebody asks for them.
 */
export class PackedMessage implements SignedMessage {
  readonly id: MessageId
  readonly author: PersonaId
  readonly sequence: number
  /** a string of its own until `shareId` */
  previous?: MessageId
  readonly time: number
  readonly expires?: number
  readonly kind: MessageBody['kind']
  /** signature ‖ payload */
  readonly packed: string
  readonly #rest?: Rest

  /**
   * @param signed - signature ‖ payload; may change afterwards
   * @param id - SHA-256 of the payload, where it is known
   * @throws {InvalidMessageError}
   */
  constructor (signed: Uint8Array, id?: MessageId) {
    if (signed.length > MAX_SIGNED_LENGTH) {
      throw new InvalidMessageError('The message is larger than any message.')
    }
    this.packed = packBytes(signed)
    const plain = readPlain(signed, SIGNATURE_LENGTH)
    if (plain != null) {
      // of the string: views of bytes, which live for a moment only, would take longer than all the rest
      this.author = personaIdOfPacked(this.packed.slice(KEY_AT, KEY_AT + KEY_LENGTH))
      this.sequence = plain.sequence
      this.previous = plain.previous < 0 ? undefined : packedToHex(this.packed.slice(plain.previous, plain.previous + ID_LENGTH)) as MessageId
      this.time = plain.time
      this.expires = plain.expires
      this.kind = plain.kind
      checkText(signed, plain.text, plain.end, 'Text', MAX_TEXT_LENGTH)
    } else {
      // of a copy: what is kept of it must not keep the frame it came in
      const decoded = Payload.decode(signed.slice(SIGNATURE_LENGTH))
      this.sequence = readNumber(decoded.sequence, 'Sequence')
      exactly(decoded.previous, 'Previous message', this.sequence === 0 ? 0 : ID_LENGTH)
      this.author = personaId(decoded.author)
      this.previous = this.sequence === 0 ? undefined : messageIdFromBytes(decoded.previous)
      const seen = decoded.seen.map(messageIdFromBytes)
      this.time = readNumber(decoded.time, 'Time')
      this.expires = decoded.expires == null ? undefined : readNumber(decoded.expires, 'Expiry')
      const body = readBody(decoded)
      this.kind = body.kind
      this.#rest = { authorKey: decoded.author, seen, body }
    }
    this.id = id ?? messageIdOf(signed.subarray(SIGNATURE_LENGTH))
  }

  get size (): number { return this.packed.length - SIGNATURE_LENGTH }
  /** signature ‖ payload; a copy */
  get signed (): Uint8Array { return unpackBytes(this.packed) }
  get payload (): Uint8Array { return this.signed.subarray(SIGNATURE_LENGTH) }
  get signature (): Uint8Array { return unpackBytes(this.packed.slice(0, SIGNATURE_LENGTH)) }
  get authorKey (): Uint8Array { return this.#rest?.authorKey ?? unpackBytes(this.packed.slice(KEY_AT, KEY_AT + KEY_LENGTH)) }

  get seen (): MessageId[] {
    return this.#rest?.seen ?? plainSeen(this.packed, SIGNATURE_LENGTH).map(id => packedToHex(id) as MessageId)
  }

  get body (): MessageBody {
    if (this.#rest != null) {
      return this.#rest.body
    }
    if (atHand?.of !== this) {
      // not beyond this turn: of what is over, no words stay
      atHand ?? queueMicrotask(() => { atHand = undefined })
      atHand = { of: this, body: this.#read() }
    }
    return atHand.body
  }

  #read (): MessageBody {
    const { signed } = this
    const { kind, to, text, end } = readPlain(signed, SIGNATURE_LENGTH) as PlainPayload
    const words = readText(signed.subarray(text, end), 'Text', MAX_TEXT_LENGTH)
    return kind === 'text'
      ? { kind, text: words, mentions: [] }
      : { kind, to: messageIdFromBytes(slice(signed, to, ID_LENGTH)), text: words, mentions: [] }
  }
}

/** Where `later` names `earlier` before it, both hold one string for that ID from now on: rooms hold a hundred thousand such pairs. */
export function shareId (later: SignedMessage, earlier: SignedMessage): void {
  if (later instanceof PackedMessage && later.previous === earlier.id) {
    later.previous = earlier.id
  }
}
