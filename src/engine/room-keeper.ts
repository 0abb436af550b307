import { expiryOf, isStanding } from '../room/index.ts'
import { decodeMessage, encodeSigned } from '../wire/index.ts'
import { encodeRoomState } from './room-state.ts'
import type { RoomState } from './room-state.ts'
import type { RoomStore } from '../store/store-api.ts'
import type { SignedMessage } from '../wire/index.ts'

/** Many changes become one write. */
const WRITE_DELAY_MS = 50

export interface RoomKeeperInit {
  state: RoomState
  store: RoomStore
  durable: boolean
  log (level: 'error' | 'warn', message: string): void
}

/** Carries a room's messages and state to the store, in batches. */
export class RoomKeeper {
  readonly #init: RoomKeeperInit
  #unsaved: SignedMessage[] = []
  #stateDirty = false
  #timer?: ReturnType<typeof setTimeout>
  #writing: Promise<void> = Promise.resolve()

  constructor (init: RoomKeeperInit) {
    this.#init = init
  }

  /** When a message is to be gone, ms since 1970; undefined: not by time. */
  expiryOf (message: SignedMessage): number | undefined {
    if (isStanding(message)) {
      return undefined
    }
    const { policy } = this.#init.state
    // a room without retention keeps nothing on disk; what is on the screen stays until it is closed
    return policy.retention === 0 ? message.expires : expiryOf(policy, message.time, message.expires)
  }

  /** Messages the store holds; they were verified when they came. Damaged ones are left out. */
  async * load (): AsyncGenerator<SignedMessage> {
    for await (const record of this.#init.store.all()) {
      let message: SignedMessage
      try {
        message = decodeMessage(record.bytes)
      } catch {
        this.#init.log('warn', 'A stored message could not be read and was left out.')
        continue
      }
      yield message
    }
  }

  keep (message: SignedMessage): void {
    if (this.#init.durable && (this.#init.state.policy.retention !== 0 || isStanding(message))) {
      this.#unsaved.push(message)
      this.#soon()
    }
  }

  /** Before something is told to others it must not be forgotten: a chain that forks after a crash is nobody's. */
  async secure (): Promise<void> {
    if (this.#init.durable) {
      await this.flush()
    }
  }

  /** Writes the room's state soon. */
  save (): void {
    this.#stateDirty = true
    this.#soon()
  }

  #soon (): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.flush().catch(error => { this.#init.log('error', `Could not write to the store: ${String(error)}`) })
    }, WRITE_DELAY_MS)
  }

  /**
   * Durable when it resolves. What could not be written is tried again at the next flush.
   *
   * @throws {DiskFullError|ReadOnlyStoreError|StoreClosedError}
   */
  async flush (): Promise<void> {
    this.#writing = this.#writing.catch(() => {}).then(async () => {
      const messages = this.#unsaved
      const stateDirty = this.#stateDirty
      this.#unsaved = []
      this.#stateDirty = false
      try {
        if (messages.length > 0) {
          await this.#init.store.put(messages.map(m => ({ id: m.id, time: m.time, expires: this.expiryOf(m), bytes: encodeSigned(m) })))
        }
        if (stateDirty) {
          await this.#init.store.putState('room', encodeRoomState(this.#init.state))
        }
      } catch (error) {
        this.#unsaved = [...messages, ...this.#unsaved]
        this.#stateDirty ||= stateDirty
        throw error
      }
    })
    await this.#writing
  }

  /** Destroys what is over at `now`, with its keys. */
  async expire (now: number): Promise<void> {
    await this.flush()
    await this.#init.store.expire(now)
  }

  async close (): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.flush()
  }
}
