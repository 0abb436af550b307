import { ExpiryClock } from './expiry-clock.ts'
import { ExpiryOrder } from './expiry-order.ts'
import type { HeldMessages } from './held-messages.ts'
import type { RoomKeeper } from './room-keeper.ts'
import type { Timeline } from '../room/timeline.ts'
import type { MessageId, SignedMessage } from '../wire/index.ts'

export interface RetentionInit {
  timeline: Timeline
  held: HeldMessages
  keeper: Pick<RoomKeeper, 'expiryOf' | 'expire' | 'again'>
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
  /** of the timeline's messages; without their words, which may be deleted before they are over */
  readonly #order: ExpiryOrder<MessageId>

  constructor (init: RetentionInit) {
    this.#init = init
    this.#clock = new ExpiryClock({ now: () => init.now(), due: () => this.#due() })
    this.#order = new ExpiryOrder({ holds: id => init.timeline.has(id), living: () => init.timeline.size })
  }

  /** A message came that will be over some time. */
  note (message: SignedMessage): void {
    const expires = this.#init.keeper.expiryOf(message)
    this.#order.add(message.id, expires)
    this.#clock.note(expires)
  }

  /** As `note`, of one that waits for a hello. */
  noteHeld (message: SignedMessage): void {
    const expires = this.#init.keeper.expiryOf(message)
    this.#init.held.endsAt(message, expires)
    this.#clock.note(expires)
  }

  /** The room decided otherwise about all there is. */
  policyChanged (): void {
    const { timeline: { ordered }, held, keeper } = this.#init
    this.#order.clear()
    ordered.forEach(message => { this.note(message) })
    held.reorder().forEach(message => { this.noteHeld(message) })
    keeper.again(ordered)
  }

  async expire (): Promise<MessageId[]> {
    const { timeline, keeper, durable, forget } = this.#init
    const now = this.#init.now()
    const ids = this.#order.take(now).filter(id => timeline.has(id))
    timeline.remove(ids)
    forget(ids)
    if (ids.length > 0 || durable) {
      await keeper.expire(now)
    }
    return ids
  }

  #due (): number {
    const { held, onExpired, log } = this.#init
    this.expire().then(ids => { onExpired?.(ids) }, error => { log('error', `Retention: ${String(error)}`) })
    return Math.min(this.#order.next, held.expire(this.#init.now()))
  }

  stop (): void { this.#clock.stop() }
}
