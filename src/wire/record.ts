import { peerIdFromMultihash, peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import * as Digest from 'multiformats/hashes/digest'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { constantTimeEqual, generateKeyPair, label, open, seal, sha256, sign, SIGNATURE_LENGTH, u64be, verify } from '../crypto/index.ts'
import { padTo, unpad } from './padding.ts'
import { RecordBody } from './record-body.ts'
import type { EpochKeys } from '../crypto/index.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

/** A sealed record has always this many bytes; a server learns nothing from its size. */
export const RECORD_LENGTH = 4_096
/** Records of one epoch: members share the load and a lost race costs one slot, not all. */
export const RECORD_SLOTS = 4
export const MAX_RECORD_CONTACTS = 24
export const RECORD_KEY_PREFIX = '/undertone/'
const PUBLIC_KEY_LENGTH = 32
const NONCE_LENGTH = 24
const HEADER_LENGTH = PUBLIC_KEY_LENGTH + 1 + 8
const SEALED_LENGTH = RECORD_LENGTH - HEADER_LENGTH - SIGNATURE_LENGTH
/** nonce and tag */
const PADDED_LENGTH = SEALED_LENGTH - NONCE_LENGTH - 16

/** A member as found through the DHT. */
export interface RecordContact {
  /** transport peer ID */
  peer: string
  /** at most 8, without the peer ID */
  addresses: Multiaddr[]
  /** ms since 1970 when it announced itself */
  time: number
}

/** The DHT key of a slot: "/undertone/" ‖ SHA-256(public key ‖ slot). Unlinkable to the room without its secret, and rotating with the epoch. */
export function recordKey (keys: EpochKeys, slot: number): Uint8Array {
  return keyOf(generateKeyPair(keys.recordSeed).publicKey, slot)
}

function keyOf (publicKey: Uint8Array, slot: number): Uint8Array {
  return concat([fromString(RECORD_KEY_PREFIX), sha256(label('record-key', publicKey, Uint8Array.of(slot)))])
}

/**
 * public key ‖ slot ‖ sequence (u64) ‖ sealed contacts ‖ signature by the epoch's record key. The
 * model is Tor's onion service descriptors (rend-spec-v3 §2): servers check who may write without learning for whom.
 *
 * @param sequence - grows with every write; ms since 1970
 * @param nonce - 24 random bytes
 */
export async function sealRecord (keys: EpochKeys, slot: number, contacts: RecordContact[], sequence: number, nonce: Uint8Array): Promise<Uint8Array> {
  const pair = generateKeyPair(keys.recordSeed)
  const newest = [...contacts].sort((a, b) => b.time - a.time).slice(0, MAX_RECORD_CONTACTS)
  let padded: Uint8Array | undefined
  while (padded == null) {
    const body = encodeContacts(newest)
    if (body.length < PADDED_LENGTH) {
      padded = padTo(body, PADDED_LENGTH)
    } else {
      newest.pop()
    }
  }
  const header = concat([pair.publicKey, Uint8Array.of(slot), u64be(sequence)])
  const signed = concat([header, seal(keys.record, padded, header, nonce)])
  return concat([signed, await sign(pair.privateKey, label('record', signed))])
}

/** For DHT servers: whether a value belongs under a key, as far as anybody can tell. */
export async function checkRecord (key: Uint8Array, value: Uint8Array): Promise<boolean> {
  if (value.length !== RECORD_LENGTH || value[PUBLIC_KEY_LENGTH] >= RECORD_SLOTS) {
    return false
  }
  const publicKey = value.subarray(0, PUBLIC_KEY_LENGTH)
  if (!constantTimeEqual(keyOf(publicKey, value[PUBLIC_KEY_LENGTH]), key)) {
    return false
  }
  const end = value.length - SIGNATURE_LENGTH
  return verify(publicKey, value.subarray(end), label('record', value.subarray(0, end)))
}

/** Sequence number of a record that passed `checkRecord`. */
export function recordSequence (value: Uint8Array): number {
  return value.length < HEADER_LENGTH ? -1 : Number(new DataView(value.buffer, value.byteOffset).getBigUint64(PUBLIC_KEY_LENGTH + 1))
}

/** For DHT servers and clients: index of the newest record. */
export function selectRecord (values: Uint8Array[]): number {
  let newest = 0
  for (let i = 1; i < values.length; i++) {
    if (recordSequence(values[i]) > recordSequence(values[newest])) {
      newest = i
    }
  }
  return newest
}

/** The contacts in a record; undefined when it is not one of this epoch. Entries that cannot be read are left out. */
export function openRecord (keys: EpochKeys, value: Uint8Array): RecordContact[] | undefined {
  if (value.length !== RECORD_LENGTH) {
    return undefined
  }
  const padded = open(keys.record, value.subarray(HEADER_LENGTH, value.length - SIGNATURE_LENGTH), value.subarray(0, HEADER_LENGTH))
  const encoded = padded == null ? undefined : unpad(padded)
  if (encoded == null) {
    return undefined
  }
  return decodeContacts(encoded)
}

/** Contacts as members tell them to each other, in records and on member streams. */
export function encodeContacts (contacts: RecordContact[]): Uint8Array {
  return RecordBody.encode({
    contacts: contacts.slice(0, MAX_RECORD_CONTACTS).map(contact => ({
      peer: peerIdFromString(contact.peer).toMultihash().bytes as Uint8Array<ArrayBuffer>,
      addresses: contact.addresses.slice(0, 8).map(a => a.bytes as Uint8Array<ArrayBuffer>),
      time: BigInt(contact.time)
    }))
  })
}

/** Entries that cannot be read are left out; undefined when nothing can. */
export function decodeContacts (bytes: Uint8Array): RecordContact[] | undefined {
  try {
    return RecordBody.decode(bytes).contacts.flatMap(contact => {
      try {
        return [{
          peer: peerIdFromMultihash(Digest.decode(contact.peer) as any).toString(),
          addresses: contact.addresses.map(a => multiaddr(a)),
          time: Number(contact.time)
        }]
      } catch {
        return []
      }
    })
  } catch {
    return undefined
  }
}
