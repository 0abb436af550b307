import { concat, fromString, toString } from 'uint8arrays'
import { KEY_LENGTH, PASSPHRASE_COST, SEAL_OVERHEAD, SIGNATURE_LENGTH, WrongPassphraseError, argon2id, constantTimeEqual, label, open, personaId, seal, sha256, sign, u64be, verify } from '../crypto/index.ts'
import { InvalidBundleError } from './errors.ts'
import { PieceReader, cut } from './pieces.ts'
import type { Pieces } from './pieces.ts'
import type { KeyPair } from '../crypto/index.ts'

// pure: a page that opens no room file leaves all of this behind
const MAGIC = /* @__PURE__ */ fromString('undertone-bundle')
/** 1 had no files, and its messages went on to the end. */
const VERSION = 2
const SALT_LENGTH = 16
const NONCE_LENGTH = 24
/** magic ‖ version (1) ‖ locked (1) ‖ salt (16), or the key itself where there is no passphrase */
const HEADER_LENGTH = 16 + 2 + KEY_LENGTH
/** Plaintext of one sealed frame, bytes. */
const FRAME = 64 * 1024
/** Largest bundle that is read, bytes. */
export const MAX_BUNDLE_BYTES = 1024 * 1024 * 1024
/** Messages of one bundle, bytes: they are in memory while their signature is checked. */
export const MAX_BUNDLE_MESSAGE_BYTES = 256 * 1024 * 1024
/** One sealed chunk of a file, bytes. */
export const MAX_BUNDLE_CHUNK_BYTES = 8 * 1024 * 1024 + SEAL_OVERHEAD
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

/** A room file of which the messages were read and checked; its files come as they are asked for. */
export interface OpenBundle extends Bundle {
  /**
   * Sealed chunks of files, as they travel between members. Nothing vouches for them here: a chunk
   * is what a signed message says it is when its hash is there.
   */
  chunks: AsyncGenerator<Uint8Array>
}

/**
 * A room as one file: sealed in frames, each bound to its place and the last one marked, so that
 * cutting, swapping or adding is noticed; the messages signed by the exporting persona.
 *
 * Without a passphrase the key is in the file: whoever has the file is in, as with an invite.
 */
export async function * writeBundle (content: Omit<Bundle, 'author'> & { keyPair: KeyPair, chunks?: Pieces }, options: { passphrase?: string } = {}): AsyncGenerator<Uint8Array> {
  const locked = options.passphrase != null && options.passphrase !== ''
  const secret = random(locked ? SALT_LENGTH : KEY_LENGTH)
  const header = new Uint8Array(HEADER_LENGTH)
  header.set(MAGIC)
  header.set([VERSION, locked ? 1 : 0], MAGIC.length)
  header.set(secret, MAGIC.length + 2)
  const key = locked ? await keyOf(options.passphrase as string, secret) : secret
  yield header
  let index = 0
  for await (const { bytes, last } of cut(body(content), FRAME)) {
    yield seal(key, bytes, place(header, index++, last), random(NONCE_LENGTH))
  }
}

/** public key ‖ signature ‖ length of messages (u32) ‖ messages ‖ (length (u32) ‖ sealed chunk)… */
async function * body (content: Omit<Bundle, 'author'> & { keyPair: KeyPair, chunks?: Pieces }): AsyncGenerator<Uint8Array> {
  const plaintext = encodeContent(content)
  // what is signed is what it says, not how it is sealed: `verify` works on what was opened
  const signature = await sign(content.keyPair.privateKey, statement(content.room, plaintext))
  yield concat([content.keyPair.publicKey, signature, u32(plaintext.length)])
  yield plaintext
  for await (const chunk of content.chunks ?? []) {
    yield u32(chunk.length)
    yield chunk
  }
}

/** All of it in memory: for a room without files. */
export async function exportBundle (...[content, options]: Parameters<typeof writeBundle>): Promise<Uint8Array> {
  const parts = []
  for await (const part of writeBundle(content, options)) {
    parts.push(part)
  }
  return concat(parts)
}

/**
 * Reads a bundle up to its files. Those are left to be read, or to be let go by `chunks.return()`.
 *
 * @throws {WrongPassphraseError} when it does not open
 * @throws {InvalidBundleError} when it is none, was cut, altered, or made by a newer version
 */
export async function readBundle (source: Uint8Array | Pieces, options: { passphrase?: string } = {}): Promise<OpenBundle> {
  const file = new PieceReader(source instanceof Uint8Array ? [source] : source)
  try {
    const header = (await file.read(HEADER_LENGTH)).slice()
    const version = header[MAGIC.length]
    if (header.length < HEADER_LENGTH || !constantTimeEqual(header.subarray(0, MAGIC.length), MAGIC)) {
      throw new InvalidBundleError('This file is not a room. Choose a file that was made by exporting one.')
    }
    if (version !== VERSION) {
      throw new InvalidBundleError(version > VERSION ? 'This file was made by a newer version of Undertone. Update, then import it.' : 'This file was made before the first release, in a form that is not read any more. Export the room again.')
    }
    const locked = header[MAGIC.length + 1] === 1
    if (locked && (options.passphrase == null || options.passphrase === '')) {
      throw new WrongPassphraseError('This file is locked with a passphrase. Give the passphrase it was exported with.')
    }
    const secret = header.subarray(MAGIC.length + 2)
    const key = locked ? await keyOf(options.passphrase as string, secret.subarray(0, SALT_LENGTH)) : secret
    const opened = new PieceReader(openFrames(key, header, file.rest(), locked))
    const publicKey = (await opened.read(KEY_LENGTH)).slice()
    const signature = (await opened.read(SIGNATURE_LENGTH)).slice()
    const plaintext = await record(opened, MAX_BUNDLE_MESSAGE_BYTES) ?? new Uint8Array()
    if (signature.length < SIGNATURE_LENGTH || plaintext.length < KEY_LENGTH) {
      throw damaged()
    }
    const content = decodeContent(plaintext)
    if (!await verify(publicKey, signature, statement(content.room, plaintext))) {
      throw new InvalidBundleError('The signature of this file is wrong: somebody changed it after it was exported. Ask for it again.')
    }
    return { ...content, author: personaId(publicKey), chunks: readChunks(opened, file) }
  } catch (error) {
    await file.end()
    throw error
  }
}

async function * readChunks (opened: PieceReader, file: PieceReader): AsyncGenerator<Uint8Array> {
  try {
    for (let chunk = await record(opened, MAX_BUNDLE_CHUNK_BYTES); chunk != null; chunk = await record(opened, MAX_BUNDLE_CHUNK_BYTES)) {
      yield chunk
    }
  } finally {
    await file.end()
  }
}

/** length (u32) ‖ so many bytes; undefined at the end. */
async function record (from: PieceReader, most: number): Promise<Uint8Array | undefined> {
  const head = await from.read(4)
  if (head.length === 0) {
    return undefined
  }
  const length = head.length < 4 ? Infinity : new DataView(head.buffer, head.byteOffset).getUint32(0)
  const bytes = length > most ? undefined : await from.read(length)
  if (bytes?.length !== length) {
    throw damaged()
  }
  return bytes
}

/** All of a bundle's messages; its files are read to see that it is whole, and let go. */
export async function importBundle (source: Uint8Array | Pieces, options: { passphrase?: string } = {}): Promise<Bundle> {
  const { chunks, ...bundle } = await readBundle(source, options)
  while ((await chunks.next()).done !== true) { /* nothing of them is kept */ }
  return bundle
}

function statement (room: string, plaintext: Uint8Array): Uint8Array {
  return label('bundle', fromString(room, 'hex'), sha256(plaintext))
}

function damaged (): InvalidBundleError {
  return new InvalidBundleError('This file was damaged or cut off. Copy it again from where it came.')
}

async function * openFrames (key: Uint8Array, header: Uint8Array, sealed: Pieces, locked: boolean): AsyncGenerator<Uint8Array> {
  const size = FRAME + SEAL_OVERHEAD
  let index = 0
  for await (const { bytes, last } of cut(sealed, size)) {
    const frame = (index + 1) * size > MAX_BUNDLE_BYTES ? undefined : open(key, bytes, place(header, index, last))
    if (frame == null) {
      // with a wrong passphrase not even the first opens
      throw locked && index === 0 ? new WrongPassphraseError('This passphrase does not open the file (or the file was damaged). Check it and try again.') : damaged()
    }
    index++
    yield frame
  }
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
