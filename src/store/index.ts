/**
 * The local database: what a node keeps of its rooms, sealed under a vault key. Without a passphrase
 * it keeps nothing.
 *
 * @packageDocumentation
 */
import { MemoryStore } from './memory.ts'
import type { Store } from './store-api.ts'
import type { AbortOptions } from '@libp2p/interface'

export * from './errors.ts'
export { MemoryFileStore } from './memory-files.ts'
export { MemoryStore } from './memory.ts'
export type { FileStore, NewRecord, PackedRecord, RoomStore, Store, StoredFile, StoredRecord } from './store-api.ts'

export interface OpenStoreInit extends AbortOptions {
  /** folder (Node.js) or database name (browser) */
  data?: string
  /** without one nothing is written */
  passphrase?: string
  /** ms since 1970 */
  now? (): number
}

/**
 * Opens the encrypted store, or one in memory when there is nothing to lock it with.
 *
 * @throws {WrongPassphraseError|DataInUseError|CorruptVaultError|ReadOnlyStoreError}
 */
export async function openStore (init: OpenStoreInit = {}): Promise<Store> {
  if (init.data == null || init.passphrase == null) {
    return new MemoryStore({ now: init.now })
  }
  const { VaultStore } = await import('./vault-store.ts')
  return VaultStore.open(init.data, init.passphrase, init.now, init)
}
