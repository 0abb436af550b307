import type { RoomCore } from './room-core.ts'
import type { MessageId } from '../wire/index.ts'
import type { AbortOptions } from '@libp2p/interface'

/** A gap in a chain is asked for after this long: most close by themselves, at gossip's next heartbeat at the latest. */
const GAP_DELAY_MS = 1_000
const GAP_ATTEMPTS = 6
const ASKING_MS = 10_000
/** Messages asked for at once, and those whose attempts are counted. */
const MAX_ASKED = 256
const MAX_COUNTED = 4_096

export interface GapRepairInit {
  core: RoomCore
  /** members connected now */
  members (): string[]
  fetch (wanted: MessageId[], peer: string, options: Required<AbortOptions>): Promise<void>
  later (ms: number, run: () => void): unknown
  log (level: 'debug', message: string): void
}

/** Asks a member for what a chain lacks, and gives up what nobody has. */
export class GapRepair {
  readonly #init: GapRepairInit
  readonly #attempts = new Map<MessageId, number>()
  #waits = false

  constructor (init: GapRepairInit) {
    this.#init = init
  }

  /** Called when something arrived whose chain has a hole. */
  soon (): void {
    if (this.#waits || this.#init.core.wanted().length === 0) {
      return
    }
    this.#waits = true
    this.#init.later(GAP_DELAY_MS, () => {
      this.#waits = false
      this.#ask().catch(error => { this.#init.log('debug', `gap repair: ${String(error)}`) })
    })
  }

  async #ask (): Promise<void> {
    const { core } = this.#init
    const members = this.#init.members()
    const wanted = core.wanted().slice(0, MAX_ASKED)
    if (members.length === 0 || wanted.length === 0) {
      return
    }
    for (const id of wanted) {
      const attempts = (this.#attempts.get(id) ?? 0) + 1
      this.#attempts.set(id, attempts)
      if (attempts > GAP_ATTEMPTS) {
        this.#attempts.delete(id)
        core.timeline.giveUp(id)
      }
    }
    while (this.#attempts.size > MAX_COUNTED) {
      this.#attempts.delete(this.#attempts.keys().next().value as MessageId)
    }
    await this.#init.fetch(wanted, members[Math.floor(Math.random() * members.length)], { signal: AbortSignal.timeout(ASKING_MS) })
    this.soon()
  }
}
