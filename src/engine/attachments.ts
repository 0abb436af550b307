import { toString } from 'uint8arrays'
import { open, seal, sha256, sha256Hex } from '../crypto/index.ts'
import { InvalidParametersError, UnknownAttachmentError } from '../room/index.ts'
import { pacedBytes } from '../streams/index.ts'
import { MAX_NAME_LENGTH } from '../wire/limits.ts'
import { CHUNK_BYTES, MAX_ATTACHMENT_BYTES, bytesOf, sealedLength, shapeOf } from './file-shape.ts'
import { FileShelf, namedFiles } from './file-shelf.ts'
import { FileTransfer } from './file-transfer.ts'
import { randomSeed } from './randomness.ts'
import type { FileProgress, OutgoingFile } from './api.ts'
import type { FileShape } from './file-shape.ts'
import type { ShelvedFile } from './file-shelf.ts'
import type { RoomCore } from './room-core.ts'
import type { Compartment } from '../network/compartment-api.ts'
import type { Store } from '../store/store-api.ts'
import type { AttachmentBody, MessageId, SignedMessage } from '../wire/index.ts'
import type { AbortOptions, Stream } from '@libp2p/interface'

const HASH_BYTES = 32
const EMPTY = new Uint8Array()
/** A reader that takes nothing for so long, or asks for nothing, is let go. */
const IDLE_MS = 60_000
const WRITE_BYTES = 32 * 1024
/** Progress is told this often at most. */
const PROGRESS_MS = 100

export interface AttachmentsInit {
  store: Pick<Store, 'ephemeral' | 'files'>
  onProgress? (progress: FileProgress): void
  shelf?: FileShelf
}

interface Running {
  controller: AbortController
  data: Promise<Uint8Array>
  waiting: number
}

type Attached = SignedMessage & { body: AttachmentBody }

/**
 * Files travel sealed, in chunks and by content: the statement in the room carries their hashes and
 * the key, any member who has a chunk hands it out without being told what it is.
 */
export class Attachments {
  readonly #shelf: FileShelf
  readonly #onProgress?: (progress: FileProgress) => void
  readonly #running = new Map<string, Running>()

  constructor (init: AttachmentsInit) {
    this.#shelf = init.shelf ?? new FileShelf(init.store)
    this.#onProgress = init.onProgress
  }

  /** bytes held or promised, all rooms together */
  get size (): number { return this.#shelf.size }

  async attach (core: RoomCore, file: OutgoingFile, options: AbortOptions = {}): Promise<{ id: string, removed: string[] }> {
    if (file.data.length > MAX_ATTACHMENT_BYTES) {
      throw new InvalidParametersError(`data must be at most ${MAX_ATTACHMENT_BYTES / 1024 / 1024} MiB; send a smaller file.`)
    }
    for (const [what, least] of [['name', 1], ['type', 0]] as const) {
      const { length } = new TextEncoder().encode(file[what])
      if (length < least || length > MAX_NAME_LENGTH) {
        throw new InvalidParametersError(`${what} must have ${least} to ${MAX_NAME_LENGTH} bytes of UTF-8, not ${length}.`)
      }
    }
    // a page loads it when there is a file
    const { withoutMetadata } = await import('../room/image-metadata.ts')
    const { data, removed } = file.keepMetadata === true ? { data: file.data, removed: [] } : withoutMetadata(file.data)
    const key = randomSeed()
    const sealed: Uint8Array[] = []
    for (let at = 0; at < data.length || at === 0; at += CHUNK_BYTES) {
      sealed.push(seal(key, data.subarray(at, at + CHUNK_BYTES), EMPTY, randomSeed().subarray(0, 24)))
      await breathe(options)
    }
    const body: AttachmentBody = { kind: 'attachment', name: file.name, type: file.type, size: data.length, hash: sha256(data), key, chunkSize: Math.max(1, Math.min(CHUNK_BYTES, data.length)), chunks: sealed.map(chunk => sha256(chunk)), thumbnail: EMPTY, text: '' }
    const held = await this.#shelf.place(core, shapeOf(body), undefined, file.expires)
    held.pins++
    try {
      // before it is said: who hears of it may ask at once
      for (const [index, chunk] of sealed.entries()) {
        await this.#shelf.put(core, held, index, chunk)
        await breathe(options)
      }
      held.message = (await core.voice.say(body, { ...options, expires: file.expires })).id
    } catch (error) {
      await this.#shelf.drop(core, held).catch(() => {})
      throw error
    } finally {
      held.pins--
    }
    return { id: held.message, removed }
  }

  /**
   * The file of a statement. Several callers share one transfer; it ends when the last of them aborts,
   * and goes on from there the next time.
   *
   * @throws {UnknownAttachmentError} when there is none, or nobody who is connected has what is missing
   */
  async fetch (core: RoomCore, attachment: string, options: AbortOptions = {}): Promise<Uint8Array> {
    const message = core.timeline.get(attachment as MessageId)
    if (message?.body?.kind !== 'attachment') {
      throw new UnknownAttachmentError('No such attachment is known in this room.')
    }
    options.signal?.throwIfAborted()
    const place = `${core.id}/${attachment}`
    let running = this.#running.get(place)
    if (running == null) {
      const controller = new AbortController()
      running = { controller, waiting: 0, data: this.#fetch(core, message as Attached, controller.signal).finally(() => { this.#running.delete(place) }) }
      this.#running.set(place, running)
    }
    return wait(running, options.signal)
  }

  /** Stops fetching; what has come is kept, and not asked for again. */
  cancel (core: RoomCore, attachment: string): boolean {
    const running = this.#running.get(`${core.id}/${attachment}`)
    running?.controller.abort(new UnknownAttachmentError('Fetching this file was cancelled. Fetch it again to go on from there.'))
    return running != null
  }

  async #fetch (core: RoomCore, message: Attached, signal: AbortSignal): Promise<Uint8Array> {
    const { body } = message
    // chunks whose statement was not written yet would be nobody's after a crash
    await core.keeper.secure()
    const file = await this.#shelf.place(core, shapeOf(body), message)
    file.pins++
    try {
      // a chunk that turns out to be damaged here is fetched once more
      for (let attempt = 0; attempt < 2; attempt++) {
        await this.#complete(core, file, message.id, signal)
        const data = await this.#opened(core, file, body)
        if (data != null) {
          return data
        }
      }
      throw new UnknownAttachmentError('This file cannot be read where it is stored. Free some space, and fetch it again.')
    } catch (error) {
      if ((error as Error).name === 'UnknownAttachmentError' && file.held.size === 0) {
        await this.#shelf.drop(core, file)
      }
      throw error
    } finally {
      file.pins--
    }
  }

  async #complete (core: RoomCore, file: ShelvedFile, attachment: MessageId, signal: AbortSignal): Promise<void> {
    const { shape } = file
    const { compartment } = core
    const wanted = shape.hashes.flatMap((_, index) => file.held.has(index) ? [] : [index])
    let told = -Infinity
    const transfer = new FileTransfer({
      wanted,
      chunk: index => ({ hash: shape.hashes[index], length: sealedLength(shape, index) }),
      peers: () => compartment?.members() ?? [],
      open: async (peer, options) => (compartment as Compartment).open(peer, 'file', options),
      took: async (index, sealed) => {
        await this.#shelf.put(core, file, index, sealed)
        if (performance.now() - told > PROGRESS_MS || file.held.size === shape.hashes.length) {
          told = performance.now()
          this.#onProgress?.({ room: core.id, attachment, received: bytesOf(shape, file.held), size: shape.size })
        }
      },
      lied: peer => { compartment?.ban(peer, 'sent other bytes than those of the file') }
    })
    const missing = await transfer.run({ signal })
    if (missing > 0) {
      const part = file.held.size === 0 ? '' : ` ${Math.floor(100 * bytesOf(shape, file.held) / shape.size)} % of it has come and is kept.`
      throw new UnknownAttachmentError(`Nobody who is connected now has ${part === '' ? 'this file' : 'the rest of this file'}.${part} Try again when its sender is here.`)
    }
  }

  /** undefined: a chunk is missing after all. */
  async #opened (core: RoomCore, file: ShelvedFile, body: AttachmentBody): Promise<Uint8Array | undefined> {
    const data = new Uint8Array(body.size)
    for (let index = 0; index < file.shape.hashes.length; index++) {
      const sealed = await this.#shelf.get(core, file, index)
      if (sealed == null) {
        return undefined
      }
      const chunk = open(body.key, sealed, EMPTY)
      if (chunk == null) {
        throw await this.#foreign(core, file)
      }
      data.set(chunk, index * body.chunkSize)
      await breathe()
    }
    // lists judge a file by the hash that its statement names: it must be the file's own
    if (toString(sha256(data), 'hex') !== toString(body.hash, 'hex')) {
      throw await this.#foreign(core, file)
    }
    return data
  }

  async #foreign (core: RoomCore, file: ShelvedFile): Promise<UnknownAttachmentError> {
    file.held.clear()
    await this.#shelf.drop(core, file)
    return new UnknownAttachmentError('This file is not the one its sender announced. Do not ask for it again.')
  }

  /** Hands out this room's sealed chunks to one of its members, as many as it asks for. */
  async serve (core: RoomCore, stream: Stream): Promise<void> {
    const bytes = pacedBytes(stream)
    try {
      for (;;) {
        const hash = await bytes.read({ bytes: HASH_BYTES, signal: AbortSignal.timeout(IDLE_MS) })
        const sealed = await this.#shelf.find(core, toString(hash.subarray(), 'hex')) ?? EMPTY
        const header = new Uint8Array(4)
        new DataView(header.buffer).setUint32(0, sealed.length)
        await bytes.write(header, { signal: AbortSignal.timeout(IDLE_MS) })
        for (let at = 0; at < sealed.length; at += WRITE_BYTES) {
          // a write of a whole chunk would fill a stream's buffer
          await bytes.write(sealed.subarray(at, at + WRITE_BYTES), { signal: AbortSignal.timeout(IDLE_MS) })
        }
      }
    } catch (error) {
      stream.abort(error as Error)
    }
  }

  /**
   * Sealed chunks of the files held here in whole, newest file first and as many files as `limit` bytes
   * hold, for a file that carries the room. `left`: how many stay behind.
   */
  async carried (core: RoomCore, limit: number): Promise<{ files: number, left: number, chunks: AsyncGenerator<Uint8Array> }> {
    const all = await this.#shelf.whole(core)
    let bytes = 0
    const taken = all.filter(({ shape }) => bytes + shape.size <= limit && (bytes += shape.size) >= 0)
    return { files: taken.length, left: all.length - taken.length, chunks: this.#chunks(core, taken) }
  }

  async * #chunks (core: RoomCore, files: ShelvedFile[]): AsyncGenerator<Uint8Array> {
    for (const file of files) {
      file.pins++
      try {
        for (let index = 0; index < file.shape.hashes.length; index++) {
          const sealed = await this.#shelf.get(core, file, index)
          if (sealed != null) {
            yield sealed
          }
        }
      } finally {
        file.pins--
      }
    }
  }

  /**
   * Takes chunks that a file brought. What no statement of this room names is let go, and nothing
   * held here makes way. Answers how many were new.
   */
  async bring (core: RoomCore, chunks: AsyncIterable<Uint8Array>, { signal }: AbortOptions = {}): Promise<number> {
    let named: Map<string, { shape: FileShape, index: number, message: MessageId }> | undefined
    let taken = 0
    for await (const sealed of chunks) {
      await breathe({ signal })
      if (named == null) {
        // chunks whose statement was not written yet would be nobody's after a crash
        await core.keeper.secure()
        named = new Map([...namedFiles(core).values()].flatMap(({ shape, message }) => shape.hashes.map((hash, index) => [hash, { shape, index, message }])))
      }
      const { shape, index, message } = named.get(sha256Hex(sealed)) ?? {}
      const statement = message == null ? undefined : core.timeline.get(message)
      if (shape != null && index != null && statement != null && sealed.length === sealedLength(shape, index) && await this.#shelf.fits(core, shape)) {
        const file = await this.#shelf.place(core, shape, statement)
        if (!file.held.has(index)) {
          await this.#shelf.put(core, file, index, sealed)
          taken++
        }
      }
    }
    return taken
  }

  /** Files whose statements are over or taken back. */
  async prune (core: RoomCore): Promise<void> { await this.#shelf.prune(core) }

  /** A room was left. */
  async forget (core: RoomCore): Promise<void> {
    for (const [place, { controller }] of this.#running) {
      if (place.startsWith(`${core.id}/`)) {
        controller.abort(new UnknownAttachmentError('The room was left.'))
      }
    }
    await this.#shelf.forget(core)
  }

  /** Everything was wiped. */
  clear (): void {
    this.#running.forEach(({ controller }) => { controller.abort(new UnknownAttachmentError('Everything was wiped.')) })
    this.#shelf.clear()
  }
}

/** The transfer goes on while anybody waits for it. */
async function wait (running: Running, signal?: AbortSignal): Promise<Uint8Array> {
  running.waiting++
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => { aborted.reject(signal?.reason) }
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([running.data, aborted.promise])
  } finally {
    signal?.removeEventListener('abort', onAbort)
    if (--running.waiting === 0) {
      running.controller.abort(signal?.reason)
      running.data.catch(() => {})
    }
  }
}

/** Long work on bytes lets others have their turn. */
async function breathe ({ signal }: AbortOptions = {}): Promise<void> {
  signal?.throwIfAborted()
  await new Promise(resolve => setTimeout(resolve))
}
