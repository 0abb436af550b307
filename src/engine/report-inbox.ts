import type { Outcome, Report } from '../moderation/index.ts'

/** Reports a maintainer's device holds. */
export const MAX_INBOX = 500

export interface Received {
  list: string
  report: Report
  /** an appeal as it was signed: without its author's signature it would prove nothing */
  signed?: Uint8Array
}

export interface ReportInboxInit {
  /** whether this persona is known in a room that the maintainer is in */
  known (room: string, persona: string): boolean
  outcome (report: string): Outcome | undefined
}

/**
 * What was reported to this maintainer. When it is full, what was dealt with goes first; then the
 * oldest of whoever sent most, where all that comes from nobody known is one sender: making up
 * rooms and personas costs nothing, and must not push out what others sent.
 */
export class ReportInbox {
  readonly #init: ReportInboxInit
  /** newest last */
  readonly #reports = new Map<string, Received & { sender: string }>()

  constructor (init: ReportInboxInit) { this.#init = init }

  get (id: string): Received | undefined { return this.#reports.get(id) }
  entries (): IterableIterator<[string, Received]> { return this.#reports.entries() }
  clear (): void { this.#reports.clear() }

  /** Whether it was taken: not twice, and not when it is the first to go. */
  add (id: string, received: Received): boolean {
    if (this.#reports.has(id)) {
      return false
    }
    const { room, from, messages } = received.report
    const persona = from ?? messages[0]?.author ?? ''
    this.#reports.set(id, { ...received, sender: this.#init.known(room, persona) ? `${room}/${persona}` : '' })
    if (this.#reports.size > MAX_INBOX) {
      this.#reports.delete(this.#least())
    }
    return this.#reports.has(id)
  }

  #least (): string {
    const bySender = new Map<string, string[]>()
    for (const [id, { sender }] of this.#reports) {
      if (this.#init.outcome(id) != null) {
        return id
      }
      const ids = bySender.get(sender)
      ids == null ? bySender.set(sender, [id]) : ids.push(id)
    }
    return [...bySender.values()].reduce((most, ids) => ids.length > most.length ? ids : most)[0]
  }
}
