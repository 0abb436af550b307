import { ExpiryClock } from './expiry-clock.ts'
import { ExpiryOrder } from './expiry-order.ts'
import type { HeldMessages } from './held-messages.ts'
import type { RoomKeeper } from './room-keeper.ts'
import type { Timeline } from '../room/timeline.ts'
import type { MessageId, SignedMessage } from '../wire/index.ts'

/** The disk lags behind by a hundredth of the room's retention, and by no more than this. */
const LATEST_MS = 60_000
/** It does not lag by less than this: whoever keeps messages for a minute has few to seal anew. */
const LEAST_LAG_MS = 1_000

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
  /** the room's, for how late the disk may be */
  state?: { policy: { retention: number } }
  /** until what could not be destroyed is tried again, ms */
  retryMs?: number
}

/** What is over goes: from memory, from what waits for a hello, from what was noted beside it and, with its keys, from the store. */
export class Retention {
  readonly #init: RetentionInit
  readonly #clock: ExpiryClock
  /** destroying a key seals anew what shared it: not for each message of a busy hour, but for those that say themselves when they are over */
  readonly #disk: ExpiryClock
  #pending = false
  #urgent = false
  /** of the timeline's messages; without their words, which may be deleted before they are over */
  readonly #order: ExpiryOrder<MessageId>

  constructor (init: RetentionInit) {
    this.#init = init
    this.#clock = new ExpiryClock({ now: () => init.now(), due: () => this.#due() })
    this.#disk = new ExpiryClock({ now: () => init.now(), due: () => { this.#destroySoon().catch(() => {}) } })
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
    this.#urgent ||= ids.some(id => timeline.get(id)?.expires != null)
    timeline.remove(ids)
    forget(ids)
    this.#pending ||= ids.length > 0
    return ids
  }

  async #destroy (): Promise<void> {
    if (this.#pending || this.#init.durable) {
      this.#pending = this.#urgent = false
      await this.#init.keeper.expire(this.#init.now()).catch(error => {
        this.#pending = true
        throw error
      })
    }
  }

  async expire (): Promise<MessageId[]> {
    const ids = this.#take(this.#init.now())
    await this.#destroy()
    return ids
  }

  async #destroySoon (): Promise<void> {
    try {
      await this.#destroy()
    } catch (error) {
      this.#init.log('error', `What is over could not be destroyed on the disk, and is tried again: ${String(error)}`)
      this.#disk.again(this.#init.retryMs)
    }
  }

  #due (): number {
    const { held, onExpired, state } = this.#init
    const now = this.#init.now()
    const ids = this.#take(now)
    const lag = this.#urgent ? 0 : Math.min(LATEST_MS, (state?.policy.retention ?? 0) / 100)
    if (lag >= LEAST_LAG_MS) {
      this.#disk.note(now + lag)
      onExpired?.(ids)
    } else {
      // told when it is true of the disk, too
      this.#destroySoon().finally(() => { onExpired?.(ids) }).catch(() => {})
    }
    return Math.min(this.#order.next, held.expire(now))
  }

  /** What is over does not wait for the next start. */
  async stop (): Promise<void> {
    this.#clock.stop()
    this.#disk.stop()
    this.#pending && await this.#destroy().catch(() => {})
  }
}
