import type { AbortOptions } from '@libp2p/interface'

/** One sealed record of a room: a signed message as wire bytes. */
export interface StoredRecord {
  /** opaque, unique in the room (message ID, hex) */
  id: string
  /** ms since 1970, decides the retention bucket */
  time: number
  /** ms since 1970; absent: kept as long as the room */
  expires?: number
  bytes: Uint8Array
}

export interface RoomStore {
  /** durable when it resolves */
  put (records: StoredRecord[]): Promise<void>
  /** throws CorruptRecordError when this one record is damaged */
  get (id: string): Promise<StoredRecord | undefined>
  /** many at once, in the order asked for; missing, expired and damaged ones left out */
  getMany (ids: string[]): Promise<StoredRecord[]>
  delete (ids: string[]): Promise<void>
  /** all live records, ascending time then id; damaged ones left out */
  all (options?: AbortOptions): AsyncIterable<StoredRecord>
  /** destroys the keys of what has expired at `now`; returns how many records went */
  expire (now: number): Promise<number>
  getState (name: string): Promise<Uint8Array | undefined>
  putState (name: string, bytes: Uint8Array | undefined): Promise<void>
  /** `damaged`: entries that could not be read when the room was opened; what they held can come again from members */
  usage (): Promise<{ bytes: number, oldest?: number, until?: number, damaged?: number }>
}

/** The local database. The memory adapter keeps nothing after `close`. */
export interface Store {
  /** true: nothing is written anywhere */
  readonly ephemeral: boolean
  /** true: another engine goes on with what this one wrote, though nothing is on disk */
  readonly survives?: boolean
  /** opaque room IDs (hex) that have something stored */
  rooms (): Promise<string[]>
  room (room: string): Promise<RoomStore>
  /** destroys a room's keys, then its records */
  forget (room: string): Promise<void>
  getSetting (name: string): Promise<Uint8Array | undefined>
  putSetting (name: string, bytes: Uint8Array | undefined): Promise<void>
  changePassphrase (current: string, next: string): Promise<void>
  /** a passphrase that destroys this vault's key when it is entered and opens an empty vault */
  setDuressPassphrase (current: string, duress: string): Promise<void>
  /** vault key first (milliseconds), then the files */
  wipe (): Promise<void>
  close (): Promise<void>
}
