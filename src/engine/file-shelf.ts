import { expiryOf } from '../room/index.ts'
import { MemoryFileStore } from '../store/index.ts'
import { shapeOf } from './file-shape.ts'
import type { FileShape } from './file-shape.ts'
import type { RoomCore } from './room-core.ts'
import type { FileStore, Store } from '../store/store-api.ts'
import type { MessageId, SignedMessage } from '../wire/index.ts'

/** Bound on files of one room, bytes; the oldest go first. */
export const MAX_ROOM_FILE_BYTES = 128 * 1024 * 1024
/** Bound on files of all rooms together, bytes, where they are on a disk. */
export const MAX_STORED_FILE_BYTES = 512 * 1024 * 1024
/** Bound on files of all rooms together, bytes, where they are in memory. */
export const MAX_MEMORY_FILE_BYTES = 64 * 1024 * 1024
/** Bound on files of one room, however small. */
export const MAX_ROOM_FILES = 1_024

/** A file of which something is held, or soon will be. */
export interface ShelvedFile {
  shape: FileShape
  time: number
  /** when it is over, as the store was told; ms since 1970, undefined: not by time */
  expires?: number
  /** indexes of the chunks held */
  held: Set<number>
  /** a statement that names it; undefined while that is being said */
  message?: MessageId
  /** being sent or fetched: it does not make way for others */
  pins: number
}

interface Shelf {
  core: RoomCore
  store: FileStore
  files: Map<string, ShelvedFile>
  byChunk: Map<string, { file: ShelvedFile, index: number }>
}

/** Sealed files of this node's rooms. A file is held as long as a statement that names it, and in its own room only. */
export class FileShelf {
  readonly #store: Pick<Store, 'ephemeral' | 'files'>
  readonly #shelves = new Map<string, Promise<Shelf>>()
  readonly #limits: { room: number, all: number, files: number }
  #bytes = 0

  constructor (store: Pick<Store, 'ephemeral' | 'files'>, limits: { room?: number, all?: number, files?: number } = {}) {
    this.#store = store
    this.#limits = { room: MAX_ROOM_FILE_BYTES, all: store.ephemeral ? MAX_MEMORY_FILE_BYTES : MAX_STORED_FILE_BYTES, files: MAX_ROOM_FILES, ...limits }
  }

  /** bytes that the files held or on their way have when they are whole, all rooms together */
  get size (): number { return this.#bytes }

  async #shelf (core: RoomCore): Promise<Shelf> {
    let opening = this.#shelves.get(core.id)
    if (opening == null) {
      opening = (async () => {
        // what a room does not keep is not written either
        const store = core.state.policy.retention === 0 ? new MemoryFileStore(() => core.now()) : await this.#store.files(core.id)
        const shelf: Shelf = { core, store, files: new Map(), byChunk: new Map() }
        await this.#load(shelf)
        return shelf
      })()
      this.#shelves.set(core.id, opening)
      opening.catch(() => { this.#shelves.delete(core.id) })
    }
    return opening
  }

  /** What an earlier run left, as far as a statement still names it. */
  async #load (shelf: Shelf): Promise<void> {
    const { core, store } = shelf
    await store.expire(core.now())
    const stored = await store.list()
    const named = stored.length === 0 ? new Map<string, Named>() : namedFiles(core)
    await store.delete(stored.filter(({ id }) => !named.has(id)).map(({ id }) => id))
    for (const { id, time, expires } of stored) {
      const file = named.get(id)
      if (file != null) {
        this.#know(shelf, { ...file, time, expires, held: new Set(await store.chunks(id)), pins: 0 })
      }
    }
  }

  #know (shelf: Shelf, file: ShelvedFile): void {
    shelf.files.set(file.shape.id, file)
    file.shape.hashes.forEach((hash, index) => { shelf.byChunk.set(hash, { file, index }) })
    this.#bytes += file.shape.size
  }

  /** A file's place; older files make way. */
  async place (core: RoomCore, shape: FileShape, message?: SignedMessage, expires?: number): Promise<ShelvedFile> {
    const shelf = await this.#shelf(core)
    const known = shelf.files.get(shape.id)
    if (known != null) {
      return known
    }
    const time = core.now()
    const ends = expiryOf(core.state.policy, message?.time ?? time, message?.expires ?? expires)
    const file: ShelvedFile = { shape, time, expires: ends, held: new Set(), message: message?.id, pins: 0 }
    await this.#makeRoom(shelf, shape.size)
    this.#know(shelf, file)
    try {
      await shelf.store.add({ id: shape.id, chunks: shape.hashes.length, size: shape.size, time, expires: ends })
    } catch (error) {
      this.#forgotten(shelf, [file])
      throw error
    }
    return file
  }

  /** Whether a file has a place without any other making way. */
  async fits (core: RoomCore, { id, size }: FileShape): Promise<boolean> {
    const shelf = await this.#shelf(core)
    const { room, all, files } = this.#limits
    return shelf.files.has(id) || (shelf.files.size < files && bytesOn(shelf) + size <= room && this.#bytes + size <= all)
  }

  /** Files of which everything is here and that a statement names, newest first. */
  async whole (core: RoomCore): Promise<ShelvedFile[]> {
    await this.prune(core)
    const { files } = await this.#shelf(core)
    return [...files.values()].filter(({ held, shape, message }) => held.size === shape.hashes.length && message != null).sort((a, b) => b.time - a.time)
  }

  async #makeRoom (shelf: Shelf, bytes: number): Promise<void> {
    const { room, all, files } = this.#limits
    while (shelf.files.size >= files || bytesOn(shelf) + bytes > room) {
      if (!await this.#dropOldest([shelf])) {
        break
      }
    }
    while (this.#bytes + bytes > all) {
      const shelves = await Promise.allSettled(this.#shelves.values())
      if (!await this.#dropOldest(shelves.flatMap(each => each.status === 'fulfilled' ? each.value : []))) {
        break
      }
    }
  }

  async #dropOldest (shelves: Shelf[]): Promise<boolean> {
    let oldest: { shelf: Shelf, file: ShelvedFile } | undefined
    for (const shelf of shelves) {
      for (const file of shelf.files.values()) {
        if (file.pins === 0 && (oldest == null || file.time < oldest.file.time)) {
          oldest = { shelf, file }
        }
      }
    }
    if (oldest == null) {
      return false
    }
    await this.#drop(oldest.shelf, [oldest.file])
    return true
  }

  #forgotten (shelf: Shelf, files: ShelvedFile[]): void {
    for (const file of files) {
      if (shelf.files.delete(file.shape.id)) {
        file.shape.hashes.forEach(hash => { shelf.byChunk.delete(hash) })
        this.#bytes -= file.shape.size
      }
    }
  }

  async #drop (shelf: Shelf, files: ShelvedFile[]): Promise<void> {
    this.#forgotten(shelf, files)
    await shelf.store.delete(files.map(({ shape: { id } }) => id))
  }

  async drop (core: RoomCore, file: ShelvedFile): Promise<void> { await this.#drop(await this.#shelf(core), [file]) }

  /** One chunk whose hash was checked. */
  async put (core: RoomCore, file: ShelvedFile, index: number, sealed: Uint8Array): Promise<void> {
    const { store } = await this.#shelf(core)
    await store.putChunk(file.shape.id, index, sealed, file.held.size + 1 >= file.shape.hashes.length)
    file.held.add(index)
  }

  /** undefined: not here, or damaged. */
  async get (core: RoomCore, file: ShelvedFile, index: number): Promise<Uint8Array | undefined> {
    const { store } = await this.#shelf(core)
    const sealed = await store.getChunk(file.shape.id, index)
    if (sealed == null) {
      file.held.delete(index)
    }
    return sealed
  }

  /** The chunk that has this hash, of a file whose statement is neither over nor taken back. */
  async find (core: RoomCore, hash: string): Promise<Uint8Array | undefined> {
    const shelf = await this.#shelf(core)
    const { file, index } = shelf.byChunk.get(hash) ?? {}
    if (file == null || index == null) {
      return undefined
    }
    if (!isNamed(core, file)) {
      await this.prune(core)
      if (!shelf.files.has(file.shape.id)) {
        return undefined
      }
    }
    return file.held.has(index) ? this.get(core, file, index) : undefined
  }

  /** Files whose statements are over or were taken back go, with their keys; the others stay as long as those. */
  async prune (core: RoomCore): Promise<void> {
    const shelf = await this.#shelf(core)
    await this.#retime(shelf)
    await shelf.store.expire(core.now())
    const doubtful = [...shelf.files.values()].filter(file => !isNamed(core, file))
    if (doubtful.length > 0) {
      // somebody else may have named the same file
      const named = namedFiles(core)
      doubtful.forEach(file => { file.message = named.get(file.shape.id)?.message })
      await this.#drop(shelf, doubtful.filter(({ message, pins }) => message == null && pins === 0))
    }
  }

  /** A room that decides how long it keeps messages decides so about files, too. */
  async #retime ({ core, store, files }: Shelf): Promise<void> {
    for (const file of files.values()) {
      const statement = file.message == null ? undefined : core.timeline.get(file.message)
      const expires = statement == null ? file.expires : expiryOf(core.state.policy, statement.time, statement.expires)
      if (expires !== file.expires) {
        const { shape: { id, size, hashes }, time } = file
        await store.add({ id, chunks: hashes.length, size, time, expires })
        file.expires = expires
      }
    }
  }

  /** A room was left: nobody is handed anything of it any more. */
  async forget (core: RoomCore): Promise<void> {
    const shelf = await this.#shelf(core)
    this.#shelves.delete(core.id)
    await this.#drop(shelf, [...shelf.files.values()])
  }

  /** The store was destroyed. */
  clear (): void {
    this.#shelves.clear()
    this.#bytes = 0
  }
}

function bytesOn ({ files }: Shelf): number { return [...files.values()].reduce((sum, { shape }) => sum + shape.size, 0) }

interface Named { shape: FileShape, message: MessageId }

/** Files that statements of a room name, but for those taken back by their author. */
export function namedFiles ({ timeline }: RoomCore): Map<string, Named> {
  const named = new Map<string, Named>()
  for (const message of timeline.visible) {
    if (message.body.kind === 'attachment' && !isTakenBack(timeline, message)) {
      try {
        const shape = shapeOf(message.body)
        named.set(shape.id, { shape, message: message.id })
      } catch {
        // a later version's way of sending files
      }
    }
  }
  return named
}

/** Its statement is there; one that is just being said has none yet. */
function isNamed ({ timeline }: RoomCore, { message, pins }: ShelvedFile): boolean {
  const statement = message == null ? undefined : timeline.get(message)
  return statement == null ? message == null && pins > 0 : !isTakenBack(timeline, statement)
}

function isTakenBack (timeline: RoomCore['timeline'], { id, author }: SignedMessage): boolean {
  return timeline.annotations(id)?.deletions.has(author) === true
}
