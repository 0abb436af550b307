import { ExpiryClock } from './expiry-clock.ts'
import type { HeldMessages } from './held-messages.ts'
import type { Timeline } from '../room/timeline.ts'
import type { MessageId, SignedMessage } from '../wire/index.ts'

export interface RetentionInit {
  timeline: Timeline
  held: HeldMessages
  keeper: { expiryOf (message: SignedMessage): number | undefined, expire (now: number): Promise<void> }
  /** the store outlives this process, and may hold what memory does not */
  durable: boolean
  now (): number
  /** whatever was noted of these is to be forgotten */
  forget (ids: MessageId[]): void
  onExpired? (ids: MessageId[]): void
  log (level: 'error', message: string): void
}

/** What is over goes: from memory, from what waits for a hello, from what was noted beside it and, with its keys, from the store. */
export class Retention {
  readonly #init: RetentionInit
  readonly #clock: ExpiryClock

  constructor (init: RetentionInit) {
    this.#init = init
    this.#clock = new ExpiryClock({ now: () => init.now(), due: () => this.#due() })
  }

  /** A message came that will be over some time. */
  note (message: SignedMessage): void { this.#clock.note(this.#init.keeper.expiryOf(message)) }

  async expire (): Promise<MessageId[]> {
    const { timeline, keeper, durable, forget } = this.#init
    const now = this.#init.now()
    const ids = timeline.expired(now, message => keeper.expiryOf(message))
    timeline.remove(ids)
    forget(ids)
    if (ids.length > 0 || durable) {
      await keeper.expire(now)
    }
    return ids
  }

  #due (): number {
    const { timeline, held, keeper, onExpired, log } = this.#init
    this.expire().then(ids => { onExpired?.(ids) }, error => { log('error', `Retention: ${String(error)}`) })
    const expiryOf = (message: SignedMessage): number | undefined => keeper.expiryOf(message)
    const now = this.#init.now()
    return Math.min(timeline.nextExpiry(now, expiryOf) ?? Infinity, held.expire(now, expiryOf))
  }

  stop (): void { this.#clock.stop() }
}
