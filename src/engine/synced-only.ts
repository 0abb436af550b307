import type { MessageId } from '../wire/index.ts'

/** What came by sync waits so long for gossip to bring it, too, before our other neighbours are asked; */
export const FIRST_WAIT_MS = 2_000
/** each time that is asked in vain, twice as long, up to this: members compare at such intervals anyway. */
export const MAX_WAIT_MS = 30_000
/** Bound on messages remembered; further ones came with the same exchange. */
const MAX_REMEMBERED = 4_096

/**
 * Messages that sync has brought and gossip has not. In a room that talks, every comparison finds
 * some that are merely under way; comparing with everybody because of those would never end.
 */
export class SyncedOnly {
  readonly #ids = new Set<MessageId>()
  #waitMs = FIRST_WAIT_MS

  get size (): number { return this.#ids.size }

  /** how long to wait before the next look, ms */
  get waitMs (): number { return this.#waitMs }

  add (id: MessageId): void { this.#ids.size < MAX_REMEMBERED && this.#ids.add(id) }
  gossiped (id: MessageId): void { this.#ids.delete(id) }

  /** Whether there is news for our other neighbours; afterwards they are thought to have it. */
  take (): boolean {
    const news = this.#ids.size > 0
    this.#waitMs = news ? Math.min(2 * this.#waitMs, MAX_WAIT_MS) : FIRST_WAIT_MS
    this.#ids.clear()
    return news
  }
}
