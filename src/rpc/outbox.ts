/** Events that wait for a slow reader, bytes; the oldest go first, and the reader is told how many. */
export const MAX_EVENT_BYTES = 32 * 1024 * 1024
/** Replies that wait for a slow reader, characters: beyond them its requests are not read. */
export const MAX_REPLY_LENGTH = 32 * 1024 * 1024

export interface OutboxInit {
  /** resolves when the reader is ready for more */
  write (text: string): Promise<void>
  /** what to tell a reader who was too slow for `lost` events */
  overflow (lost: number): string
  maxEventBytes?: number
  maxReplyLength?: number
  /** resolves when this turn of the event loop has done what is more urgent than telling of it (default: at once) */
  turn? (): Promise<void>
  /** one write per line, where the carrier keeps messages apart by itself */
  separate?: boolean
}

/** Replies and events on their way to one reader. Replies are never dropped: who asks too much is not read. */
export class Outbox {
  readonly #init: OutboxInit
  readonly #limit: number
  readonly #mostReplies: number
  /** characters of replies that are not written yet */
  #replyLength = 0
  #asking: Array<() => void> = []
  #replies: string[] = []
  #events: string[] = []
  #eventBytes = 0
  #lost = 0
  #writing?: Promise<void>

  constructor (init: OutboxInit) {
    this.#init = init
    this.#limit = init.maxEventBytes ?? MAX_EVENT_BYTES
    this.#mostReplies = init.maxReplyLength ?? MAX_REPLY_LENGTH
  }

  reply (text: string): void {
    this.#replies.push(text)
    this.#replyLength += text.length
    this.#flush()
  }

  /** Whether the reader is so far behind with its replies that it should ask for no more. */
  get full (): boolean { return this.#replyLength > this.#mostReplies }

  /** Resolves once the reader has taken enough of its replies. */
  async ready (): Promise<void> {
    while (this.full) {
      await new Promise<void>(resolve => { this.#asking.push(resolve) })
    }
  }

  event (text: string): void {
    this.#events.push(text)
    this.#eventBytes += text.length
    while (this.#eventBytes > this.#limit && this.#events.length > 1) {
      this.#eventBytes -= (this.#events.shift() as string).length
      this.#lost++
    }
    this.#flush()
  }

  #flush (): void {
    this.#writing ??= this.#write().catch(() => {}).finally(() => {
      this.#writing = undefined
      // something may have been added after the last look and before this
      if (this.#waiting) {
        this.#flush()
      }
    })
  }

  get #waiting (): boolean { return this.#replies.length + this.#events.length + this.#lost > 0 }

  async #write (): Promise<void> {
    // what is said in one turn of the event loop goes out in one write
    await this.#init.turn?.()
    while (this.#waiting) {
      // events first: a message is told before the reply to a later request that speaks of it
      const lines = [...(this.#lost > 0 ? [this.#init.overflow(this.#lost)] : []), ...this.#events, ...this.#replies]
      const written = this.#replyLength
      this.#replies = []
      this.#events = []
      this.#eventBytes = 0
      this.#lost = 0
      for (const text of this.#init.separate === true ? lines : [lines.map(line => `${line}\n`).join('')]) {
        await this.#init.write(text)
      }
      this.#replyLength -= written
      this.#asking.splice(0).forEach(resolve => { resolve() })
    }
  }

  /** Resolves when everything is out. */
  async drained (): Promise<void> {
    while (this.#writing != null) {
      await this.#writing
    }
  }
}
