import { multiaddr } from '@multiformats/multiaddr'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { DEFAULT_EPOCH_LENGTH_MS, personaId, publicKeyOf, roomIdBytes, sha256, toRoomId } from '../crypto/index.ts'
import { InviteBody } from './invite-body.ts'
import { MAX_CERTIFICATE_LENGTH, MAX_PETNAME_LENGTH, bounded, exactly, readNumber, readText, writeNumber, writeText } from './limits.ts'
import type { PersonaId, RoomId } from '../crypto/index.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

export const INVITE_VERSION = 1
export const INVITE_PREFIX = 'undertone:join/'
export const LINK_FRAGMENT = '#/join/'
/** Of a code to be scanned: what QR codes call alphanumeric takes a third less room than other text. */
export const CODE_PREFIX = 'UNDERTONE:JOIN/'
/** Longest text that is looked at: an invite has about 700 characters. */
export const MAX_INVITE_TEXT = 8_192
/** Room and epoch key alone take more: shorter text without a prefix is somebody's words, not a damaged invite. */
const MIN_BARE_TEXT = 96
const MAX_CONTACTS = 8
const MAX_POLICY_LENGTH = 1_024
const MAX_ROOM_NAME_BYTES = 4 * MAX_PETNAME_LENGTH
const CHECKSUM_LENGTH = 4
const HEADER_LENGTH = 3
const EMPTY = new Uint8Array(0)

export type RoomKind = 'open' | 'invite' | 'list' | 'direct'
const KINDS: RoomKind[] = ['open', 'invite', 'list', 'direct']

export type InviteFault = 'format' | 'truncated' | 'altered' | 'version' | 'expired'

/** Thrown when an invite cannot be used; `fault` says which way, the message what to do. */
export class InvalidInviteError extends Error {
  static name = 'InvalidInviteError'
  name = 'InvalidInviteError'
  readonly fault: InviteFault
  constructor (message: string, fault: InviteFault = 'format', options?: ErrorOptions) {
    super(message, options)
    this.fault = fault
  }
}

/** Everything somebody needs to come into a room; who has it is in, until it expires. */
export interface Invite {
  version: number
  kind: RoomKind
  room: RoomId
  /** what the inviter calls the room */
  name: string
  epoch: number
  /** K(epoch), 32 bytes */
  epochKey: Uint8Array
  /** ms */
  epochLength: number
  /** S, 32 bytes; open rooms only */
  secret?: Uint8Array
  founder?: PersonaId
  /** SHA-256 of the charter's bytes */
  charterHash?: Uint8Array
  /** the room layer's encoding */
  policy?: Uint8Array
  /** ms since 1970 */
  expires?: number
  /** 0: no limit */
  uses: number
  /** Ed25519 seed, 32 bytes */
  inviteSeed?: Uint8Array
  certificate?: Uint8Array
  /** members and relays to dial; at most 8 */
  contacts: Multiaddr[]
}

function bytes (value: Uint8Array | undefined): Uint8Array<ArrayBuffer> {
  return (value ?? EMPTY) as Uint8Array<ArrayBuffer>
}

function encodeBytes (invite: Invite): Uint8Array {
  const body = InviteBody.encode({
    kind: KINDS.indexOf(invite.kind) + 1,
    room: bytes(roomIdBytes(invite.room)),
    name: bytes(writeText(invite.name, 'Room name', MAX_ROOM_NAME_BYTES)),
    key: bytes(exactly(invite.epochKey, 'Epoch key', 32)),
    epoch: writeNumber(invite.epoch, 'Epoch'),
    epochLength: writeNumber(invite.epochLength === DEFAULT_EPOCH_LENGTH_MS ? 0 : invite.epochLength, 'Epoch length'),
    secret: bytes(invite.secret),
    founder: bytes(invite.founder == null ? undefined : publicKeyOf(invite.founder)),
    charter: bytes(invite.charterHash),
    policy: bytes(invite.policy),
    expires: writeNumber(invite.expires ?? 0, 'Expiry'),
    uses: invite.uses,
    inviteSeed: bytes(invite.inviteSeed),
    certificate: bytes(invite.certificate),
    contacts: bounded(invite.contacts, 'Contacts', MAX_CONTACTS).map(contact => bytes(contact.bytes))
  })
  const header = new Uint8Array(HEADER_LENGTH)
  header[0] = INVITE_VERSION
  new DataView(header.buffer).setUint16(1, body.length)
  const checked = concat([header, body])
  return concat([checked, sha256(checked).subarray(0, CHECKSUM_LENGTH)])
}

/** The text form, `undertone:join/<base64url>`: version (1 byte) ‖ length (2) ‖ InviteBody ‖ first 4 bytes of SHA-256. */
export function encodeInvite (invite: Invite): string {
  return INVITE_PREFIX + toString(encodeBytes(invite), 'base64url')
}

/** The form for a QR code, `UNDERTONE:JOIN/<base32>` (RFC 4648 §6, no padding): the same bytes in fewer, larger dots. */
export function encodeInviteCode (invite: Invite): string {
  return CODE_PREFIX + toString(encodeBytes(invite), 'base32upper')
}

/** The web link; what follows `#` is never sent to a web server. */
export function inviteLink (base: string, invite: Invite): string {
  return base.replace(/#.*$/s, '') + LINK_FRAGMENT + toString(encodeBytes(invite), 'base64url')
}

function payloadOf (text: string): { payload: string, alphabet: 'base64url' | 'base32upper' } {
  if (typeof text !== 'string' || text.length > MAX_INVITE_TEXT) {
    throw new InvalidInviteError('This is not an invite. Paste the whole text that starts with undertone:join/.')
  }
  let rest = text.trim()
  const fragment = rest.indexOf(LINK_FRAGMENT)
  if (rest.toLowerCase().startsWith(INVITE_PREFIX)) {
    rest = rest.slice(INVITE_PREFIX.length)
  } else if (fragment >= 0) {
    rest = rest.slice(fragment + LINK_FRAGMENT.length)
  }
  // mail programs break long lines
  rest = rest.replace(/\s+/g, '').replace(/[=]+$/, '')
  const bare = rest.length === text.replace(/[\s=]+/g, '').length
  if (!/^[A-Za-z0-9_-]+$/.test(rest) || (bare && rest.length < MIN_BARE_TEXT)) {
    throw new InvalidInviteError('This is not an invite. Paste the whole text that starts with undertone:join/.')
  }
  return { payload: rest, alphabet: text.trimStart().startsWith(CODE_PREFIX) && /^[A-Z2-7]+$/.test(rest) ? 'base32upper' : 'base64url' }
}

/**
 * Reads an invite in any of its forms: text, link, code, or what follows in either of the first two. Total: an invite or a named error.
 *
 * @throws {InvalidInviteError}
 */
export function decodeInvite (text: string): Invite {
  const { payload, alphabet } = payloadOf(text)
  let raw: Uint8Array
  try {
    raw = fromString(payload, alphabet)
  } catch (err) {
    throw new InvalidInviteError('This invite was altered or cut off on its way. Ask for it again.', 'altered', { cause: err })
  }
  if (raw.length < HEADER_LENGTH) {
    throw new InvalidInviteError('This invite was cut off. Paste all of it.', 'truncated')
  }
  if (raw[0] !== INVITE_VERSION) {
    throw new InvalidInviteError(`This invite is of version ${raw[0]}, made by another version of Undertone. Update Undertone, or ask for a new invite.`, 'version')
  }
  const length = new DataView(raw.buffer, raw.byteOffset).getUint16(1)
  if (raw.length < HEADER_LENGTH + length + CHECKSUM_LENGTH) {
    throw new InvalidInviteError('This invite was cut off. Paste all of it.', 'truncated')
  }
  const checked = raw.subarray(0, HEADER_LENGTH + length)
  if (raw.length > checked.length + CHECKSUM_LENGTH || !sha256(checked).subarray(0, CHECKSUM_LENGTH).every((byte, i) => byte === raw[checked.length + i])) {
    throw new InvalidInviteError('This invite was altered on its way. Ask for it again.', 'altered')
  }
  try {
    return readBody(checked.subarray(HEADER_LENGTH))
  } catch (err: any) {
    throw new InvalidInviteError(`This invite cannot be read (${err?.message ?? err}). Ask for a new one.`, 'format', { cause: err })
  }
}

function readBody (encoded: Uint8Array): Invite {
  const body = InviteBody.decode(encoded)
  const kind = KINDS[body.kind - 1]
  if (kind == null) {
    throw new Error('unknown kind of room')
  }
  const optional = (value: Uint8Array, name: string): Uint8Array | undefined => exactly(value, name, 32, true).length === 0 ? undefined : value
  if (body.policy.length > MAX_POLICY_LENGTH || body.certificate.length > MAX_CERTIFICATE_LENGTH) {
    throw new Error('a part is too long')
  }
  const secret = optional(body.secret, 'Room secret')
  if (kind === 'open' && secret == null) {
    throw new Error('an open room without its secret')
  }
  const founder = optional(body.founder, 'Founder')
  return {
    version: INVITE_VERSION,
    kind,
    room: toRoomId(toString(exactly(body.room, 'Room', 32), 'hex')),
    name: readText(body.name, 'Room name', MAX_ROOM_NAME_BYTES),
    epoch: readNumber(body.epoch, 'Epoch'),
    epochKey: exactly(body.key, 'Epoch key', 32),
    epochLength: readNumber(body.epochLength, 'Epoch length') || DEFAULT_EPOCH_LENGTH_MS,
    secret,
    founder: founder == null ? undefined : personaId(founder),
    charterHash: optional(body.charter, 'Charter'),
    policy: body.policy.length === 0 ? undefined : body.policy,
    expires: readNumber(body.expires, 'Expiry') || undefined,
    uses: body.uses,
    inviteSeed: optional(body.inviteSeed, 'Invite key'),
    certificate: body.certificate.length === 0 ? undefined : body.certificate,
    // an address of a kind this version does not know is no reason to refuse the others
    contacts: body.contacts.flatMap(contact => {
      try {
        return [multiaddr(contact)]
      } catch {
        return []
      }
    })
  }
}

/**
 * @param now - ms since 1970
 * @throws {InvalidInviteError} when it has expired
 */
export function checkInvite (invite: Invite, now: number): void {
  if (invite.expires != null && invite.expires <= now) {
    throw new InvalidInviteError(`This invite expired on ${new Date(invite.expires).toISOString()}. Ask for a new one.`, 'expired')
  }
}
