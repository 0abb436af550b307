import type { MessageBody } from './body.ts'
import type { MessageId } from './message-id.ts'
import type { PersonaId } from '../crypto/index.ts'

/** A statement by a persona, as decoded. Decoding checks form and limits, not the signature. */
export interface SignedMessage {
  readonly id: MessageId
  /** as signed and sent; never encoded again. A copy: what is held is packed */
  readonly payload: Uint8Array
  /** bytes of the payload */
  readonly size: number
  /** Ed25519, 64 bytes */
  readonly signature: Uint8Array
  readonly author: PersonaId
  /** 32 bytes */
  readonly authorKey: Uint8Array
  readonly sequence: number
  readonly previous?: MessageId
  readonly seen: MessageId[]
  /** ms since 1970 */
  readonly time: number
  readonly expires?: number
  /** of its body, without reading that */
  readonly kind: MessageBody['kind']
  /** read from the bytes whenever it is asked for */
  readonly body: MessageBody
}
