import { concat, toString } from 'uint8arrays'
import { hmacSha256, open, seal } from '../crypto/index.ts'
import { isExpired } from './expired.ts'
import { randomKey } from './key-file.ts'
import { NAME_LENGTH, namesOf } from './name-range.ts'
import type { Level } from './platform.ts'
import type { FileStore, RoomStore, StoredFile, StoredRecord } from './store-api.ts'

const KEY_LENGTH = 32
const NONCE_LENGTH = 24
/** key ‖ chunks (u32) ‖ size (f64) */
const RECORD_LENGTH = KEY_LENGTH + 4 + 8

interface Held { file: StoredFile, key: Uint8Array, chunks: Set<number> }

export interface VaultFileStoreInit {
  level: Level
  /** where files' keys are kept: a few bytes each, sealed and destroyed like messages */
  records: RoomStore
  /** of every chunk of this room, 16 bytes */
  prefix: Uint8Array
  now (): number
  named (error: unknown): unknown
}

/**
 * Files of one room. Each has a key of its own in a small record; its chunks lie beside the records
 * under names that only that key gives. So a file goes by destroying forty bytes, and no other is touched.
 */
export class VaultFileStore implements FileStore {
  readonly #init: VaultFileStoreInit
  readonly #held = new Map<string, Held>()
  #loaded?: Promise<void>

  constructor (init: VaultFileStoreInit) {
    this.#init = init
  }

  #name ({ key }: Pick<Held, 'key'>, index: number): Uint8Array {
    const place = new Uint8Array(4)
    new DataView(place.buffer).setUint32(0, index)
    return concat([this.#init.prefix, hmacSha256(key, place).subarray(0, NAME_LENGTH)])
  }

  /** Learns what is there, once; chunks that a crash left without their file are removed. */
  async #load (): Promise<void> {
    this.#loaded ??= (async () => {
      const { level, prefix, records } = this.#init
      const owners = new Map<string, { held: Held, index: number }>()
      for await (const record of records.all()) {
        const held = readRecord(record)
        this.#held.set(record.id, held)
        for (let index = 0; index < held.file.chunks; index++) {
          owners.set(toString(this.#name(held, index), 'hex'), { held, index })
        }
      }
      const orphans: Uint8Array[] = []
      for await (const name of level.keys(namesOf(prefix))) {
        const owner = owners.get(toString(name, 'hex'))
        owner == null ? orphans.push(name) : owner.held.chunks.add(owner.index)
      }
      await level.batch(orphans.map(key => ({ type: 'del' as const, key })))
    })().catch(error => {
      this.#loaded = undefined
      throw this.#init.named(error)
    })
    await this.#loaded
  }

  #open (id: string): Held | undefined {
    const held = this.#held.get(id)
    return held == null || isExpired(held.file, this.#init.now()) ? undefined : held
  }

  async list (): Promise<StoredFile[]> {
    await this.#load()
    return [...this.#held.keys()].flatMap(id => this.#open(id)?.file ?? []).sort((a, b) => a.time - b.time)
  }

  async add (file: StoredFile): Promise<void> {
    await this.#load()
    const found = this.#open(file.id)
    if (found == null) {
      const held = { file, key: randomKey(), chunks: new Set<number>() }
      this.#held.set(file.id, held)
      // the key before what it seals
      await this.#init.records.put([writeRecord(held)]).catch(error => {
        this.#held.delete(file.id)
        throw error
      })
    } else if (found.file.expires !== file.expires) {
      const { file: before } = found
      found.file = { ...before, expires: file.expires }
      await this.#init.records.put([writeRecord(found)]).catch(error => {
        found.file = before
        throw error
      })
    }
  }

  async putChunk (id: string, index: number, bytes: Uint8Array, durable = false): Promise<void> {
    await this.#load()
    const held = this.#open(id)
    if (held != null && index < held.file.chunks) {
      const name = this.#name(held, index)
      const value = seal(held.key, bytes, name, globalThis.crypto.getRandomValues(new Uint8Array(NONCE_LENGTH)))
      await this.#init.level.put(name, value, { sync: durable } as any).catch(error => { throw this.#init.named(error) })
      held.chunks.add(index)
    }
  }

  async getChunk (id: string, index: number): Promise<Uint8Array | undefined> {
    await this.#load()
    const held = this.#open(id)
    if (held?.chunks.has(index) !== true) {
      return undefined
    }
    const name = this.#name(held, index)
    // what is damaged comes again from somebody who has it
    const value = await this.#init.level.get(name).catch(() => undefined)
    const bytes = value == null ? undefined : open(held.key, value, name)
    if (bytes == null) {
      held.chunks.delete(index)
    }
    return bytes
  }

  async chunks (id: string): Promise<number[]> {
    await this.#load()
    return [...this.#open(id)?.chunks ?? []].sort((a, b) => a - b)
  }

  async delete (ids: string[]): Promise<void> {
    await this.#load()
    const gone = ids.flatMap(id => this.#held.get(id) ?? [])
    if (gone.length === 0) {
      return
    }
    await this.#init.records.delete(gone.map(({ file }) => file.id))
    await this.#clear(gone)
  }

  async expire (now: number): Promise<number> {
    await this.#load()
    const gone = [...this.#held.values()].filter(({ file }) => isExpired(file, now))
    // also when nothing was read: keys of what is over are destroyed
    await this.#init.records.expire(now)
    await this.#clear(gone)
    return gone.length
  }

  /** Their keys are gone: what is removed here is noise. */
  async #clear (gone: Held[]): Promise<void> {
    const names = gone.flatMap(held => [...held.chunks].map(index => this.#name(held, index)))
    for (const { file, key } of gone) {
      this.#held.delete(file.id)
      key.fill(0)
    }
    await this.#init.level.batch(names.map(key => ({ type: 'del' as const, key }))).catch(error => { throw this.#init.named(error) })
  }
}

function writeRecord ({ file, key }: Held): StoredRecord {
  const bytes = new Uint8Array(RECORD_LENGTH)
  const view = new DataView(bytes.buffer)
  bytes.set(key)
  view.setUint32(KEY_LENGTH, file.chunks)
  view.setFloat64(KEY_LENGTH + 4, file.size)
  return { id: file.id, time: file.time, expires: file.expires, bytes }
}

function readRecord ({ id, time, expires, bytes }: StoredRecord): Held {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { file: { id, chunks: view.getUint32(KEY_LENGTH), size: view.getFloat64(KEY_LENGTH + 4), time, ...(expires == null ? {} : { expires }) }, key: bytes.slice(0, KEY_LENGTH), chunks: new Set() }
}
