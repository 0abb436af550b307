import { unpackBytes } from '../crypto/packed-bytes.ts'
import { PassphraseNotUsableError, StoreClosedError } from './errors.ts'
import { isExpired } from './expired.ts'
import { MemoryFileStore } from './memory-files.ts'
import type { FileStore, NewRecord, RoomStore, Store, StoredRecord, Usage } from './store-api.ts'
import type { AbortOptions } from '@libp2p/interface'

export interface MemoryStoreInit {
  /** ms since 1970; records past their expiry are not returned even before `expire` is called */
  now?(): number
}

/** The store of someone who gave no passphrase: it lives in this process and nowhere else. */
export class MemoryStore implements Store {
  readonly ephemeral = true
  private readonly now: () => number
  private readonly settings = new Map<string, Uint8Array>()
  private readonly stores = new Map<string, MemoryRoomStore>()
  private readonly fileStores = new Map<string, MemoryFileStore>()
  private closed = false

  constructor (init: MemoryStoreInit = {}) {
    this.now = init.now ?? Date.now
  }

  readonly [Symbol.toStringTag] = '@undertone/memory-store'

  async rooms (): Promise<string[]> {
    this.assertOpen()
    return [...this.stores].filter(([, store]) => !store.empty).map(([room]) => room)
  }

  async room (room: string): Promise<RoomStore> {
    this.assertOpen()
    let store = this.stores.get(room)

    if (store == null) {
      store = new MemoryRoomStore(this.now)
      this.stores.set(room, store)
    }

    return store
  }

  async files (room: string): Promise<FileStore> {
    this.assertOpen()
    const files = this.fileStores.get(room) ?? new MemoryFileStore(this.now)
    this.fileStores.set(room, files)

    return files
  }

  async forget (room: string): Promise<void> {
    this.assertOpen()
    this.stores.get(room)?.clear()
    this.stores.delete(room)
    this.fileStores.get(room)?.clear()
    this.fileStores.delete(room)
  }

  async getSetting (name: string): Promise<Uint8Array | undefined> {
    this.assertOpen()
    return this.settings.get(name)?.slice()
  }

  async putSetting (name: string, bytes: Uint8Array | undefined): Promise<void> {
    this.assertOpen()
    putValue(this.settings, name, bytes)
  }

  async changePassphrase (): Promise<void> {
    this.assertOpen()
    throw new PassphraseNotUsableError('Nothing is stored on this device, so there is no passphrase to change.')
  }

  async setDuressPassphrase (): Promise<void> {
    this.assertOpen()
    throw new PassphraseNotUsableError('Nothing is stored on this device, so a duress passphrase has nothing to destroy.')
  }

  async wipe (): Promise<void> {
    await this.close()
  }

  async close (): Promise<void> {
    for (const store of this.stores.values()) {
      store.clear()
    }

    for (const value of this.settings.values()) {
      value.fill(0)
    }

    for (const files of this.fileStores.values()) {
      files.clear()
    }

    this.stores.clear()
    this.fileStores.clear()
    this.settings.clear()
    this.closed = true
  }

  private assertOpen (): void {
    if (this.closed) {
      throw new StoreClosedError()
    }
  }
}

class MemoryRoomStore implements RoomStore {
  private readonly now: () => number
  private readonly records = new Map<string, StoredRecord>()
  private readonly state = new Map<string, Uint8Array>()
  private closed = false

  constructor (now: () => number) {
    this.now = now
  }

  get empty (): boolean {
    return this.records.size === 0 && this.state.size === 0
  }

  clear (): void {
    for (const value of this.state.values()) {
      value.fill(0)
    }

    this.records.clear()
    this.state.clear()
    this.closed = true
  }

  async put (records: NewRecord[]): Promise<void> {
    this.assertOpen()

    for (const record of records) {
      if ('packed' in record) {
        const { packed, ...rest } = record
        this.records.set(record.id, { ...rest, bytes: unpackBytes(packed) })
      } else {
        this.records.set(record.id, copyOf(record))
      }
    }
  }

  async get (id: string): Promise<StoredRecord | undefined> {
    this.assertOpen()
    const record = this.records.get(id)

    return record == null || isExpired(record, this.now()) ? undefined : copyOf(record)
  }

  async getMany (ids: string[]): Promise<StoredRecord[]> {
    this.assertOpen()
    const found: StoredRecord[] = []
    const now = this.now()

    for (const id of ids) {
      const record = this.records.get(id)

      if (record != null && !isExpired(record, now)) {
        found.push(copyOf(record))
      }
    }

    return found
  }

  async delete (ids: string[]): Promise<void> {
    this.assertOpen()

    for (const id of ids) {
      this.records.delete(id)
    }
  }

  async * all (options?: AbortOptions): AsyncIterable<StoredRecord> {
    this.assertOpen()
    const now = this.now()

    for (const record of [...this.records.values()].sort(byTime)) {
      options?.signal?.throwIfAborted()

      if (!isExpired(record, now)) {
        yield copyOf(record)
      }
    }
  }

  async expire (now: number): Promise<number> {
    this.assertOpen()
    let count = 0

    for (const [id, record] of this.records) {
      if (isExpired(record, now)) {
        this.records.delete(id)
        count++
      }
    }

    return count
  }

  async getState (name: string): Promise<Uint8Array | undefined> {
    this.assertOpen()
    return this.state.get(name)?.slice()
  }

  async putState (name: string, bytes: Uint8Array | undefined): Promise<void> {
    this.assertOpen()
    putValue(this.state, name, bytes)
  }

  async usage (): Promise<Usage> {
    this.assertOpen()
    const usage: Usage = { bytes: 0 }

    for (const record of this.records.values()) {
      usage.bytes += record.bytes.byteLength
      usage.oldest = Math.min(usage.oldest ?? Infinity, record.time)

      if (record.expires != null) {
        usage.until = Math.max(usage.until ?? 0, record.expires)
        usage.next = Math.min(usage.next ?? Infinity, record.expires)
      }
    }

    return usage
  }

  private assertOpen (): void {
    if (this.closed) {
      throw new StoreClosedError()
    }
  }
}

/** Ascending time, then id: the same order for every adapter. */
export function byTime (a: { time: number, id: string }, b: { time: number, id: string }): number {
  return a.time - b.time || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

function copyOf (record: StoredRecord): StoredRecord {
  return { ...record, bytes: new Uint8Array(record.bytes) }
}

function putValue (values: Map<string, Uint8Array>, name: string, bytes: Uint8Array | undefined): void {
  values.get(name)?.fill(0)

  if (bytes == null) {
    values.delete(name)
  } else {
    values.set(name, new Uint8Array(bytes))
  }
}
