import { concat, toString } from 'uint8arrays'
import { packBytes, unpackBytes } from '../crypto/index.ts'
import { CorruptRecordError, StoreClosedError } from './errors.ts'
import { TAG_LENGTH, newBucket } from './key-file.ts'
import { byTime } from './memory.ts'
import { NAME_LENGTH, namesOf } from './name-range.ts'
import { inSegments, openSegment, sealSegment } from './segment.ts'
import type { RoomKeys } from './key-file.ts'
import type { Level } from './platform.ts'
import type { NewRecord, RoomStore, StoredRecord, Usage } from './store-api.ts'
import type { AbortOptions } from '@libp2p/interface'

/** Records that end in the same hour share a key; when some of them end, the others get a new one. */
const BUCKET_MS = 3_600_000
/** Those that never end share one by the day they are of: when some are deleted, few others are sealed anew. */
const DAY_MS = 86_400_000
/** Entries in one write to the database's log: what one damaged block of it can cost. */
const WRITE_ENTRIES = 4
/** Records read at once when all are asked for. */
const READ_RECORDS = 512

/**
 * One entry of the database and what is in it: of each record its ID, time and expiry (NaN: none).
 * There are as many records as messages, so they get no objects of their own, and the name is
 * packed: as bytes it would keep the pool of buffers alive that it was made in.
 */
interface Segment { name: string, bucket: string, bytes: number, ids: string[], times: number[], ends: number[] }

export interface VaultRoomStoreInit {
  level: Level
  keys: RoomKeys
  /** of every entry of this room, 16 bytes */
  prefix: Uint8Array
  now (): number
  saveKeys (forgetting: boolean): Promise<void>
  named (error: unknown): unknown
}

/** One room's records, a few in each entry of the database. Names of entries are random, values are sealed. */
export class VaultRoomStore implements RoomStore {
  readonly #init: VaultRoomStoreInit
  readonly #known = new Map<string, Segment>()
  /** what is sealed with a bucket's key: what ends in an hour costs no look at what ends in others */
  readonly #byBucket = new Map<string, Set<Segment>>()
  #loaded?: Promise<void>
  #changing: Promise<unknown> = Promise.resolve()
  #closed = false
  #damaged = 0
  /** buckets with something of which a crash left two copies: the second would outlive the first */
  readonly #doubled = new Set<string>()

  constructor (init: VaultRoomStoreInit) {
    this.#init = init
  }

  /** Nothing new is begun; resolves when what was is done. */
  async close (): Promise<void> {
    this.#closed = true
    await this.#changing.catch(() => {})
    this.#known.clear()
    this.#byBucket.clear()
  }

  #assertOpen (): void {
    if (this.#closed) {
      throw new StoreClosedError()
    }
  }

  /**
   * undefined: its key was destroyed.
   *
   * @throws {CorruptRecordError}
   */
  #open (name: Uint8Array, value: Uint8Array, buckets: Map<string, string>): { records: StoredRecord[], bucket: string } | undefined {
    const bucket = buckets.get(toString(value.subarray(0, TAG_LENGTH), 'hex'))
    const key = bucket == null ? undefined : this.#init.keys.buckets.get(bucket)
    return bucket == null || key == null ? undefined : { bucket, records: openSegment(key, name, value) }
  }

  #bucketsByTag (): Map<string, string> {
    return new Map([...this.#init.keys.buckets].map(([bucket, { tag }]) => [toString(tag, 'hex'), bucket]))
  }

  #learn (name: Uint8Array, bucket: string, bytes: number, records: NewRecord[]): void {
    const segment = { name: packBytes(name), bucket, bytes, ids: records.map(({ id }) => id), times: records.map(({ time }) => time), ends: records.map(({ expires }) => expires ?? NaN) }
    for (const id of segment.ids) {
      this.#known.set(id, segment)
    }
    const beside = this.#byBucket.get(bucket) ?? new Set()
    this.#byBucket.set(bucket, beside.add(segment))
  }

  /** When a record is over, ms; NaN: never, or it is not known. */
  #endOf (id: string): number {
    const segment = this.#known.get(id)
    return segment == null ? NaN : segment.ends[segment.ids.indexOf(id)]
  }

  /** Known records of these buckets whose end stands in this relation to `now`. */
  #idsWhere (holds: (end: number) => boolean, buckets: Iterable<string> = this.#byBucket.keys()): Array<{ id: string, time: number }> {
    const found: Array<{ id: string, time: number }> = []
    for (const bucket of buckets) {
      for (const segment of this.#byBucket.get(bucket) ?? []) {
        segment.ids.forEach((id, i) => {
          // it may have moved to another segment
          if (this.#known.get(id) === segment && holds(segment.ends[i])) {
            found.push({ id, time: segment.times[i] })
          }
        })
      }
    }
    return found
  }

  /** Learns what is there, once. */
  async #load (): Promise<void> {
    this.#assertOpen()
    this.#loaded ??= (async () => {
      const buckets = this.#bucketsByTag()
      for await (const [name, value] of this.#init.level.iterator(namesOf(this.#init.prefix))) {
        try {
          const opened = this.#open(name, value, buckets)
          if (opened != null) {
            const { records, bucket } = opened
            for (const { id } of records) {
              const first = this.#known.get(id)
              first == null || this.#doubled.add(first.bucket)
            }
            this.#learn(name, bucket, value.length, records)
          }
        } catch {
          // what is damaged is counted; the others are not lost with it
          this.#damaged++
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
        await this.#retire(this.#doubled)
        this.#doubled.clear()
        return await act()
      } catch (error) {
        throw this.#init.named(error)
      }
    })
    this.#changing = turn
    return turn
  }

  async put (records: NewRecord[]): Promise<void> {
    await this.#change(async () => {
      // what has an ID never changes but for when it ends: then its new copy is there before the old one goes
      const wanted = new Map<string, NewRecord>()
      const former = new Set<string>()
      for (const record of records) {
        const segment = this.#known.get(record.id)
        if (segment == null || !Object.is(this.#endOf(record.id), record.expires ?? NaN)) {
          wanted.set(record.id, record)
          segment == null || former.add(segment.bucket)
        }
      }
      await this.#write([...wanted.values()], bucketFor)
      await this.#retire(former)
    })
  }

  async #write (records: NewRecord[], bucketOf: (record: NewRecord) => string): Promise<void> {
    const { keys: { buckets }, level, prefix } = this.#init
    const byBucket = new Map<string, NewRecord[]>()
    for (const record of records) {
      const bucket = bucketOf(record)
      const list = byBucket.get(bucket) ?? []
      byBucket.set(bucket, list)
      list.push(record)
    }
    const missing = [...byBucket.keys()].filter(bucket => !buckets.has(bucket))
    if (missing.length > 0) {
      // keys before what they seal: after a crash there is no record without its key
      missing.forEach(bucket => { buckets.set(bucket, newBucket()) })
      await this.#init.saveKeys(false)
    }
    const parts = [...byBucket].flatMap(([bucket, list]) => inSegments(list).map(part => ({ bucket, part })))
    const written: Array<[Uint8Array, string, number, NewRecord[]]> = []
    let writing: Promise<void> | undefined
    try {
      for (let i = 0; i < parts.length; i += WRITE_ENTRIES) {
        // sealed while those before them are written: what waits for the disk is not in memory twice
        const entries = parts.slice(i, i + WRITE_ENTRIES).map(({ bucket, part }) => {
          const name = concat([prefix, globalThis.crypto.getRandomValues(new Uint8Array(NAME_LENGTH))])
          const key = buckets.get(bucket)
          if (key == null) {
            throw new StoreClosedError()
          }
          const value = sealSegment(key, name, part)
          written.push([name, bucket, value.length, part])
          return { type: 'put' as const, key: name, value }
        })
        await writing
        // the last write waits for the disk, and with it those before: they share one log
        writing = level.batch(entries, { sync: i + WRITE_ENTRIES >= parts.length } as any)
      }
    } finally {
      await writing
    }
    written.forEach(each => { this.#learn(...each) })
  }

  async get (id: string): Promise<StoredRecord | undefined> {
    await this.#load()
    const segment = this.#known.get(id)
    if (segment == null || this.#endOf(id) <= this.#init.now()) {
      return undefined
    }
    const { name, bucket } = segment
    const value = await this.#init.level.get(unpackBytes(name))
    const key = this.#init.keys.buckets.get(bucket)
    if (value == null || key == null) {
      throw new CorruptRecordError()
    }
    return openSegment(key, unpackBytes(name), value).find(record => record.id === id)
  }

  async getMany (ids: string[]): Promise<StoredRecord[]> {
    await this.#load()
    return this.#read(ids)
  }

  async #read (ids: string[]): Promise<StoredRecord[]> {
    const now = this.#init.now()
    const wanted = ids.filter(id => this.#known.has(id) && !(this.#endOf(id) <= now))
    const segments = [...new Set(wanted.map(id => this.#known.get(id) as Segment))]
    const values = await this.#init.level.getMany(segments.map(({ name }) => unpackBytes(name)))
    const found = new Map<string, StoredRecord>()
    segments.forEach(({ name, bucket }, i) => {
      const key = this.#init.keys.buckets.get(bucket)
      const value = values[i]
      if (key == null || value == null) {
        return
      }
      try {
        openSegment(key, unpackBytes(name), value).forEach(record => { found.set(record.id, record) })
      } catch {
        // damaged: `get` names it
      }
    })
    return wanted.flatMap(id => found.get(id) ?? [])
  }

  async * all (options?: AbortOptions): AsyncIterable<StoredRecord> {
    await this.#load()
    const now = this.#init.now()
    const ids = this.#idsWhere(end => !(end <= now)).sort(byTime)
    for (let i = 0; i < ids.length; i += READ_RECORDS) {
      options?.signal?.throwIfAborted()
      yield * await this.getMany(ids.slice(i, i + READ_RECORDS).map(({ id }) => id))
    }
  }

  async delete (ids: string[]): Promise<void> {
    await this.#change(async () => { await this.#destroy(ids.filter(id => this.#known.has(id))) })
  }

  async expire (now: number): Promise<number> {
    return this.#change(async () => {
      const begun = [...this.#init.keys.buckets.keys()].filter(bucket => endOf(bucket) - BUCKET_MS <= now)
      const ids = this.#idsWhere(end => end <= now, begun).map(({ id }) => id)
      const inUse = new Set(ids.map(id => this.#known.get(id)?.bucket))
      // of these nothing could be read, or all was sealed anew before a crash: their time is over all the same
      const unread = begun.filter(bucket => endOf(bucket) <= now && !inUse.has(bucket))
      await this.#destroy(ids, unread)
      return ids.length
    })
  }

  async #destroy (ids: string[], unread: string[] = []): Promise<void> {
    await this.#retire(new Set(ids.map(id => this.#known.get(id)?.bucket as string)), new Set(ids), unread)
  }

  /**
   * Deleting an entry leaves its bytes in old tables of the database. So what shares a bucket's key with
   * it and is not `gone` moves to a new one, and the old key is destroyed.
   */
  async #retire (touched: Set<string>, gone = new Set<string>(), unread: string[] = []): Promise<void> {
    if (touched.size + unread.length === 0) {
      return
    }
    const { keys: { buckets }, level } = this.#init
    const over = [...touched, ...unread]
    const before = new Set(over.flatMap(bucket => [...this.#byBucket.get(bucket) ?? []]))
    const affected = this.#idsWhere(() => true, touched)
    // the same hour under another name, until the old key is gone
    const moved = new Map([...touched].map(bucket => [bucket, nextName(bucket, buckets)]))
    const bucketOf = new Map(affected.map(({ id }) => [id, moved.get(this.#known.get(id)?.bucket as string) as string]))
    const survivors = affected.flatMap(({ id }) => gone.has(id) ? [] : [id])
    for (let i = 0; i < survivors.length; i += READ_RECORDS) {
      await this.#write(await this.#read(survivors.slice(i, i + READ_RECORDS)), record => bucketOf.get(record.id) as string)
    }
    for (const bucket of over) {
      buckets.get(bucket)?.key.fill(0)
      buckets.delete(bucket)
    }
    await this.#init.saveKeys(true)
    over.forEach(bucket => { this.#byBucket.delete(bucket) })
    for (const { id } of affected) {
      // gone, or damaged and not to be had again
      if (before.has(this.#known.get(id) as Segment)) {
        this.#known.delete(id)
      }
    }
    await level.batch([...before].map(({ name }) => ({ type: 'del' as const, key: unpackBytes(name) })), { sync: true } as any)
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

  async usage (): Promise<Usage> {
    await this.#load()
    const usage: Usage = { bytes: 0 }
    for (const { bytes, times, ends } of [...this.#byBucket.values()].flatMap(segments => [...segments])) {
      usage.bytes += bytes
      usage.oldest = Math.min(usage.oldest ?? Infinity, ...times)
      for (const end of ends) {
        if (!Number.isNaN(end)) {
          usage.until = Math.max(usage.until ?? 0, end)
          usage.next = Math.min(usage.next ?? Infinity, end)
        }
      }
    }
    return this.#damaged === 0 ? usage : { ...usage, damaged: this.#damaged }
  }

  /** The room's keys are gone already: what is removed here was noise. */
  async clear (): Promise<void> {
    await this.close()
    await this.#init.level.clear(namesOf(this.#init.prefix))
  }
}

/** Hour of expiry, or day without one. */
function bucketFor ({ time, expires }: NewRecord): string {
  return expires == null ? `d${Math.floor(time / DAY_MS)}` : String(Math.floor(expires / BUCKET_MS))
}

/** When all that is in a bucket is over, ms since 1970. */
function endOf (bucket: string): number {
  const hour = Number(bucket.split('.')[0])
  return Number.isNaN(hour) ? Infinity : (hour + 1) * BUCKET_MS
}

/** A bucket's next name, with a count of how often it was sealed anew. */
function nextName (bucket: string, buckets: RoomKeys['buckets']): string {
  const [hour, count = '0'] = bucket.split('.')
  for (let i = Number(count) + 1; ; i++) {
    if (!buckets.has(`${hour}.${i}`)) {
      return `${hour}.${i}`
    }
  }
}
