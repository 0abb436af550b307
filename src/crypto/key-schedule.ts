import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { argon2id, PASSPHRASE_COST } from './argon2.ts'
import { caseFold } from './case-fold.ts'
import { hkdfSha256, sha256 } from './hash.ts'
import { label, u64be } from './label.ts'
import type { AbortOptions } from '@libp2p/interface'

declare const epochBrand: unique symbol
declare const roomBrand: unique symbol
declare const epochKeyBrand: unique symbol

/** Number of a fixed span of time: floor(ms since 1970 / epoch length). */
export type Epoch = number & { readonly [epochBrand]: true }
/** 32 bytes as 64 lower-case hex digits. */
export type RoomId = string & { readonly [roomBrand]: true }
/** K(e), 32 bytes. */
export type EpochKey = Uint8Array & { readonly [epochKeyBrand]: true }

/** One hour. Rooms of another length say so in their policy and invites. */
export const DEFAULT_EPOCH_LENGTH_MS = 3_600_000
/** An open room's chain starts afresh from its secret this often, so that finding a key takes a bounded number of steps. */
export const ANCHOR_INTERVAL = 4_096
/** Most steps of one `advance`: 114 years of hours, 11 days of seconds. */
export const MAX_ADVANCE = 1_000_000

const SECRET_LENGTH = 32
const NO_SALT = new Uint8Array()

/** Thrown when a key of an epoch is asked for that cannot be had from the given one: earlier, too far, or no epoch at all. */
export class EpochRangeError extends Error {
  static name = 'EpochRangeError'
  name = 'EpochRangeError'
}

/** Thrown when a room name has no letter left, or is too long. */
export class InvalidRoomNameError extends Error {
  static name = 'InvalidRoomNameError'
  name = 'InvalidRoomNameError'
}

/** Thrown when text is not a room ID (64 lower-case hex digits). */
export class InvalidRoomIdError extends Error {
  static name = 'InvalidRoomIdError'
  name = 'InvalidRoomIdError'
}

/** What is derived from K(e); no two of these say anything about each other. */
export interface EpochKeys {
  /** gossip topic, 32 lower-case hex digits */
  topic: string
  /** rendezvous key, 32 bytes: what the DHT sees is derived from it */
  rendezvous: Uint8Array
  /** XChaCha20-Poly1305 key of envelopes, 32 bytes */
  envelope: Uint8Array
  /** HMAC key of the membership proof, 32 bytes */
  membership: Uint8Array
  /** HMAC key of synthetic nonces, 32 bytes */
  nonce: Uint8Array
  /** Ed25519 seed that signs the sealed DHT records, 32 bytes */
  recordSeed: Uint8Array
  /** XChaCha20-Poly1305 key of the sealed DHT records, 32 bytes */
  record: Uint8Array
}

function derive (ikm: Uint8Array, name: string, ...parts: Uint8Array[]): Uint8Array {
  return hkdfSha256(ikm, NO_SALT, label(name, ...parts), 32)
}

function checkEpoch (epoch: number): void {
  if (!Number.isSafeInteger(epoch) || epoch < 0) {
    throw new EpochRangeError(`An epoch is a whole number from 0, not ${epoch}. Check the clock of this device.`)
  }
}

function checkSecret (secret: Uint8Array): void {
  if (secret.length !== SECRET_LENGTH) {
    throw new EpochRangeError(`A room secret or epoch key has ${SECRET_LENGTH} bytes, not ${secret.length}.`)
  }
}

/**
 * The form of a room name that everybody who types it arrives at: NFKC, case folded, ends trimmed,
 * inner white space as one space.
 *
 * @throws {InvalidRoomNameError} when nothing is left or it is longer than 1,024 bytes
 */
export function canonicalRoomName (name: string): string {
  // NFKC again: folding can leave a sequence that composes
  const canonical = caseFold(name.normalize('NFKC')).normalize('NFKC').trim().replace(/\s+/gu, ' ')
  const { length } = fromString(canonical)
  if (length === 0 || length > 1_024 || !canonical.isWellFormed()) {
    throw new InvalidRoomNameError('Type a room name of 1 to 1,024 bytes.')
  }
  return canonical
}

function lengthPrefixed (bytes: Uint8Array): Uint8Array {
  return concat([u64be(bytes.length), bytes])
}

/**
 * The secret of an open room, 32 bytes: Argon2id over what people type. Whoever knows the name is
 * in; guessing names costs 64 MiB and 3 passes each. The epoch length is part of it, because
 * members with different ones could never meet.
 *
 * @param passphrase - NFKC is applied, nothing else: case and spaces count
 * @throws {InvalidRoomNameError}
 */
export async function roomSecretFromName (name: string, passphrase = '', epochLengthMs = DEFAULT_EPOCH_LENGTH_MS, options: AbortOptions = {}): Promise<Uint8Array> {
  const parts = [
    lengthPrefixed(fromString(canonicalRoomName(name))),
    lengthPrefixed(fromString(passphrase.normalize('NFKC')))
  ]
  if (epochLengthMs !== DEFAULT_EPOCH_LENGTH_MS) {
    parts.push(u64be(epochLengthMs))
  }
  return argon2id(concat(parts), sha256(label('open-room')).subarray(0, 16), PASSPHRASE_COST, SECRET_LENGTH, options)
}

/** HKDF(S, "undertone/1/room-id"). */
export function roomIdFromSecret (secret: Uint8Array): RoomId {
  checkSecret(secret)
  return toString(derive(secret, 'room-id'), 'hex') as RoomId
}

/**
 * @throws {InvalidRoomIdError} when the text is not 64 lower-case hex digits
 */
export function toRoomId (text: string): RoomId {
  if (typeof text !== 'string' || !/^[0-9a-f]{64}$/.test(text)) {
    throw new InvalidRoomIdError('A room ID has 64 lower-case hex digits. Take it from the list of rooms.')
  }
  return text as RoomId
}

const roomBytes = new Map<string, Uint8Array>()

/** The 32 bytes of a room ID; do not change them. */
export function roomIdBytes (room: RoomId): Uint8Array {
  let bytes = roomBytes.get(room)
  if (bytes == null) {
    bytes = fromString(toRoomId(room), 'hex')
    if (roomBytes.size >= 256) {
      roomBytes.clear()
    }
    roomBytes.set(room, bytes)
  }
  return bytes
}

/**
 * @param timeMs - ms since 1970
 * @throws {EpochRangeError} when the clock or the length makes no sense
 */
export function epochAt (timeMs: number, epochLengthMs: number): Epoch {
  if (!Number.isSafeInteger(epochLengthMs) || epochLengthMs < 1) {
    throw new EpochRangeError(`An epoch length is a whole number of ms from 1, not ${epochLengthMs}.`)
  }
  const epoch = Math.floor(timeMs / epochLengthMs)
  checkEpoch(epoch)
  return epoch as Epoch
}

/**
 * The first key of an invite-only room, of the epoch in which it is created. The creator forgets S
 * afterwards: nobody can go back behind this key.
 */
export function genesisKey (secret: Uint8Array, epoch: number): EpochKey {
  checkSecret(secret)
  checkEpoch(epoch)
  return derive(secret, 'genesis', u64be(epoch)) as EpochKey
}

function anchorKey (secret: Uint8Array, anchor: number): EpochKey {
  return derive(secret, 'anchor', u64be(anchor)) as EpochKey
}

/** K(e+1) of a chain without anchors: HKDF(K(e), "undertone/1/next"). */
export function ratchet (key: Uint8Array): EpochKey {
  return derive(key, 'next') as EpochKey
}

/**
 * Shows that one holds K(e), or an earlier key: a member keeps it when K(e) itself is gone. 16 bytes;
 * it opens nothing.
 */
export function ageKey (key: Uint8Array): Uint8Array {
  return derive(key, 'age').slice(0, 16)
}

/** K(e) of an open room, from its secret, in at most 4,095 steps. */
export function epochKeyFromSecret (secret: Uint8Array, epoch: number): EpochKey {
  checkSecret(secret)
  checkEpoch(epoch)
  let key = anchorKey(secret, epoch - epoch % ANCHOR_INTERVAL)
  for (let step = epoch % ANCHOR_INTERVAL; step > 0; step--) {
    key = ratchet(key)
  }
  return key
}

/**
 * K(e+1) from K(e).
 *
 * @param secret - S of an open room: its chain passes an anchor every 4,096 epochs. Invite-only rooms have none and their chain simply goes on.
 */
export function nextEpochKey (key: Uint8Array, epoch: number, secret?: Uint8Array): EpochKey {
  checkEpoch(epoch)
  return secret != null && (epoch + 1) % ANCHOR_INTERVAL === 0 ? anchorKey(secret, epoch + 1) : ratchet(key)
}

/**
 * K(to) from K(from), for chains without anchors.
 *
 * @throws {EpochRangeError} when `to` lies before `from` or more than 1,000,000 epochs after it
 */
export function advance (key: Uint8Array, from: number, to: number): EpochKey {
  checkEpoch(from)
  checkEpoch(to)
  if (to < from) {
    throw new EpochRangeError('Keys of earlier epochs are destroyed and cannot be derived again. Check that the clock of this device is right.')
  }
  if (to - from > MAX_ADVANCE) {
    throw new EpochRangeError('This key is too old to be moved forward. Check the clock of this device, or ask for a new invite.')
  }
  let current = key.slice() as EpochKey
  for (let epoch = from; epoch < to; epoch++) {
    const next = ratchet(current)
    // also the steps in between open traffic of their epoch
    current.fill(0)
    current = next
  }
  return current
}

/** Everything one epoch of a room uses, from K(e). */
export function epochKeys (key: Uint8Array): EpochKeys {
  checkSecret(key)
  return {
    topic: toString(derive(key, 'topic').subarray(0, 16), 'hex'),
    rendezvous: derive(key, 'rendezvous'),
    envelope: derive(key, 'envelope'),
    membership: derive(key, 'membership'),
    nonce: derive(key, 'nonce'),
    recordSeed: derive(key, 'record-seed'),
    record: derive(key, 'record')
  }
}
