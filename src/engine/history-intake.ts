import { BoundedMap } from '../network/limits.ts'
import { before } from '../room/order.ts'
import { decodeMessage, encodeSigned, follows, shareId, verifyMessage, verifyRun } from '../wire/index.ts'
import { SyncedOnly } from './synced-only.ts'
import type { Policy } from '../room/index.ts'
import type { Timeline } from '../room/timeline.ts'
import type { MessageId, PersonaId, RoomId, SignedMessage } from '../wire/index.ts'

/** Bound on minutes of personas' pace remembered. */
const MAX_PACES = 65_536
/** Bound on signatures remembered as checked. */
const MAX_CHECKED = 16_384
const MINUTE_MS = 60_000

/** What a persona said in one minute. */
interface Pace { author: PersonaId, minute: number, count: number }

/** What became of a batch that came by sync. */
export interface AcceptCounts { added: number, known: number, refused: number, invalid: number }

export interface HistoryIntakeInit {
  room: RoomId
  timeline: Timeline
  policy (): Policy
  /** of forwarders over senders */
  slack: number
  /** messages dated later than this are refused, ms */
  latest (): number
  /** what a hello shows is checked before it is taken */
  vouched (message: SignedMessage): Promise<boolean>
  /** puts a message whose author is certain where it belongs */
  insert (message: SignedMessage): string
}

/** What comes by sync or file, and what is handed on: one signature for an author's run, never a peer's word. */
export class HistoryIntake {
  readonly syncedOnly = new SyncedOnly()
  readonly #init: HistoryIntakeInit
  /** messages whose own signature was checked */
  readonly #checked = new BoundedMap<MessageId, true>({ max: MAX_CHECKED })
  readonly #paces = new BoundedMap<string, Pace>({ max: MAX_PACES })
  /** of the message before: an author's run is mostly of one minute */
  #pace?: Pace

  constructor (init: HistoryIntakeInit) {
    this.#init = init
  }

  /** A live message's own signature was right. */
  checked (id: MessageId): void { this.#checked.set(id, true) }

  /** These are held no more. */
  forget (ids: MessageId[]): void {
    for (const id of ids) {
      this.#checked.delete(id)
      this.syncedOnly.gossiped(id)
    }
  }

  /** @param ids - of the messages, where they were hashed already */
  async accept (encoded: Uint8Array[], ids?: MessageId[]): Promise<AcceptCounts> {
    const counts: AcceptCounts = { added: 0, known: 0, refused: 0, invalid: 0 }
    const taken: SignedMessage[] = []
    for (const run of this.#runs(encoded, ids, counts)) {
      const { valid, invalid } = await this.#verified(run)
      counts.invalid += invalid
      for (const message of valid) {
        if ((!isHello(message) || await this.#init.vouched(message)) && this.#paced(message)) {
          taken.push(message)
        } else {
          counts.refused++
        }
      }
    }
    // an answer is not told before what it answers; nobody is held for want of a hello, or refused for want of a burn, that is in the same batch
    taken.sort((a, b) => Number(saysWhoIsThere(b)) - Number(saysWhoIsThere(a)) || (before(a, b) ? -1 : 1))
    for (const message of taken) {
      const result = this.#init.insert(message)
      result === 'added' && this.syncedOnly.add(message.id)
      counts[result === 'added' || result === 'known' ? result : 'refused']++
    }
    return counts
  }

  /** What is new, by author. */
  #runs (encoded: Uint8Array[], ids: MessageId[] | undefined, counts: AcceptCounts): Iterable<SignedMessage[]> {
    const latest = this.#init.latest()
    const runs = new Map<PersonaId, SignedMessage[]>()
    for (let i = 0; i < encoded.length; i++) {
      let message: SignedMessage
      try {
        message = decodeMessage(encoded[i], ids?.[i])
      } catch {
        counts.invalid++
        continue
      }
      if (this.#init.timeline.has(message.id)) {
        counts.known++
      } else if (message.time > latest) {
        counts.refused++
      } else {
        const run = runs.get(message.author)
        if (run == null) {
          runs.set(message.author, [message])
        } else {
          run.push(message)
        }
      }
    }
    return runs.values()
  }

  /** Nobody could have said more in a minute: a persona that forks its chain without end fills no memory. */
  #paced ({ author, time }: SignedMessage): boolean {
    const { perSecond, burst } = this.#init.policy().rate
    const minute = Math.floor(time / MINUTE_MS)
    let pace = this.#pace
    if (pace?.author !== author || pace.minute !== minute) {
      const name = `${minute}/${author}`
      pace = this.#paces.get(name) ?? { author, minute, count: 0 }
      pace.count === 0 && this.#paces.set(name, pace)
      this.#pace = pace
    }
    return ++pace.count <= (burst + perSecond * MINUTE_MS / 1_000) * this.#init.slack
  }

  /** One author's messages: those a held message vouches for by its hash, and the others by signature. */
  async #verified (run: SignedMessage[]): Promise<{ valid: SignedMessage[], invalid: number }> {
    run.sort((a, b) => a.sequence - b.sequence)
    run.forEach((message, i) => { i > 0 && shareId(message, run[i - 1]) })
    const last = run[run.length - 1]
    if (!this.#init.timeline.vouches(last)) {
      const { valid, invalid } = await verifyRun(this.#init.room, run)
      return { valid, invalid: invalid.length }
    }
    // the run hangs on a message that was verified before: its hashes need no signature at all
    let from = run.length - 1
    while (from > 0 && follows(run[from], run[from - 1])) {
      from--
    }
    const rest = run.slice(0, from)
    const { valid, invalid } = rest.length === 0 ? { valid: [], invalid: [] } : await verifyRun(this.#init.room, rest)
    return { valid: [...valid, ...run.slice(from)], invalid: invalid.length }
  }

  /**
   * Wire bytes of held messages; unknown IDs are left out, and so is a message that was taken on its
   * successor's word when that is gone and its own signature turns out to be none.
   */
  async encoded (ids: MessageId[], mayGo: (message: SignedMessage) => boolean): Promise<Uint8Array[]> {
    const { timeline } = this.#init
    const found: Uint8Array[] = []
    for (const id of ids) {
      const message = timeline.get(id)
      if (message != null && mayGo(message) && (timeline.vouches(message) || await this.signed(message))) {
        found.push(encodeSigned(message))
      }
    }
    return found
  }

  /** Whether a message's own signature is right, rather than only its successor's. */
  async signed (message: SignedMessage): Promise<boolean> {
    if (!this.#checked.has(message.id)) {
      if (!await verifyMessage(this.#init.room, message)) {
        return false
      }
      this.#checked.set(message.id, true)
    }
    return true
  }
}

function isHello (message: SignedMessage): boolean {
  return message.kind === 'hello'
}

function saysWhoIsThere (message: SignedMessage): boolean {
  return isHello(message) || message.kind === 'burn'
}
