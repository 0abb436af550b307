import { hmacSha256, label } from '../crypto/index.ts'
import { DataInUseError, StoreClosedError } from './errors.ts'
import { decodeKeyFile, encodeKeyFile } from './key-file.ts'
import { platform } from './level.ts'
import { PREFIX_LENGTH, namesOf } from './name-range.ts'
import { VaultFileStore } from './vault-file-store.ts'
import { VaultRoomStore } from './vault-room-store.ts'
import { Vault } from './vault.ts'
import type { KeyFile } from './key-file.ts'
import type { Level, VaultFiles } from './platform.ts'
import type { FileStore, RoomStore, Store } from './store-api.ts'
import type { AbortOptions } from '@libp2p/interface'

/** Room state changes with every message; what it held before is put beyond reach at least this often, ms. */
const ROTATE_MS = 300_000
/** Keys of a room's files are kept like another room's records, under this name. */
const FILES = '/files'

/** The encrypted store: records in a level database, keys in a vault. */
export class VaultStore implements Store {
  readonly ephemeral = false
  readonly #location: string
  readonly #files: VaultFiles
  readonly #vault: Vault
  readonly #level: Level
  readonly #keys: KeyFile
  readonly #rooms = new Map<string, VaultRoomStore>()
  readonly #fileStores = new Map<string, VaultFileStore>()
  readonly #now: () => number
  #rotated: number
  #closed = false

  private constructor (location: string, files: VaultFiles, vault: Vault, level: Level, now: () => number) {
    this.#location = location
    this.#files = files
    this.#vault = vault
    this.#level = level
    this.#keys = decodeKeyFile(vault.content)
    this.#now = now
    this.#rotated = now()
  }

  readonly [Symbol.toStringTag] = '@undertone/vault-store'

  /** @throws {WrongPassphraseError|DataInUseError|CorruptVaultError|ReadOnlyStoreError} */
  static async open (location: string, passphrase: string, now: () => number = Date.now, { signal }: AbortOptions = {}): Promise<VaultStore> {
    const files = await platform.openFiles(location)
    let level: Level | undefined
    try {
      // whoever has the database has the vault: two that start at the same time must not both change it
      const { vault, isNew, duress } = await Vault.open(files, passphrase, async () => { level ??= await openLevel(location) }, { signal })
      level ??= await openLevel(location)
      if (duress === true || (isNew && (await level.keys({ limit: 1 }).all()).length > 0)) {
        // records of a vault that is gone: noise, and they would tell that there was one
        await level.close()
        await platform.destroyLevel(location)
        level = await platform.openLevel(location)
      }
      return new VaultStore(location, files, vault, level, now)
    } catch (error) {
      await level?.close()
      await files.close()
      throw platform.named(error)
    }
  }

  #assertOpen (): void {
    if (this.#closed) {
      throw new StoreClosedError()
    }
  }

  /** Writes the key file; `forgetting`: what it held before must be gone. */
  async #save (forgetting: boolean): Promise<void> {
    const content = encodeKeyFile(this.#keys)
    if (forgetting || this.#now() - this.#rotated > ROTATE_MS) {
      this.#rotated = this.#now()
      await this.#vault.rotate(content)
    } else {
      await this.#vault.write(content)
    }
  }

  async rooms (): Promise<string[]> {
    this.#assertOpen()
    return [...this.#keys.rooms.keys()].filter(room => !room.endsWith(FILES))
  }

  #prefix (use: string, room: string): Uint8Array {
    return hmacSha256(this.#keys.index, label(use, new TextEncoder().encode(room))).subarray(0, PREFIX_LENGTH)
  }

  async room (room: string): Promise<RoomStore> {
    this.#assertOpen()
    const existed = this.#keys.rooms.has(room)
    const store = this.#roomStore(room)
    if (!existed) {
      await this.#save(false)
    }
    return store
  }

  #roomStore (room: string): VaultRoomStore {
    let store = this.#rooms.get(room)
    if (store == null) {
      const keys = this.#keys.rooms.get(room) ?? { buckets: new Map(), state: new Map() }
      this.#keys.rooms.set(room, keys)
      store = new VaultRoomStore({
        level: this.#level,
        keys,
        prefix: this.#prefix('store-room', room),
        now: this.#now,
        saveKeys: async forgetting => this.#save(forgetting),
        named: error => platform.named(error)
      })
      this.#rooms.set(room, store)
    }
    return store
  }

  async files (room: string): Promise<FileStore> {
    this.#assertOpen()
    let files = this.#fileStores.get(room)
    if (files == null) {
      files = new VaultFileStore({
        level: this.#level,
        records: this.#roomStore(`${room}${FILES}`),
        prefix: this.#prefix('store-chunks', room),
        now: this.#now,
        named: error => platform.named(error)
      })
      this.#fileStores.set(room, files)
    }
    return files
  }

  async forget (room: string): Promise<void> {
    this.#assertOpen()
    const prefix = this.#prefix('store-chunks', room)
    const stores = [room, `${room}${FILES}`].map(name => {
      const store = this.#roomStore(name)
      this.#keys.rooms.delete(name)
      this.#rooms.delete(name)
      return store
    })
    this.#fileStores.delete(room)
    await this.#save(true)
    await Promise.all(stores.map(async store => store.clear()))
    await this.#level.clear(namesOf(prefix))
  }

  async getSetting (name: string): Promise<Uint8Array | undefined> {
    this.#assertOpen()
    return this.#keys.settings.get(name)?.slice()
  }

  async putSetting (name: string, bytes: Uint8Array | undefined): Promise<void> {
    this.#assertOpen()
    if (bytes == null) {
      this.#keys.settings.delete(name)
    } else {
      this.#keys.settings.set(name, new Uint8Array(bytes))
    }
    await this.#save(bytes == null)
  }

  async changePassphrase (current: string, next: string): Promise<void> {
    this.#assertOpen()
    await this.#vault.changePassphrase(current, next)
  }

  async setDuressPassphrase (current: string, duress: string): Promise<void> {
    this.#assertOpen()
    await this.#vault.setDuressPassphrase(current, duress)
  }

  async wipe (): Promise<void> {
    this.#assertOpen()
    this.#closed = true
    await this.#vault.destroy()
    await Promise.all([...this.#rooms.values()].map(async room => room.close()))
    await this.#level.close()
    await platform.destroyLevel(this.#location)
    await this.#files.close()
  }

  async close (): Promise<void> {
    if (this.#closed) {
      return
    }
    this.#closed = true
    // what was begun ends first
    await Promise.all([...this.#rooms.values()].map(async room => room.close()))
    await this.#level.close()
    await this.#vault.forget()
    await this.#files.close()
  }
}

/** Of a vault that is gone, the records need not be readable: they are noise. */
async function openLevel (location: string): Promise<Level> {
  try {
    return await platform.openLevel(location)
  } catch (error) {
    if (error instanceof DataInUseError || await platform.exists(location)) {
      throw error
    }
    await platform.destroyLevel(location)
    return platform.openLevel(location)
  }
}
