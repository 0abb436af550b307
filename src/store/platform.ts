import type { AbstractLevel } from 'abstract-level'

/** A few small files that are replaced as a whole and can be destroyed. */
export interface VaultFiles {
  read (name: string): Promise<Uint8Array | undefined>
  /** durable and all or nothing when it resolves */
  write (name: string, bytes: Uint8Array): Promise<void>
  /** overwritten where the system lets us, then gone */
  destroy (name: string): Promise<void>
  list (): Promise<string[]>
  close (): Promise<void>
}

export type Level = AbstractLevel<any, Uint8Array, Uint8Array>

/** Where data lives on one platform: folders in Node.js, IndexedDB in browsers. */
export interface Platform {
  exists (location: string): Promise<boolean>
  openFiles (location: string): Promise<VaultFiles>
  /** throws DataInUseError when another process has it */
  openLevel (location: string): Promise<Level>
  destroyLevel (location: string): Promise<void>
  /** a system's error as one of ours, where there is one */
  named (error: unknown): unknown
}
