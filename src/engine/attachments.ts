import { byteStream } from '@libp2p/utils'
import { pipe } from 'it-pipe'
import { toString } from 'uint8arrays'
import { open, seal, sha256 } from '../crypto/index.ts'
import { InvalidParametersError, UnknownAttachmentError } from '../room/index.ts'
import { randomSeed } from './randomness.ts'
import type { RoomCore } from './room-core.ts'
import type { Compartment } from '../network/compartment-api.ts'
import type { MessageId, SignedMessage } from '../wire/index.ts'
import type { AbortOptions, Stream } from '@libp2p/interface'

/** Largest file, bytes. It is held in memory by everybody who fetched it. */
export const MAX_ATTACHMENT_BYTES = 8 * 1024 * 1024
/** Bound on sealed files held per node; the oldest go first. */
export const MAX_HELD_BYTES = 64 * 1024 * 1024
const CHUNK = 32 * 1024
const HASH_BYTES = 32
const EMPTY = new Uint8Array()

interface HeldFile {
  room: string
  sealed: Uint8Array
  /** the statement it belongs to: a file lives as long; undefined while that is being said */
  message?: MessageId
}

/**
 * Files travel sealed and by content: the statement in the room carries hash and key, any member
 * who has the sealed bytes hands them out without being told what they are. What is held for one
 * room is handed out in no other, and no longer than its statement is held.
 */
export class Attachments {
  readonly #held = new Map<string, HeldFile>()
  #bytes = 0

  /** bytes held, all rooms together */
  get size (): number { return this.#bytes }

  #keep (key: string, file: HeldFile): void {
    if (this.#held.has(key)) {
      return
    }
    this.#held.set(key, file)
    this.#bytes += file.sealed.length
    for (const oldest of this.#held.keys()) {
      if (this.#bytes <= MAX_HELD_BYTES) {
        break
      }
      this.#drop(oldest)
    }
  }

  #drop (key: string): void {
    this.#bytes -= this.#held.get(key)?.sealed.length ?? 0
    this.#held.delete(key)
  }

  /** What is held in this room and whose statement is neither over nor taken back. */
  #find (core: RoomCore, hash: string): Uint8Array | undefined {
    const key = keyOf(core, hash)
    const file = this.#held.get(key)
    if (file?.message != null) {
      const message = core.timeline.get(file.message)
      if (message == null || core.timeline.annotations(message.id)?.deletions.has(message.author) === true) {
        this.#drop(key)
        return undefined
      }
    }
    return file?.sealed
  }

  async attach (core: RoomCore, file: { data: Uint8Array, name: string, type: string }, options: AbortOptions = {}): Promise<{ id: string }> {
    if (file.data.length > MAX_ATTACHMENT_BYTES) {
      throw new InvalidParametersError(`data must be at most ${MAX_ATTACHMENT_BYTES / 1024 / 1024} MiB; send a smaller file`)
    }
    if (file.name === '' || file.name.length > 255) {
      throw new InvalidParametersError('name must have 1 to 255 characters')
    }
    const key = randomSeed()
    const sealed = seal(key, file.data, EMPTY, randomSeed().subarray(0, 24))
    const hash = sha256(sealed)
    const held: HeldFile = { room: core.id, sealed }
    const place = keyOf(core, toString(hash, 'hex'))
    // before it is said: who hears of it may ask at once
    this.#keep(place, held)
    let message: SignedMessage
    try {
      message = await core.voice.say({ kind: 'attachment', name: file.name, type: file.type, size: file.data.length, hash: sha256(file.data), key, chunkSize: Math.max(1, file.data.length), chunks: [hash], thumbnail: EMPTY, text: '' }, options)
    } catch (error) {
      this.#drop(place)
      throw error
    }
    held.message = message.id
    return { id: message.id }
  }

  async fetch (core: RoomCore, attachment: string, options: AbortOptions = {}): Promise<Uint8Array> {
    const body = core.timeline.get(attachment as MessageId)?.body
    if (body?.kind !== 'attachment' || body.chunks.length !== 1) {
      throw new UnknownAttachmentError('No such attachment is known in this room.')
    }
    const [wanted] = body.chunks
    const name = toString(wanted, 'hex')
    let sealed = this.#find(core, name)
    for (const peer of sealed != null ? [] : core.compartment?.members() ?? []) {
      options.signal?.throwIfAborted()
      try {
        sealed = await this.#request(core.compartment as Compartment, peer, wanted, body.size, options)
        if (sealed != null) {
          this.#keep(keyOf(core, name), { room: core.id, sealed, message: attachment as MessageId })
          break
        }
      } catch {
        // the next member may have it
      }
    }
    const data = sealed == null ? undefined : open(body.key, sealed, EMPTY)
    if (data == null) {
      throw new UnknownAttachmentError('Nobody who is connected now has this file. Try again when its sender is here.')
    }
    // lists judge a file by the hash that its statement names: it must be the file's own
    if (data.length !== body.size || toString(sha256(data), 'hex') !== toString(body.hash, 'hex')) {
      throw new UnknownAttachmentError('This file is not the one its sender announced. Do not ask for it again.')
    }
    return data
  }

  async #request (compartment: Compartment, peer: string, hash: Uint8Array, size: number, options: AbortOptions): Promise<Uint8Array | undefined> {
    const signal = options.signal == null ? AbortSignal.timeout(60_000) : AbortSignal.any([options.signal, AbortSignal.timeout(60_000)])
    const stream = await compartment.open(peer, 'file', { signal })
    try {
      const bytes = byteStream(stream)
      await bytes.write(hash, { signal })
      const header = (await bytes.read({ bytes: 4, signal })).subarray()
      const length = new DataView(header.buffer, header.byteOffset).getUint32(0)
      // nonce and tag are what sealing adds
      if (length === 0 || length > size + 64) {
        return undefined
      }
      const sealed = new Uint8Array(length)
      for (let at = 0; at < length;) {
        const chunk = await bytes.read({ bytes: Math.min(CHUNK, length - at), signal })
        sealed.set(chunk.subarray(), at)
        at += chunk.byteLength
      }
      return toString(sha256(sealed), 'hex') === toString(hash, 'hex') ? sealed : undefined
    } finally {
      stream.abort(new Error('done'))
    }
  }

  /** Hands out this room's sealed bytes to one of its members. */
  async serve (core: RoomCore, stream: Stream): Promise<void> {
    const signal = AbortSignal.timeout(60_000)
    try {
      const bytes = byteStream(stream)
      const hash = (await bytes.read({ bytes: HASH_BYTES, signal })).subarray()
      const sealed = this.#find(core, toString(hash, 'hex')) ?? EMPTY
      const header = new Uint8Array(4)
      new DataView(header.buffer).setUint32(0, sealed.length)
      await pipe(inChunks(header, sealed), async chunks => {
        for (const chunk of chunks) {
          await bytes.write(chunk, { signal })
        }
      })
      await stream.close({ signal })
    } catch (error) {
      stream.abort(error as Error)
    }
  }

  /** A room was left. */
  forget (room: string): void {
    for (const [key, file] of this.#held) {
      if (file.room === room) {
        this.#drop(key)
      }
    }
  }

  clear (): void {
    this.#held.clear()
    this.#bytes = 0
  }
}

function keyOf (core: RoomCore, hash: string): string {
  return `${core.id}/${hash}`
}

/** A write costs more than its bytes, and one of a whole file would fill a stream's buffer. */
function * inChunks (header: Uint8Array, sealed: Uint8Array): Generator<Uint8Array> {
  yield header
  for (let at = 0; at < sealed.length; at += CHUNK) {
    yield sealed.subarray(at, at + CHUNK)
  }
}
