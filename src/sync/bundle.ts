import { concat, fromString, toString } from 'uint8arrays'
import { PASSPHRASE_COST, WrongPassphraseError, argon2id, constantTimeEqual, label, open, personaId, seal, sha256, sign, u64be, verify } from '../crypto/index.ts'
import { InvalidBundleError } from './errors.ts'
import type { KeyPair } from '../crypto/index.ts'

const MAGIC = fromString('undertone-bundle')
const VERSION = 1
const SALT_LENGTH = 16
const NONCE_LENGTH = 24
const KEY_LENGTH = 32
const SIGNATURE_LENGTH = 64
/** magic ‖ version (1) ‖ locked (1) ‖ salt (16), or the key itself where there is no passphrase */
const HEADER_LENGTH = MAGIC.length + 2 + KEY_LENGTH
/** Plaintext of one sealed chunk, bytes. */
const CHUNK = 64 * 1024
/** Largest bundle that is read, bytes. */
export const MAX_BUNDLE_BYTES = 1024 * 1024 * 1024
const MAX_INVITE_BYTES = 16 * 1024

/** What a room file holds. */
export interface Bundle {
  /** hex */
  room: string
  /** the way in, as text */
  invite: string
  /** signed messages, wire encoding */
  encoded: Uint8Array[]
  /** persona that made the file */
  author: string
}

/**
 * A room as one file: sealed in chunks, each bound to its place and the last one marked, so that
 * cutting, swapping or adding is noticed; signed by the exporting persona.
 *
 * Without a passphrase the key is in the file: whoever has the file is in, as with an invite.
 */
export async function exportBundle (content: Omit<Bundle, 'author'> & { keyPair: KeyPair }, options: { passphrase?: string } = {}): Promise<Uint8Array> {
  const locked = options.passphrase != null && options.passphrase !== ''
  const secret = random(locked ? SALT_LENGTH : KEY_LENGTH)
  const header = new Uint8Array(HEADER_LENGTH)
  header.set(MAGIC)
  header.set([VERSION, locked ? 1 : 0], MAGIC.length)
  header.set(secret, MAGIC.length + 2)
  const key = locked ? await keyOf(options.passphrase as string, secret) : secret
  const plaintext = encodeContent(content)
  // what is signed is what it says, not how it is sealed: `verify` works on what was opened
  const signature = await sign(content.keyPair.privateKey, label('bundle', fromString(content.room, 'hex'), sha256(plaintext)))
  const body = concat([content.keyPair.publicKey, signature, plaintext])
  const parts: Uint8Array[] = [header]
  for (let at = 0, index = 0; at === 0 || at < body.length; at += CHUNK, index++) {
    const last = at + CHUNK >= body.length
    parts.push(seal(key, body.subarray(at, at + CHUNK), place(header, index, last), random(NONCE_LENGTH)))
  }
  return concat(parts)
}

/**
 * @throws {WrongPassphraseError} when it does not open
 * @throws {InvalidBundleError} when it is none, was cut, altered, or made by a newer version
 */
export async function importBundle (bytes: Uint8Array, options: { passphrase?: string } = {}): Promise<Bundle> {
  if (bytes.length < HEADER_LENGTH || bytes.length > MAX_BUNDLE_BYTES || !constantTimeEqual(bytes.subarray(0, MAGIC.length), MAGIC)) {
    throw new InvalidBundleError('This file is not a room. Choose a file that was made by exporting one.')
  }
  const header = bytes.subarray(0, HEADER_LENGTH)
  if (header[MAGIC.length] !== VERSION) {
    throw new InvalidBundleError('This file was made by a newer version of Undertone. Update, then import it.')
  }
  const locked = header[MAGIC.length + 1] === 1
  if (locked && (options.passphrase == null || options.passphrase === '')) {
    throw new WrongPassphraseError('This file is locked with a passphrase. Give the passphrase it was exported with.')
  }
  const secret = header.subarray(MAGIC.length + 2)
  const key = locked ? await keyOf(options.passphrase as string, secret.subarray(0, SALT_LENGTH)) : secret
  const body = openChunks(key, header, bytes.subarray(HEADER_LENGTH), locked)
  if (body.length < KEY_LENGTH + SIGNATURE_LENGTH) {
    throw damaged()
  }
  const publicKey = body.subarray(0, KEY_LENGTH)
  const plaintext = body.subarray(KEY_LENGTH + SIGNATURE_LENGTH)
  const content = decodeContent(plaintext)
  const statement = label('bundle', fromString(content.room, 'hex'), sha256(plaintext))
  if (!await verify(publicKey, body.subarray(KEY_LENGTH, KEY_LENGTH + SIGNATURE_LENGTH), statement)) {
    throw new InvalidBundleError('The signature of this file is wrong: somebody changed it after it was exported. Ask for it again.')
  }
  return { ...content, author: personaId(publicKey) }
}

function damaged (): InvalidBundleError {
  return new InvalidBundleError('This file was damaged or cut off. Copy it again from where it came.')
}

function openChunks (key: Uint8Array, header: Uint8Array, sealed: Uint8Array, locked: boolean): Uint8Array {
  const size = CHUNK + NONCE_LENGTH + 16
  const parts = []
  for (let at = 0, index = 0; at < sealed.length; at += size, index++) {
    const chunk = open(key, sealed.subarray(at, at + size), place(header, index, at + size >= sealed.length))
    if (chunk == null) {
      // with a wrong passphrase not even the first opens
      throw locked && index === 0 ? new WrongPassphraseError('This passphrase does not open the file (or the file was damaged). Check it and try again.') : damaged()
    }
    parts.push(chunk)
  }
  if (parts.length === 0) {
    throw damaged()
  }
  return concat(parts)
}

function place (header: Uint8Array, index: number, last: boolean): Uint8Array {
  return concat([header, u64be(index), Uint8Array.of(last ? 1 : 0)])
}

/** room (32 bytes) ‖ length of invite (u32) ‖ invite ‖ (length (u32) ‖ message)… */
function encodeContent ({ room, invite, encoded }: Omit<Bundle, 'author'>): Uint8Array {
  const text = new TextEncoder().encode(invite)
  return concat([fromString(room, 'hex'), u32(text.length), text, ...encoded.flatMap(message => [u32(message.length), message])])
}

function decodeContent (bytes: Uint8Array): Omit<Bundle, 'author'> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 32
  const next = (most: number): Uint8Array => {
    const length = at + 4 <= bytes.length ? view.getUint32(at) : Infinity
    if (length > most || at + 4 + length > bytes.length) {
      throw damaged()
    }
    at += 4 + length
    return bytes.slice(at - length, at)
  }
  const invite = toString(next(MAX_INVITE_BYTES))
  const encoded = []
  while (at < bytes.length) {
    encoded.push(next(65_536))
  }
  return { room: toString(bytes.subarray(0, 32), 'hex'), invite, encoded }
}

function u32 (value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

async function keyOf (passphrase: string, salt: Uint8Array): Promise<Uint8Array> {
  return argon2id(fromString(passphrase.normalize('NFKC')), salt, PASSPHRASE_COST, KEY_LENGTH)
}

function random (length: number): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(length))
}
