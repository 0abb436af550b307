import { ExpiryOrder } from './expiry-order.ts'
import type { MessageId, PersonaId, SignedMessage } from '../wire/index.ts'

/** Bounds on what waits for a hello; the author that has waited longest goes first. */
export const MAX_HELD_AUTHORS = 1_024
export const MAX_HELD_MESSAGES = 32_768

/** Messages of personas nobody has vouched for yet: their hello, or the hello of who invited them, is still on its way. */
export class HeldMessages {
  readonly #byAuthor = new Map<PersonaId, Map<MessageId, SignedMessage>>()
  readonly #order = new ExpiryOrder<{ author: PersonaId, id: MessageId }>({ holds: ({ author, id }) => this.#byAuthor.get(author)?.has(id) === true, living: () => this.#messages })
  #messages = 0

  get authors (): number { return this.#byAuthor.size }
  get size (): number { return this.#messages }

  hold (message: SignedMessage): void {
    let held = this.#byAuthor.get(message.author)
    if (held == null) {
      held = new Map()
      this.#byAuthor.set(message.author, held)
    }
    if (!held.has(message.id)) {
      held.set(message.id, message)
      this.#messages++
    }
    while (this.#byAuthor.size > MAX_HELD_AUTHORS || this.#messages > MAX_HELD_MESSAGES) {
      this.#take(this.#byAuthor.keys().next().value as PersonaId)
    }
  }

  #take (author: PersonaId): SignedMessage[] {
    const messages = [...this.#byAuthor.get(author)?.values() ?? []]
    this.#byAuthor.delete(author)
    this.#messages -= messages.length
    return messages.sort((a, b) => a.sequence - b.sequence)
  }

  /** @param expires - when one that is held is over, ms since 1970; undefined: not by time */
  endsAt ({ author, id }: SignedMessage, expires: number | undefined): void { this.#order.add({ author, id }, expires) }

  /** All there are; when each of them is over is to be said again. */
  reorder (): SignedMessage[] {
    this.#order.clear()
    return [...this.#byAuthor.values()].flatMap(messages => [...messages.values()])
  }

  /** Forgets those whose time is over at `now`; returns when the next one's is, ms, Infinity: never. */
  expire (now: number): number {
    for (const { author, id } of this.#order.take(now)) {
      const messages = this.#byAuthor.get(author)
      if (messages?.delete(id) === true) {
        this.#messages--
        messages.size === 0 && this.#byAuthor.delete(author)
      }
    }
    return this.#order.next
  }

  /** IDs that held messages name as their author's previous one and that are not held either. */
  missing (): MessageId[] {
    const ids: MessageId[] = []
    for (const messages of this.#byAuthor.values()) {
      for (const { previous } of messages.values()) {
        if (previous != null && !messages.has(previous)) {
          ids.push(previous)
        }
      }
    }
    return ids
  }

  /** What may be judged again now that `admitted` is in: its own messages, and hellos that it may have issued the invite of. */
  * release (admitted?: PersonaId): Generator<SignedMessage> {
    const ready = [...this.#byAuthor].filter(([author, messages]) => admitted == null || author === admitted || [...messages.values()].some(m => m.kind === 'hello'))
    for (const [author] of ready) {
      yield * this.#take(author)
    }
  }
}
