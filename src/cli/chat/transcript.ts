import type { Shown } from './message-lines.ts'
import type { ChatMessage } from '../../engine/api.ts'

/** Messages and notices held for the screen; older ones are one `/more` away. */
export const MAX_ITEMS = 5_000

/** `quotes`: messages whose words a notice repeats; it goes with them */
export type Item = { kind: 'message', id: string } | { kind: 'notice', lines: string[], quotes: string[] }

/** What one room's screen shows: messages in their order, notices where they came up. */
export class Transcript {
  readonly #messages = new Map<string, ChatMessage>()
  readonly #numbers = new Map<string, number>()
  readonly #byNumber = new Map<number, string>()
  readonly #revealed = new Set<string>()
  readonly items: Item[] = []
  #next = 1

  /** Adds or changes a message; answers whether it is new. */
  put (message: ChatMessage): boolean {
    const known = this.#messages.has(message.id)
    this.#messages.set(message.id, message)
    if (known) {
      return false
    }
    this.#numbers.set(message.id, this.#next)
    this.#byNumber.set(this.#next++, message.id)
    let at = this.items.length
    while (at > 0 && this.#isLater(this.items[at - 1], message)) {
      at--
    }
    this.items.splice(at, 0, { kind: 'message', id: message.id })
    while (this.items.length > MAX_ITEMS) {
      this.#drop(this.items.shift() as Item)
    }
    return true
  }

  #isLater (item: Item, { time, id }: ChatMessage): boolean {
    const other = item.kind === 'message' ? this.#messages.get(item.id) : undefined
    return other != null && (other.time > time || (other.time === time && other.id > id))
  }

  #drop (item: Item): void {
    if (item.kind === 'message') {
      this.#messages.delete(item.id)
      this.#byNumber.delete(this.#numbers.get(item.id) ?? 0)
      this.#numbers.delete(item.id)
      this.#revealed.delete(item.id)
    }
  }

  notice (lines: string[], quotes: string[] = []): void {
    this.items.push({ kind: 'notice', lines, quotes })
    if (this.items.length > MAX_ITEMS) {
      this.#drop(this.items.shift() as Item)
    }
  }

  /** What is over is on no screen either. */
  keep (held: Set<string>): void {
    const kept = this.items.filter(item => item.kind === 'message' ? held.has(item.id) : item.quotes.every(id => held.has(id)))
    if (kept.length < this.items.length) {
      const stays = new Set(kept)
      this.items.forEach(item => { stays.has(item) || this.#drop(item) })
      this.items.splice(0, this.items.length, ...kept)
    }
  }

  /** Nothing that is shown or quoted was said before, ms. */
  get since (): number {
    return this.items.some(item => item.kind === 'notice' && item.quotes.length > 0) ? 0 : this.oldest?.time ?? Date.now()
  }

  delivered (id: string, delivery: ChatMessage['delivery']): void {
    const message = this.#messages.get(id)
    if (message != null) {
      this.#messages.set(id, { ...message, delivery })
    }
  }

  reveal (id: string): void { this.#revealed.add(id) }
  get (id: string): ChatMessage | undefined { return this.#messages.get(id) }
  numbered (number: number): ChatMessage | undefined { return this.#messages.get(this.#byNumber.get(number) ?? '') }
  get oldest (): ChatMessage | undefined {
    const first = this.items.find(item => item.kind === 'message')
    return first == null ? undefined : this.#messages.get(first.id)
  }

  /** Own messages nobody has heard yet. */
  get waiting (): number {
    return [...this.#messages.values()].filter(message => message.self && message.delivery !== 'heard' && !message.deleted).length
  }

  shown (id: string): Shown | undefined {
    const message = this.#messages.get(id)
    return message == null
      ? undefined
      : { message, number: this.#numbers.get(id) ?? 0, answers: message.replyTo == null ? undefined : this.#messages.get(message.replyTo), revealed: this.#revealed.has(id) }
  }
}
