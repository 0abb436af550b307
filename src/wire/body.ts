import type { MessageId } from './message-id.ts'
import type { PersonaId } from '../crypto/index.ts'

/** Words to everybody. */
export interface TextBody { kind: 'text', text: string, mentions: PersonaId[] }
export interface ReplyBody { kind: 'reply', to: MessageId, text: string, mentions: PersonaId[] }
export interface ReactionBody { kind: 'reaction', to: MessageId, emoji: string, remove: boolean }
/** Counts only from the author of `to`. */
export interface EditBody { kind: 'edit', to: MessageId, text: string }
/** Counts only from the author of `to`. */
export interface DeleteBody { kind: 'delete', to: MessageId }

/** A file: who has the message can fetch and open its sealed chunks from any member. */
export interface AttachmentBody {
  kind: 'attachment'
  name: string
  /** media type */
  type: string
  /** bytes of the plaintext */
  size: number
  /** SHA-256 of the plaintext, 32 bytes */
  hash: Uint8Array
  /** key of the sealed chunks, 32 bytes */
  key: Uint8Array
  /** bytes of plaintext in each chunk but the last */
  chunkSize: number
  /** SHA-256 of each sealed chunk, 32 bytes each */
  chunks: Uint8Array[]
  /** a small image, or empty */
  thumbnail: Uint8Array
  text: string
}

/** These messages have been received. */
export interface ReceiptBody { kind: 'receipt', ids: MessageId[] }
/** Is writing until then, ms since 1970; 0: stopped. */
export interface TypingBody { kind: 'typing', until: number }

/** Why this persona is let in: its invite's certificate, and proof that it holds the invite. */
export interface Admission {
  /** Ed25519 public key of the invite, 32 bytes */
  inviteKey: Uint8Array
  /** encoded certificate (certificate.ts) */
  certificate: Uint8Array
  /** signature by the invite key, 64 bytes */
  proof: Uint8Array
}

/** A persona's first message. */
export interface HelloBody {
  kind: 'hello'
  /** X-Wing public key, 1,216 bytes, or empty */
  sealingKey: Uint8Array
  /** crypto/stamp.ts, or empty */
  stamp: Uint8Array
  /** a hint; readers choose what they call whom */
  petname: string
  admission?: Admission
  /** bits, none defined yet */
  capabilities: number
}

/** The persona is given up: nothing signed by it counts afterwards. */
export interface BurnBody { kind: 'burn' }
/** Bytes of the room layer's charter. */
export interface CharterBody { kind: 'charter', charter: Uint8Array }
export interface VoteBody { kind: 'vote', proposal: MessageId, choice: string }
/** A report sealed to a maintainer. */
export interface ReportBody { kind: 'report', sealed: Uint8Array }
/** Bytes of the moderation layer's list operation. */
export interface EntryBody { kind: 'entry', entry: Uint8Array }
/** The room goes on elsewhere; each remaining persona gets the way sealed to its sealing key. */
export interface MoveBody { kind: 'move', sealed: Array<{ persona: PersonaId, sealed: Uint8Array }>, without: PersonaId[] }
/** For one persona only: an invite to a room of two, sealed to its sealing key. */
export interface DirectBody { kind: 'direct', to: PersonaId, sealed: Uint8Array }
/** Something a later version says: kept and forwarded, not shown. */
export interface UnknownBody { kind: 'unknown' }

/** All bodies this version can say. */
export type KnownBody = TextBody | ReplyBody | ReactionBody | EditBody | DeleteBody | AttachmentBody | ReceiptBody | TypingBody | HelloBody | BurnBody | CharterBody | VoteBody | ReportBody | EntryBody | MoveBody | DirectBody
export type MessageBody = KnownBody | UnknownBody
