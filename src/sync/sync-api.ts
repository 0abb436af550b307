import type { AbortOptions, Stream } from '@libp2p/interface'

/** The time of items that everybody needs however old they are: reconciled first, and fetched first. */
export const STANDING_TIME = 0

/** What a member holds of a room, as sync needs it. Implemented by the engine over timeline and store. */
export interface SyncSource {
  /** (time, id) of everything held that may be shared, ascending by time then id; id: 32 bytes; time: ms, or STANDING_TIME */
  items (): ReadonlyArray<{ time: number, id: Uint8Array }>
  has (id: Uint8Array): boolean
  /** encoded signed messages (wire `encodeSigned`), missing ones left out */
  get (ids: Uint8Array[]): Promise<Uint8Array[]>
  /** messages others wait for before they can judge the rest (hellos): handed out first */
  isUrgent? (id: Uint8Array): boolean
  /** oldest time this member wants (retention, what its invite allows), ms */
  since (): number
  /** oldest time this member hands out, ms */
  shares (): number
  /**
   * Takes messages that arrived from `peer`, in runs per author, ascending sequence. Verifies
   * signatures (one per run), policy, retention. Returns counts; `invalid` > 0 means the peer lied.
   */
  accept (encoded: Uint8Array[], peer: string): Promise<{ added: number, known: number, refused: number, invalid: number }>
  /** told at each comparison that we begin: what the member lacks of what we share, before it is sent */
  compared? (peer: string, lacks: Uint8Array[]): void
}

export interface SyncProgress {
  peer: string
  /** messages still to fetch, as far as known */
  missing: number
  received: number
  sent: number
  done: boolean
}

export interface Sync {
  /** reconcile with one member, both directions */
  run (stream: Stream, peer: string, options?: AbortOptions & { onProgress?(progress: SyncProgress): void }): Promise<SyncProgress>
  /** answer a member's sync stream */
  serve (stream: Stream, peer: string, options?: AbortOptions): Promise<void>
  /** ask a member for given messages (gap repair); returns how many were added */
  fetch (stream: Stream, ids: Uint8Array[], peer: string, options?: AbortOptions): Promise<number>
}
