import { SIGNATURE_LENGTH, advance, epochAt, sha256Hex } from '../crypto/index.ts'
import { CLOCK_SKEW_MS, KeyTail } from '../room/index.ts'
import { SyncProtocolError, fetchSealed, readAnnouncement } from '../sync/index.ts'
import { unpackEnvelope } from '../wire/index.ts'
import type { RoomCore } from './room-core.ts'
import type { SealedMessage } from '../sync/index.ts'
import type { AbortOptions, Stream } from '@libp2p/interface'

/** A device that comes back holds the key it left with until it has caught up with a keeper, and no longer than this once it met anybody. */
export const CATCH_UP_MS = 3_600_000
/** Nor does it hold a key from so long ago, even where the room keeps messages longer. */
export const CUT_OFF_MS = 7 * 86_400_000
/** Nobody was met yet. */
const UNMET = Number.MAX_SAFE_INTEGER
/** Messages that hang on others are asked for this often: a chain of hellos is short. */
const MAX_ROUNDS = 8
const ANNOUNCE_TIMEOUT_MS = 10_000

export interface CatchUpInit {
  core: RoomCore
  /** no member is connected, and no keeper */
  alone (): boolean
  open (peer: string, options: AbortOptions): Promise<Stream>
  /** a keeper is here: compare with it */
  met (peer: string): void
  log (level: 'debug', message: string): void
}

/** The keepers of one room that are connected, and what they kept while this device was away. */
export class CatchUp {
  readonly #init: CatchUpInit
  readonly #keepers = new Map<string, number>()
  /** keepers whose first comparison came to its end */
  readonly #visited = new Set<string>()
  #tail?: KeyTail
  /** when the last of those connected left, ms */
  #cutOff: number

  constructor (init: CatchUpInit) {
    this.#init = init
    this.#cutOff = init.core.now()
    // before anything moves the keys to now
    this.wasAway()
    this.#keepWithin()
  }

  /** The program was off, or the machine slept: the key of then is held, before the others move on. */
  wasAway (): void {
    const { core: { state }, core } = this.#init
    const now = core.now()
    if (state.behind != null && state.behind.until <= now) {
      // its time was over before the program was off
      this.#forget()
    }
    if (state.behind == null && state.secret == null && state.policy.retention !== 0 && state.epoch < epochAt(Math.max(0, now - CLOCK_SKEW_MS), state.policy.epoch)) {
      state.behind = { epoch: state.epoch, key: state.key.slice(), until: this.#init.alone() ? UNMET : now + CATCH_UP_MS }
    }
    this.#follow()
  }

  #follow (): void {
    const { state } = this.#init.core
    if (this.#tail == null && (state.behind != null || state.secret != null)) {
      this.#tail = new KeyTail({ epoch: 0, key: state.key, ...state.behind, secret: state.secret })
    }
  }

  /** keepers connected now */
  get keepers (): number { return this.#keepers.size }
  has (peer: string): boolean { return this.#keepers.has(peer) }

  /** A stream that a member opened: a keeper says that it is one. */
  async announced (stream: Stream, peer: string): Promise<void> {
    const { keepsFor } = await readAnnouncement(stream, { signal: AbortSignal.timeout(ANNOUNCE_TIMEOUT_MS) })
    await stream.close({ signal: AbortSignal.timeout(ANNOUNCE_TIMEOUT_MS) })
    if (!this.#keepers.has(peer)) {
      this.#keepers.set(peer, keepsFor)
      this.#init.met(peer)
    }
  }

  /** Somebody is here: from now on there is an hour for a keeper to come. */
  joined (): void {
    const { core: { state: { behind, epoch }, keeper }, core } = this.#init
    if (behind?.until === UNMET && behind.epoch >= epoch) {
      // nothing was missed: the window still has that key
      this.#forget()
    } else if (behind?.until === UNMET) {
      behind.until = core.now() + CATCH_UP_MS
      keeper.save()
    }
  }

  left (peer: string): void {
    this.#cutOff = this.#init.core.now()
    this.#keepers.delete(peer)
    this.#visited.delete(peer)
  }

  /** Oldest epoch whose envelopes this device can open. */
  get #from (): number {
    const { core: { state, ring } } = this.#init
    return state.secret != null ? 0 : state.behind?.epoch ?? ring.oldest().epoch
  }

  /** Nothing older is compared with a keeper that was given all there is: this device could not open it, ms. */
  since (peer: string): number {
    return this.#visited.has(peer) ? this.#from * this.#init.core.state.policy.epoch : 0
  }

  /**
   * The key this device left with goes when its time is over. Who is awake and alone is as good as away:
   * the key of when it was cut off stays, as far back as the room keeps what that key opens.
   */
  tick (): void {
    const { core: { state }, core } = this.#init
    const now = core.now()
    const alone = this.#init.alone()
    if (state.behind != null && state.behind.until <= now) {
      if (alone) {
        state.behind.until = UNMET
        this.#forward(this.#cutOff)
      } else {
        this.#forget()
      }
    }
    if (alone && state.behind == null) {
      // while the key in the state is the one before the next
      this.#hold()
    }
    this.#keepWithin()
  }

  /** What the room keeps no longer is not opened any longer either. */
  #keepWithin (): void {
    const { core } = this.#init
    const { retention } = core.state.policy
    this.#forward(core.now() - (retention < 0 ? CUT_OFF_MS : Math.min(retention, CUT_OFF_MS)))
  }

  #hold (): void {
    const { core: { state, keeper } } = this.#init
    if (state.secret == null && state.policy.retention !== 0) {
      state.behind = { epoch: state.epoch, key: state.key.slice(), until: UNMET }
      this.#follow()
      keeper.save()
    }
  }

  /** Nothing before this time can be opened any more. */
  #forward (time: number): void {
    const { core: { state, keeper } } = this.#init
    const epoch = epochAt(Math.max(0, time - CLOCK_SKEW_MS), state.policy.epoch)
    const { behind } = state
    if (behind == null || behind.epoch >= epoch) {
      return
    }
    const key = behind.key
    behind.key = advance(key, behind.epoch, epoch)
    behind.epoch = epoch
    key.fill(0)
    this.#tail?.destroy()
    this.#tail = undefined
    this.#follow()
    keeper.save()
  }

  /**
   * Everything a keeper names and does not hand out readable: it comes sealed, opens with keys from
   * the one this device left with, and goes the way of all messages. Afterwards that key is destroyed.
   *
   * @throws {SyncProtocolError} when it sent what nobody signed or nobody asked for
   */
  async collect (peer: string, unmet: string[], options: AbortOptions): Promise<number> {
    const { core } = this.#init
    const asked = new Set<string>()
    let added = 0
    let wanted = unmet
    for (let round = 0; round < MAX_ROUNDS && wanted.length > 0; round++) {
      wanted.forEach(id => { asked.add(id) })
      const stream = await this.#init.open(peer, options)
      try {
        await fetchSealed(stream, wanted, this.#from, async batch => { added += await this.#take(batch, asked, options) }, options)
        await stream.close(options)
      } catch (error) {
        stream.abort(error as Error)
        throw error
      }
      // what came may hang on a hello that nobody is here to hand out
      wanted = core.wanted().filter(id => !asked.has(id) && !core.timeline.has(id))
    }
    this.#visited.add(peer)
    if (core.state.behind != null) {
      this.#forget()
    }
    this.#init.log('debug', `a keeper had ${added} messages for this device`)
    return added
  }

  async #take (batch: SealedMessage[], asked: Set<string>, options: AbortOptions): Promise<number> {
    const { core } = this.#init
    const encoded: Uint8Array[] = []
    // in the order of their epochs: one way through the keys, not one each
    for (const { epoch, envelope } of [...batch].sort((a, b) => a.epoch - b.epoch)) {
      const last = core.ring.current(core.now()).epoch
      core.ring.keysOf(epoch) == null && await this.#tail?.toward(epoch, last, options)
      const keys = core.ring.keysOf(epoch) ?? this.#tail?.keysOf(epoch, last)
      const bytes = keys == null ? undefined : unpackEnvelope(keys, envelope)
      if (bytes == null) {
        // of before this device had a key
        continue
      }
      // the signature stands before the payload that the ID is the hash of
      if (!asked.has(sha256Hex(bytes.subarray(SIGNATURE_LENGTH)))) {
        throw new SyncProtocolError('A keeper sent what it was not asked for.')
      }
      encoded.push(bytes)
    }
    const { added, invalid } = await core.accept(encoded)
    if (invalid > 0) {
      throw new SyncProtocolError('A keeper sent messages that nobody signed.')
    }
    return added
  }

  #forget (): void {
    const { core: { state, keeper } } = this.#init
    state.behind?.key.fill(0)
    state.behind = undefined
    if (state.secret == null) {
      this.#tail?.destroy()
      this.#tail = undefined
    }
    keeper.save()
  }

  /** Keys in memory go with the room. */
  stop (): void { this.#tail?.destroy() }
}
