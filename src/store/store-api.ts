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

/** A record whose bytes are packed (`packBytes`), as messages are in memory. */
export interface PackedRecord extends Omit<StoredRecord, 'bytes'> { packed: string }

/** A record that is to be stored. */
export type NewRecord = StoredRecord | PackedRecord

/** What a room's records come to. Times in ms since 1970. */
export interface Usage {
  bytes: number
  oldest?: number
  /** when the next of them is over, and the last of those that end at all */
  next?: number
  until?: number
  /** entries that could not be read when the room was opened; what they held can come again from members */
  damaged?: number
}

export interface RoomStore {
  /** durable when it resolves */
  put (records: NewRecord[]): Promise<void>
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
  usage (): Promise<Usage>
}

/** A file whose sealed chunks are held, or on their way. */
export interface StoredFile {
  /** opaque, unique in the room (hex) */
  id: string
  /** number of its chunks */
  chunks: number
  /** bytes of all its chunks, as announced */
  size: number
  /** when it was added, ms since 1970 */
  time: number
  /** ms since 1970; absent: kept as long as the room */
  expires?: number
}

/** Chunks of one room's files: too large to be read all at once, too many to be moved when one goes. */
export interface FileStore {
  /** what there is, in the order in which it was added; what expired is left out */
  list (): Promise<StoredFile[]>
  /** makes a place for a file, durable when it resolves; where there is one, nothing changes but when it is over */
  add (file: StoredFile): Promise<void>
  /** one chunk of a file that was added; `durable`: it and those before it are on the disk when it resolves */
  putChunk (id: string, index: number, bytes: Uint8Array, durable?: boolean): Promise<void>
  /** undefined: not here, damaged, or over */
  getChunk (id: string, index: number): Promise<Uint8Array | undefined>
  /** which chunks of a file are here, ascending */
  chunks (id: string): Promise<number[]>
  /** destroys keys first: what stays on the disk is noise */
  delete (ids: string[]): Promise<void>
  /** destroys what has expired at `now`; returns how many files went */
  expire (now: number): Promise<number>
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
  /** files of a room; forgotten with it */
  files (room: string): Promise<FileStore>
  /** destroys a room's keys, then its records and files */
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
