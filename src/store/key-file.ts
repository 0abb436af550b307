import { concat, fromString, toString } from 'uint8arrays'
import { CorruptVaultError } from './errors.ts'

const KEY_LENGTH = 32
/** Names the bucket before what it sealed, so that the key is found without trying all. */
export const TAG_LENGTH = 8

/** Seals the records of one bucket; the tag stands before what it sealed. 32 and 8 bytes, random. */
export interface BucketKey { key: Uint8Array, tag: Uint8Array }

/** Keys and small secrets of one room. */
export interface RoomKeys {
  /** by bucket; destroying one makes noise of its records */
  buckets: Map<string, BucketKey>
  /** state that must not survive its change, like epoch keys: it lives here and not in the database */
  state: Map<string, Uint8Array>
}

/** Content of the vault's key file. */
export interface KeyFile {
  /** names rooms in the database, 32 bytes */
  index: Uint8Array
  rooms: Map<string, RoomKeys>
  settings: Map<string, Uint8Array>
}

export function randomKey (): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(32))
}

export function newBucket (): BucketKey {
  return { key: randomKey(), tag: randomKey().slice(0, TAG_LENGTH) }
}

export function emptyKeyFile (): KeyFile {
  return { index: randomKey(), rooms: new Map(), settings: new Map() }
}

const text = (map: Map<string, Uint8Array>): Record<string, string> => Object.fromEntries([...map].map(([name, bytes]) => [name, toString(bytes, 'base64url')]))
const bytes = (record: Record<string, string>): Map<string, Uint8Array> => new Map(Object.entries(record).map(([name, value]) => [name, fromString(value, 'base64url')]))

/** JSON, padded to steps of 4 KiB: the file's size says little about how many rooms there are. */
export function encodeKeyFile (file: KeyFile): Uint8Array {
  const json = JSON.stringify({
    index: toString(file.index, 'base64url'),
    rooms: Object.fromEntries([...file.rooms].map(([room, { buckets, state }]) => [room, { buckets: text(new Map([...buckets].map(([bucket, { key, tag }]) => [bucket, concat([key, tag])]))), state: text(state) }])),
    settings: text(file.settings)
  })
  const encoded = new TextEncoder().encode(json)
  const padded = new Uint8Array(Math.ceil((encoded.length + 1) / 4_096) * 4_096).fill(0x20)
  padded.set(encoded)
  return padded
}

/** @throws {CorruptVaultError} */
export function decodeKeyFile (content: Uint8Array): KeyFile {
  if (content.length === 0) {
    return emptyKeyFile()
  }
  try {
    const { index, rooms, settings } = JSON.parse(new TextDecoder().decode(content))
    return {
      index: fromString(index, 'base64url'),
      rooms: new Map(Object.entries<any>(rooms).map(([room, { buckets, state }]) => [room, { buckets: new Map([...bytes(buckets)].map(([bucket, both]) => [bucket, { key: both.slice(0, KEY_LENGTH), tag: both.slice(KEY_LENGTH) }])), state: bytes(state) }])),
      settings: bytes(settings)
    }
  } catch {
    throw new CorruptVaultError()
  }
}
