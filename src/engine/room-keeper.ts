import { expiryOf, isStanding } from '../room/index.ts'
import { decodeMessage, packSigned } from '../wire/index.ts'
import { encodeRoomState } from './room-state.ts'
import type { RoomState } from './room-state.ts'
import type { RoomStore } from '../store/store-api.ts'
import type { MessageId, SignedMessage } from '../wire/index.ts'

/** Many changes become one write; more of them where it does not outlive the process anyway. */
const WRITE_DELAY_MS = 50
const PASSING_DELAY_MS = 1_000
/** Messages in one write, which waits for the disk: history comes in thousands, and what is made for more of them at once grows old before it is garbage. */
const WRITE_MESSAGES = 1_024
/** Messages waiting for a disk that takes none; the oldest go, and come again by sync. */
export const MAX_UNSAVED = 20_000

export interface RoomKeeperInit {
  state: RoomState
  store: RoomStore
  durable: boolean
  onStore? (error: Error | undefined): void
  log (level: 'error' | 'warn', message: string): void
}

/** Carries a room's messages and state to the store, in batches. */
export class RoomKeeper {
  readonly #init: RoomKeeperInit
  #unsaved: SignedMessage[] = []
  #stateDirty = false
  #timer?: ReturnType<typeof setTimeout>
  #writing: Promise<void> = Promise.resolve()
  #failing = false

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
    const { damaged = 0 } = await this.#init.store.usage()
    if (damaged > 0) {
      this.#init.log('warn', `CorruptRecordError: ${damaged} stored records are damaged. What they held comes again from members who have it.`)
    }
    const changed: SignedMessage[] = []
    for await (const record of this.#init.store.all()) {
      let message: SignedMessage
      try {
        message = decodeMessage(record.bytes)
      } catch {
        this.#init.log('warn', 'A stored message could not be read and was left out.')
        continue
      }
      // the room was left for a while, or decided otherwise just before a crash
      if (record.expires !== this.expiryOf(message) || (this.#init.state.policy.retention === 0 && !isStanding(message))) {
        changed.push(message)
      }
      yield message
    }
    this.again(changed)
  }

  keep (message: SignedMessage): void {
    if (this.#init.durable && (this.#init.state.policy.retention !== 0 || isStanding(message))) {
      this.#unsaved.push(message)
      this.#soon()
    }
  }

  /** Forgets messages, also on the disk. */
  drop (ids: MessageId[]): void {
    const gone = new Set(ids)
    this.#unsaved = this.#unsaved.filter(message => !gone.has(message.id))
    if (this.#init.durable) {
      // what is being written now may hold them
      this.#writing.catch(() => {}).then(async () => this.#init.store.delete(ids)).catch(error => { this.#failed('warn', 'delete from', error) })
    }
  }

  /** These are over at another time than the disk was told. */
  again (messages: readonly SignedMessage[]): void {
    if (this.#init.state.policy.retention === 0) {
      this.drop(messages.filter(message => !isStanding(message)).map(({ id }) => id))
    }
    messages.forEach(message => { this.keep(message) })
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

  /** Writes the room's state with whatever is written next. */
  saveLater (): void { this.#stateDirty = true }

  #soon (): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.flush().catch(error => { this.#failed('error', 'write to', error) })
    }, this.#init.durable ? WRITE_DELAY_MS : PASSING_DELAY_MS)
  }

  /**
   * Durable when it resolves. What could not be written is tried again at the next flush.
   *
   * @throws {DiskFullError|ReadOnlyStoreError|StoreClosedError}
   */
  async flush (): Promise<void> {
    this.#writing = this.#writing.catch(() => {}).then(async () => {
      const messages = this.#unsaved
      let written = 0
      const stateDirty = this.#stateDirty
      this.#unsaved = []
      this.#stateDirty = false
      try {
        for (; written < messages.length; written += WRITE_MESSAGES) {
          await this.#init.store.put(messages.slice(written, written + WRITE_MESSAGES).map(m => ({ id: m.id, time: m.time, expires: this.expiryOf(m), packed: packSigned(m) })))
        }
        if (stateDirty) {
          await this.#init.store.putState('room', encodeRoomState(this.#init.state))
        }
        this.#tell(undefined)
      } catch (error) {
        this.#unsaved = [...messages.slice(written), ...this.#unsaved].slice(-MAX_UNSAVED)
        this.#stateDirty ||= stateDirty
        this.#tell(error as Error)
        throw error
      }
    })
    await this.#writing
  }

  /** A store that was wiped or closed meanwhile holds nothing of ours, and is meant to. */
  #failed (level: 'error' | 'warn', what: string, error: Error): void {
    error.name === 'StoreClosedError' || this.#init.log(level, `Could not ${what} the store: ${String(error)}`)
  }

  /** The first failure of several, and their end. */
  #tell (error: Error | undefined): void {
    if (this.#failing !== (error != null)) {
      this.#failing = error != null
      this.#init.onStore?.(error)
    }
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
