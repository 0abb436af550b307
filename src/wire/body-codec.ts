import { personaId, publicKeyOf, SEALING_PUBLIC_KEY_LENGTH, SIGNATURE_LENGTH, STAMP_LENGTH } from '../crypto/index.ts'
import { InvalidMessageError } from './errors.ts'
import * as limits from './limits.ts'
import { atMost, bounded, exactly, readNumber, readText, writeNumber, writeText } from './limits.ts'
import { messageIdBytes, messageIdFromBytes } from './message-id.ts'
import type { Admission, KnownBody, MessageBody } from './body.ts'
import type { Payload } from './payload.ts'

type BodyFields = Omit<Payload, 'author' | 'sequence' | 'previous' | 'seen' | 'time' | 'expires'>

// protons' generated interfaces ask for arrays over their own buffer; none of ours is shared
type Bytes = Uint8Array<ArrayBuffer>
const own = (bytes: Uint8Array): Bytes => bytes as Bytes
const text = (value: string, name: string, most: number): Bytes => own(writeText(value, name, most))
const id = (value: string): Bytes => own(messageIdBytes(value))
const persona = (value: string): Bytes => own(publicKeyOf(value))

function writeAdmission (admission: Admission): { inviteKey: Bytes, certificate: Bytes, proof: Bytes } {
  checkAdmission(admission)
  return { inviteKey: own(admission.inviteKey), certificate: own(admission.certificate), proof: own(admission.proof) }
}

function checkAdmission (admission: Admission): void {
  exactly(admission.inviteKey, 'Invite key', 32)
  atMost(admission.certificate, 'Certificate', limits.MAX_CERTIFICATE_LENGTH)
  exactly(admission.proof, 'Admission proof', SIGNATURE_LENGTH)
}

/**
 * The protobuf fields of a body.
 *
 * @throws {InvalidMessageError} when a limit is passed
 * @throws {InvalidPersonaError} when a persona is named that is none
 */
export function writeBody (body: KnownBody): BodyFields {
  switch (body.kind) {
    case 'text':
      return { text: { text: text(body.text, 'Text', limits.MAX_TEXT_LENGTH), mentions: bounded(body.mentions, 'Mentions', limits.MAX_MENTIONS).map(persona) } }
    case 'reply':
      return { reply: { to: id(body.to), text: text(body.text, 'Text', limits.MAX_TEXT_LENGTH), mentions: bounded(body.mentions, 'Mentions', limits.MAX_MENTIONS).map(persona) } }
    case 'reaction':
      return { reaction: { to: id(body.to), emoji: text(body.emoji, 'Emoji', limits.MAX_EMOJI_LENGTH), remove: body.remove } }
    case 'edit':
      return { edit: { to: id(body.to), text: text(body.text, 'Text', limits.MAX_TEXT_LENGTH) } }
    case 'delete':
      return { delete: { to: id(body.to) } }
    case 'attachment':
      return {
        attachment: {
          name: text(body.name, 'File name', limits.MAX_NAME_LENGTH),
          type: text(body.type, 'Media type', limits.MAX_NAME_LENGTH),
          size: writeNumber(body.size, 'Size'),
          hash: own(exactly(body.hash, 'Hash', 32)),
          key: own(exactly(body.key, 'Key', 32)),
          chunkSize: checkChunkSize(body.chunkSize),
          chunks: bounded(body.chunks, 'Chunks', limits.MAX_CHUNKS).map(chunk => own(exactly(chunk, 'Chunk hash', 32))),
          thumbnail: own(atMost(body.thumbnail, 'Thumbnail', limits.MAX_THUMBNAIL_LENGTH)),
          text: text(body.text, 'Text', limits.MAX_TEXT_LENGTH)
        }
      }
    case 'receipt':
      return { receipt: { ids: bounded(body.ids, 'Receipts', limits.MAX_RECEIPTS).map(id) } }
    case 'typing':
      return { typing: { until: writeNumber(body.until, 'Until') } }
    case 'hello':
      return {
        hello: {
          sealingKey: own(exactly(body.sealingKey, 'Sealing key', SEALING_PUBLIC_KEY_LENGTH, true)),
          stamp: own(exactly(body.stamp, 'Stamp', STAMP_LENGTH, true)),
          petname: text(body.petname, 'Name', limits.MAX_PETNAME_LENGTH),
          admission: body.admission == null ? undefined : writeAdmission(body.admission),
          capabilities: body.capabilities
        }
      }
    case 'burn':
      return { burn: {} }
    case 'charter':
      return { charter: { charter: own(atMost(body.charter, 'Charter', limits.MAX_OPAQUE_LENGTH)) } }
    case 'vote':
      return { vote: { proposal: id(body.proposal), choice: text(body.choice, 'Choice', limits.MAX_CHOICE_LENGTH) } }
    case 'report':
      return { report: { sealed: own(atMost(body.sealed, 'Report', limits.MAX_OPAQUE_LENGTH)) } }
    case 'entry':
      return { entry: { entry: own(atMost(body.entry, 'Entry', limits.MAX_OPAQUE_LENGTH)) } }
    case 'move':
      return {
        move: {
          sealed: bounded(body.sealed, 'Sealed moves', limits.MAX_MOVED).map(item => ({ persona: persona(item.persona), sealed: own(atMost(item.sealed, 'Sealed move', limits.MAX_OPAQUE_LENGTH)) })),
          without: bounded(body.without, 'Personas left out', limits.MAX_WITHOUT).map(persona)
        }
      }
    case 'direct':
      return { direct: { to: persona(body.to), sealed: own(atMost(body.sealed, 'Sealed invite', limits.MAX_OPAQUE_LENGTH)) } }
    default:
      body satisfies never
      throw new InvalidMessageError('This version cannot say that.')
  }
}

function checkChunkSize (size: number): number {
  if (!Number.isInteger(size) || size < 1 || size > 0xffffffff) {
    throw new InvalidMessageError('Chunk size is out of range.')
  }
  return size
}

/**
 * The body of a decoded payload; `unknown` when a later version said something.
 *
 * @throws {InvalidMessageError} when a field is missing, has a wrong size or passes a limit
 * @throws {InvalidPersonaError} when a named persona is none
 */
export function readBody (payload: Payload): MessageBody {
  if (payload.text != null) {
    const { text, mentions } = payload.text
    return { kind: 'text', text: readText(text, 'Text', limits.MAX_TEXT_LENGTH), mentions: mentions.map(personaId) }
  }
  if (payload.reply != null) {
    const { to, text, mentions } = payload.reply
    return { kind: 'reply', to: messageIdFromBytes(to), text: readText(text, 'Text', limits.MAX_TEXT_LENGTH), mentions: mentions.map(personaId) }
  }
  if (payload.reaction != null) {
    const { to, emoji, remove } = payload.reaction
    return { kind: 'reaction', to: messageIdFromBytes(to), emoji: readText(emoji, 'Emoji', limits.MAX_EMOJI_LENGTH), remove }
  }
  if (payload.edit != null) {
    const { to, text } = payload.edit
    return { kind: 'edit', to: messageIdFromBytes(to), text: readText(text, 'Text', limits.MAX_TEXT_LENGTH) }
  }
  if (payload.delete != null) {
    return { kind: 'delete', to: messageIdFromBytes(payload.delete.to) }
  }
  if (payload.attachment != null) {
    const { name, type, size, hash, key, chunkSize, chunks, thumbnail, text } = payload.attachment
    return {
      kind: 'attachment',
      name: readText(name, 'File name', limits.MAX_NAME_LENGTH),
      type: readText(type, 'Media type', limits.MAX_NAME_LENGTH),
      size: readNumber(size, 'Size'),
      hash: exactly(hash, 'Hash', 32),
      key: exactly(key, 'Key', 32),
      chunkSize: checkChunkSize(chunkSize),
      chunks: chunks.map(chunk => exactly(chunk, 'Chunk hash', 32)),
      thumbnail: atMost(thumbnail, 'Thumbnail', limits.MAX_THUMBNAIL_LENGTH),
      text: readText(text, 'Text', limits.MAX_TEXT_LENGTH)
    }
  }
  if (payload.receipt != null) {
    return { kind: 'receipt', ids: payload.receipt.ids.map(messageIdFromBytes) }
  }
  if (payload.typing != null) {
    return { kind: 'typing', until: readNumber(payload.typing.until, 'Until') }
  }
  if (payload.hello != null) {
    const { sealingKey, stamp, petname, admission, capabilities } = payload.hello
    if (admission != null) {
      checkAdmission(admission)
    }
    return {
      kind: 'hello',
      sealingKey: exactly(sealingKey, 'Sealing key', SEALING_PUBLIC_KEY_LENGTH, true),
      stamp: exactly(stamp, 'Stamp', STAMP_LENGTH, true),
      petname: readText(petname, 'Name', limits.MAX_PETNAME_LENGTH),
      ...(admission != null ? { admission } : {}),
      capabilities
    }
  }
  if (payload.burn != null) {
    return { kind: 'burn' }
  }
  if (payload.charter != null) {
    return { kind: 'charter', charter: atMost(payload.charter.charter, 'Charter', limits.MAX_OPAQUE_LENGTH) }
  }
  if (payload.vote != null) {
    const { proposal, choice } = payload.vote
    return { kind: 'vote', proposal: messageIdFromBytes(proposal), choice: readText(choice, 'Choice', limits.MAX_CHOICE_LENGTH) }
  }
  if (payload.report != null) {
    return { kind: 'report', sealed: atMost(payload.report.sealed, 'Report', limits.MAX_OPAQUE_LENGTH) }
  }
  if (payload.entry != null) {
    return { kind: 'entry', entry: atMost(payload.entry.entry, 'Entry', limits.MAX_OPAQUE_LENGTH) }
  }
  if (payload.move != null) {
    const { sealed, without } = payload.move
    return {
      kind: 'move',
      sealed: sealed.map(item => ({ persona: personaId(item.persona), sealed: atMost(item.sealed, 'Sealed move', limits.MAX_OPAQUE_LENGTH) })),
      without: without.map(personaId)
    }
  }
  if (payload.direct != null) {
    const { to, sealed } = payload.direct
    return { kind: 'direct', to: personaId(to), sealed: atMost(sealed, 'Sealed invite', limits.MAX_OPAQUE_LENGTH) }
  }
  return { kind: 'unknown' }
}
