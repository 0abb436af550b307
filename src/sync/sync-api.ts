import type { Item } from './item-set.ts'
import type { AbortOptions, Stream } from '@libp2p/interface'

/** The time of items that everybody needs however old they are: reconciled first, and fetched first. */
export const STANDING_TIME = 0

/** Shows that a host held an epoch's key: MAC (16 bytes) under that epoch's age key over both hosts' IDs. */
export interface AgeProof { epoch: number, mac: Uint8Array }

/** What a member holds of a room, as sync needs it. Implemented by the engine over timeline and store. */
export interface SyncSource {
  /** (time, id) of everything held that may be shared, ascending by time then id; id: 64 hex digits, as everywhere here; time: ms, or STANDING_TIME */
  items (): readonly Item[]
  has (id: string): boolean
  /** encoded signed messages (wire `encodeSigned`), missing ones left out, and those of before `since`, ms, that have a time */
  get (ids: string[], since: number): Promise<Uint8Array[]>
  /** messages others wait for before they can judge the rest (hellos): handed out first */
  isUrgent? (id: string): boolean
  /** oldest time this member wants (retention, what its invite allows), ms */
  since (): number
  /** oldest time this member hands out, ms */
  shares (): number
  /** oldest time of what one member gets that asks by ID, where it is not that, ms */
  sharesWith? (peer: string): number
  /** what shows a member since when we have been in the room; empty where that does not matter */
  proofs? (peer: string): AgeProof[]
  /** oldest time that a member may be given, by what it showed, ms */
  allows? (peer: string, shown: AgeProof[]): number
  /**
   * Takes messages that arrived from `peer`, in runs per author, ascending sequence. Verifies
   * signatures (one per run), policy, retention. Returns counts; `invalid` > 0 means the peer lied.
   *
   * @param encoded - views of a frame: what is kept of them is copied
   * @param ids - of the messages, where they were hashed already
   */
  accept (encoded: Uint8Array[], peer: string, ids?: string[]): Promise<{ added: number, known: number, refused: number, invalid: number }>
  /** told at each comparison that we begin: what the member lacks of what we share, before it is sent */
  compared? (peer: string, lacks: string[]): void
}

export interface SyncProgress {
  peer: string
  /** messages still to fetch, as far as known */
  missing: number
  received: number
  sent: number
  done: boolean
}

/** `unmet`: what the member named and did not hand out; a keeper has it sealed. */
export type SyncResult = SyncProgress & { unmet: string[] }

export interface Sync {
  /** reconcile with one member, both directions; nothing older than `since`, ms */
  run (stream: Stream, peer: string, options?: AbortOptions & { since?: number, onProgress?(progress: SyncProgress): void }): Promise<SyncResult>
  /** answer a member's sync stream; `missing` is always 0 there: only the asking side knows it */
  serve (stream: Stream, peer: string, options?: AbortOptions & { onProgress?(progress: SyncProgress): void }): Promise<void>
  /** ask a member for given messages (gap repair); returns how many were added */
  fetch (stream: Stream, ids: string[], peer: string, options?: AbortOptions): Promise<number>
}
