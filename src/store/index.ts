/**
 * The local database: what a node keeps of its rooms, sealed under a vault key. Without a passphrase
 * it keeps nothing.
 *
 * @packageDocumentation
 */
import { MemoryStore } from './memory.ts'
import type { Store } from './store-api.ts'

export * from './errors.ts'
export { MemoryStore } from './memory.ts'
export type { RoomStore, Store, StoredRecord } from './store-api.ts'

export interface OpenStoreInit {
  /** folder (Node.js) or database name (browser) */
  data?: string
  /** without one nothing is written */
  passphrase?: string
}

export async function openStore (init: OpenStoreInit = {}): Promise<Store> {
  return new MemoryStore()
}
