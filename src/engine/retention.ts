import { ExpiryClock } from './expiry-clock.ts'
import { ExpiryOrder } from './expiry-order.ts'
import type { HeldMessages } from './held-messages.ts'
import type { RoomKeeper } from './room-keeper.ts'
import type { Timeline } from '../room/timeline.ts'
import type { MessageId, SignedMessage } from '../wire/index.ts'

/** What could not be destroyed is tried again after this. */
const RETRY_MS = 30_000

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
  /** until what could not be destroyed is tried again, ms */
  retryMs?: number
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

  #take (now: number): MessageId[] {
    const { timeline, forget } = this.#init
    const ids = this.#order.take(now).filter(id => timeline.has(id))
    timeline.remove(ids)
    forget(ids)
    return ids
  }

  async #destroy (ids: MessageId[], now: number): Promise<void> {
    if (ids.length > 0 || this.#init.durable) {
      await this.#init.keeper.expire(now)
    }
  }

  async expire (): Promise<MessageId[]> {
    const now = this.#init.now()
    const ids = this.#take(now)
    await this.#destroy(ids, now)
    return ids
  }

  #due (): number {
    const { held, onExpired, log, retryMs = RETRY_MS } = this.#init
    const now = this.#init.now()
    const ids = this.#take(now)
    this.#destroy(ids, now).catch(error => {
      log('error', `What is over could not be destroyed on the disk, and is tried again: ${String(error)}`)
      // a full disk takes no new keys, and the old ones are still on it
      this.#clock.note(this.#init.now() + retryMs)
    }).finally(() => { onExpired?.(ids) })
    return Math.min(this.#order.next, held.expire(now))
  }

  stop (): void { this.#clock.stop() }
}
