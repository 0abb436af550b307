import { concat } from 'uint8arrays'
import { hmacSha256, open, seal } from '../crypto/index.ts'
import { CorruptRecordError, StoreClosedError } from './errors.ts'
import { randomKey } from './key-file.ts'
import { byTime, isExpired } from './memory.ts'
import type { RoomKeys } from './key-file.ts'
import type { Level } from './platform.ts'
import type { RoomStore, StoredRecord } from './store-api.ts'
import type { AbortOptions } from '@libp2p/interface'

/** Records that end in the same hour share a key; when some of them end, the others get a new one. */
const BUCKET_MS = 3_600_000
const FOREVER = 'forever'
const NONCE_LENGTH = 24
const ENTRY_LENGTH = 16
const EMPTY = new Uint8Array()

interface Known { entry: Uint8Array, bucket: string, time: number, expires?: number, bytes: number }

export interface VaultRoomStoreInit {
  level: Level
  keys: RoomKeys
  /** of every entry of this room, 16 bytes */
  prefix: Uint8Array
  now (): number
  saveKeys (forgetting: boolean): Promise<void>
  named (error: unknown): unknown
}

/** One room's records. Names of entries are keyed hashes, values are sealed twice: where it belongs, and the record. */
export class VaultRoomStore implements RoomStore {
  readonly #init: VaultRoomStoreInit
  readonly #known = new Map<string, Known>()
  #loaded?: Promise<void>
  #changing: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor (init: VaultRoomStoreInit) {
    this.#init = init
  }

  close (): void {
    this.#closed = true
    this.#known.clear()
  }

  #assertOpen (): void {
    if (this.#closed) {
      throw new StoreClosedError()
    }
  }

  #entry (id: string): Uint8Array {
    return concat([this.#init.prefix, hmacSha256(this.#init.keys.key, new TextEncoder().encode(id)).subarray(0, ENTRY_LENGTH)])
  }

  #range (): { gte: Uint8Array, lte: Uint8Array } {
    return { gte: this.#init.prefix, lte: concat([this.#init.prefix, new Uint8Array(ENTRY_LENGTH).fill(0xff)]) }
  }

  #seal (record: StoredRecord, bucket: string): Uint8Array {
    const key = this.#init.keys.buckets.get(bucket) as Uint8Array
    const head = new TextEncoder().encode(JSON.stringify([record.id, record.time, record.expires ?? null]))
    const length = new Uint8Array(2)
    new DataView(length.buffer).setUint16(0, head.length)
    const inner = seal(key, concat([length, head, record.bytes]), EMPTY, random())
    const where = new TextEncoder().encode(bucket.padEnd(16))
    return seal(this.#init.keys.key, concat([where, inner]), EMPTY, random())
  }

  /**
   * undefined: its key was destroyed.
   *
   * @throws {CorruptRecordError}
   */
  #open (value: Uint8Array): { record: StoredRecord, bucket: string } | undefined {
    const outer = open(this.#init.keys.key, value, EMPTY)
    if (outer == null) {
      throw new CorruptRecordError()
    }
    const bucket = new TextDecoder().decode(outer.subarray(0, 16)).trimEnd()
    const key = this.#init.keys.buckets.get(bucket)
    if (key == null) {
      return undefined
    }
    const inner = open(key, outer.subarray(16), EMPTY)
    if (inner == null) {
      throw new CorruptRecordError()
    }
    const length = new DataView(inner.buffer, inner.byteOffset).getUint16(0)
    const [id, time, expires] = JSON.parse(new TextDecoder().decode(inner.subarray(2, 2 + length)))
    return { bucket, record: { id, time, ...(expires == null ? {} : { expires }), bytes: inner.subarray(2 + length) } }
  }

  /** Learns what is there, once. */
  async #load (): Promise<void> {
    this.#assertOpen()
    this.#loaded ??= (async () => {
      for await (const [entry, value] of this.#init.level.iterator(this.#range())) {
        try {
          const opened = this.#open(value)
          if (opened != null) {
            const { record, bucket } = opened
            this.#known.set(record.id, { entry, bucket, time: record.time, expires: record.expires, bytes: value.length })
          }
        } catch {
          // a damaged record is reported when it is asked for; the others are not lost with it
        }
      }
    })()
    await this.#loaded
  }

  /** Changes go one after the other. */
  async #change<T> (act: () => Promise<T>): Promise<T> {
    const turn = this.#changing.catch(() => {}).then(async () => {
      await this.#load()
      try {
        return await act()
      } catch (error) {
        throw this.#init.named(error)
      }
    })
    this.#changing = turn
    return turn
  }

  async put (records: StoredRecord[]): Promise<void> {
    await this.#change(async () => {
      const { buckets } = this.#init.keys
      const places = records.map(record => record.expires == null ? FOREVER : String(Math.floor(record.expires / BUCKET_MS)))
      const fresh = [...new Set(places)].filter(bucket => !buckets.has(bucket))
      if (fresh.length > 0) {
        // keys before what they seal: after a crash there is no record without its key
        fresh.forEach(bucket => { buckets.set(bucket, randomKey()) })
        await this.#init.saveKeys(false)
      }
      const entries = records.map((record, i) => ({ type: 'put' as const, key: this.#entry(record.id), value: this.#seal(record, places[i]) }))
      await this.#init.level.batch(entries, { sync: true } as any)
      records.forEach(({ id, time, expires }, i) => {
        this.#known.set(id, { entry: entries[i].key, bucket: places[i], time, expires, bytes: entries[i].value.length })
      })
    })
  }

  async get (id: string): Promise<StoredRecord | undefined> {
    await this.#load()
    const value = await this.#init.level.get(this.#entry(id))
    const record = value == null ? undefined : this.#open(value)?.record
    return record == null || isExpired(record, this.#init.now()) ? undefined : record
  }

  async getMany (ids: string[]): Promise<StoredRecord[]> {
    await this.#load()
    const values = await this.#init.level.getMany(ids.map(id => this.#entry(id)))
    const now = this.#init.now()
    return values.flatMap(value => {
      const record = value == null ? undefined : this.#readable(value)
      return record == null || isExpired(record, now) ? [] : [record]
    })
  }

  #readable (value: Uint8Array): StoredRecord | undefined {
    try {
      return this.#open(value)?.record
    } catch {
      return undefined
    }
  }

  async * all (options?: AbortOptions): AsyncIterable<StoredRecord> {
    await this.#load()
    const now = this.#init.now()
    const ids = [...this.#known].filter(([, known]) => !isExpired(known, now)).map(([id, { time }]) => ({ id, time })).sort(byTime)
    for (let i = 0; i < ids.length; i += 512) {
      options?.signal?.throwIfAborted()
      yield * await this.getMany(ids.slice(i, i + 512).map(({ id }) => id))
    }
  }

  async delete (ids: string[]): Promise<void> {
    await this.#change(async () => { await this.#destroy(ids.filter(id => this.#known.has(id))) })
  }

  async expire (now: number): Promise<number> {
    return this.#change(async () => {
      const ids = [...this.#known].filter(([, known]) => isExpired(known, now)).map(([id]) => id)
      await this.#destroy(ids)
      return ids.length
    })
  }

  /**
   * Deleting an entry leaves its bytes in old tables of the database. So what shared a key with it
   * moves to a new one, and the old key is destroyed.
   */
  async #destroy (ids: string[]): Promise<void> {
    if (ids.length === 0) {
      return
    }
    const gone = new Set(ids)
    const { buckets } = this.#init.keys
    const { level } = this.#init
    const touched = new Set(ids.map(id => this.#known.get(id)?.bucket as string))
    const survivors = [...this.#known].filter(([id, { bucket }]) => touched.has(bucket) && !gone.has(id)).map(([id]) => id)
    const records = await this.getMany(survivors)
    const before = new Map([...touched].map(bucket => [bucket, buckets.get(bucket)]))
    const moved = new Map<string, string>()
    for (const record of records) {
      const { bucket } = this.#known.get(record.id) as Known
      // the same hour under another name, until the old key is gone
      const next = moved.get(bucket) ?? nextName(bucket, buckets)
      moved.set(bucket, next)
      if (!buckets.has(next)) {
        buckets.set(next, randomKey())
      }
    }
    if (moved.size > 0) {
      await this.#init.saveKeys(false)
      const entries = records.map(record => ({ type: 'put' as const, key: this.#entry(record.id), value: this.#seal(record, moved.get((this.#known.get(record.id) as Known).bucket) as string) }))
      await level.batch(entries, { sync: true } as any)
      for (const record of records) {
        const known = this.#known.get(record.id) as Known
        known.bucket = moved.get(known.bucket) as string
      }
    }
    for (const [bucket, key] of before) {
      buckets.delete(bucket)
      key?.fill(0)
    }
    await this.#init.saveKeys(true)
    await level.batch(ids.map(id => ({ type: 'del' as const, key: this.#entry(id) })), { sync: true } as any)
    ids.forEach(id => { this.#known.delete(id) })
  }

  async getState (name: string): Promise<Uint8Array | undefined> {
    this.#assertOpen()
    return this.#init.keys.state.get(name)?.slice()
  }

  async putState (name: string, bytes: Uint8Array | undefined): Promise<void> {
    await this.#change(async () => {
      if (bytes == null) {
        this.#init.keys.state.delete(name)
      } else {
        this.#init.keys.state.set(name, new Uint8Array(bytes))
      }
      await this.#init.saveKeys(bytes == null)
    })
  }

  async usage (): Promise<{ bytes: number, oldest?: number, until?: number }> {
    await this.#load()
    const usage: { bytes: number, oldest?: number, until?: number } = { bytes: 0 }
    for (const { bytes, time, expires } of this.#known.values()) {
      usage.bytes += bytes
      usage.oldest = Math.min(usage.oldest ?? Infinity, time)
      if (expires != null) {
        usage.until = Math.max(usage.until ?? 0, expires)
      }
    }
    return usage
  }

  /** The room's keys are gone already: what is removed here was noise. */
  async clear (): Promise<void> {
    this.close()
    await this.#init.level.clear(this.#range())
  }
}

/** Names of buckets are the hour of expiry, with a count when it was sealed anew. */
function nextName (bucket: string, buckets: Map<string, Uint8Array>): string {
  const [hour, count = '0'] = bucket.split('.')
  for (let i = Number(count) + 1; ; i++) {
    if (!buckets.has(`${hour}.${i}`)) {
      return `${hour}.${i}`
    }
  }
}

function random (): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(NONCE_LENGTH))
}
