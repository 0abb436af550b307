import { StoreClosedError } from './errors.ts'
import { MemoryStore } from './memory.ts'
import type { FileStore, NewRecord, RoomStore, Store, StoredRecord } from './store-api.ts'
import type { AbortOptions } from '@libp2p/interface'

/** One change of a store, as it is told to whoever may have to go on with a copy. */
export type StoreChange =
  | { kind: 'put', room: string, records: NewRecord[] }
  | { kind: 'delete', room: string, ids: string[] }
  | { kind: 'expire', room: string, now: number }
  | { kind: 'state', room: string, name: string, bytes: Uint8Array | undefined }
  | { kind: 'setting', name: string, bytes: Uint8Array | undefined }
  | { kind: 'forget', room: string }
  | { kind: 'wipe' }

/** Does to a store what was done to another. */
export async function applyChange (store: Store, change: StoreChange): Promise<void> {
  switch (change.kind) {
    case 'put': return (await store.room(change.room)).put(change.records)
    case 'delete': return (await store.room(change.room)).delete(change.ids)
    case 'expire': await (await store.room(change.room)).expire(change.now); return
    case 'state': return (await store.room(change.room)).putState(change.name, change.bytes)
    case 'setting': return store.putSetting(change.name, change.bytes)
    case 'forget': return store.forget(change.room)
    case 'wipe': return store.wipe()
  }
}

export interface HandedStoreInit {
  /** ms since 1970 */
  now?(): number
  /** told of every change, before it is done */
  tell (change: StoreChange): void
}

/**
 * A store in memory that outlives the engine that uses it: another engine goes on where it stopped,
 * here or, with the changes it tells, in another tab. Nothing is written to disk.
 */
export class HandedStore implements Store {
  readonly ephemeral = true
  readonly survives = true
  readonly #store: MemoryStore
  readonly #tell: (change: StoreChange) => void
  readonly #settings = new Set<string>()
  readonly #states = new Map<string, Set<string>>()
  #closed = false

  constructor (init: HandedStoreInit) {
    this.#store = new MemoryStore({ now: init.now })
    this.#tell = init.tell
  }

  readonly [Symbol.toStringTag] = '@undertone/handed-store'

  /** For the next engine. */
  reopen (): this {
    this.#closed = false
    return this
  }

  #assertOpen (): void {
    if (this.#closed) {
      throw new StoreClosedError()
    }
  }

  /** Everything it holds, as changes of an empty store. */
  async snapshot (): Promise<StoreChange[]> {
    const changes: StoreChange[] = []
    for (const name of this.#settings) {
      changes.push({ kind: 'setting', name, bytes: await this.#store.getSetting(name) })
    }
    for (const room of await this.#store.rooms()) {
      const store = await this.#store.room(room)
      for (const name of this.#states.get(room) ?? []) {
        changes.push({ kind: 'state', room, name, bytes: await store.getState(name) })
      }
      const records: StoredRecord[] = []
      for await (const record of store.all()) {
        records.push(record)
      }
      changes.push({ kind: 'put', room, records })
    }
    return changes
  }

  /** A change that another store told. */
  async follow (change: StoreChange): Promise<void> {
    if (change.kind === 'setting') {
      this.#settings.add(change.name)
    } else if (change.kind === 'state') {
      this.#named(change.room).add(change.name)
    }
    await applyChange(this.#store, change)
  }

  #named (room: string): Set<string> {
    const names = this.#states.get(room) ?? new Set()
    this.#states.set(room, names)
    return names
  }

  async #change (change: StoreChange): Promise<void> {
    this.#assertOpen()
    // first told, then done: whoever goes on must never know less than what was said in public
    this.#tell(change)
    await this.follow(change)
  }

  async rooms (): Promise<string[]> {
    this.#assertOpen()
    return this.#store.rooms()
  }

  async room (room: string): Promise<RoomStore> {
    this.#assertOpen()
    const inner = await this.#store.room(room)
    return {
      put: async records => this.#change({ kind: 'put', room, records }),
      get: async id => inner.get(id),
      getMany: async ids => inner.getMany(ids),
      delete: async ids => this.#change({ kind: 'delete', room, ids }),
      all: (options?: AbortOptions) => inner.all(options),
      expire: async now => {
        this.#tell({ kind: 'expire', room, now })
        return inner.expire(now)
      },
      getState: async name => inner.getState(name),
      putState: async (name, bytes) => this.#change({ kind: 'state', room, name, bytes }),
      usage: async () => inner.usage()
    }
  }

  /** Of this tab only: whoever goes on asks members for files again. */
  async files (room: string): Promise<FileStore> {
    this.#assertOpen()
    return this.#store.files(room)
  }

  async forget (room: string): Promise<void> {
    this.#states.delete(room)
    await this.#change({ kind: 'forget', room })
  }

  async getSetting (name: string): Promise<Uint8Array | undefined> {
    this.#assertOpen()
    return this.#store.getSetting(name)
  }

  async putSetting (name: string, bytes: Uint8Array | undefined): Promise<void> { await this.#change({ kind: 'setting', name, bytes }) }
  async changePassphrase (): Promise<void> { await this.#store.changePassphrase() }
  async setDuressPassphrase (): Promise<void> { await this.#store.setDuressPassphrase() }

  async wipe (): Promise<void> {
    this.reopen()
    this.#settings.clear()
    this.#states.clear()
    await this.#change({ kind: 'wipe' })
  }

  /** Only lets go: what it holds is for the next engine, or for {@link wipe}. */
  async close (): Promise<void> { this.#closed = true }
}
