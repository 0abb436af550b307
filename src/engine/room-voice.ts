import { generateKeyPair, sha256Hex } from '../crypto/index.ts'
import { BoundedMap, TokenBucket } from '../network/limits.ts'
import { CLOCK_SKEW_MS, InvalidParametersError, NotMemberError, RateLimitedError, isVisible } from '../room/index.ts'
import { encodePayload, encodeSigned, packEnvelope, signMessage } from '../wire/index.ts'
import type { Arrivals } from './arrivals.ts'
import type { RoomState } from './room-state.ts'
import type { KeyPair } from '../crypto/index.ts'
import type { Compartment } from '../network/compartment-api.ts'
import type { KeyRing, Timeline } from '../room/index.ts'
import type { KnownBody, MessageBody, MessageId, PersonaId, SignedMessage } from '../wire/index.ts'
import type { AbortOptions } from '@libp2p/interface'

/** Own messages whose fate is remembered; older ones count as sent. */
const MAX_DELIVERIES = 20_000
/** Own envelopes that may still be acknowledged. */
const MAX_ENVELOPES = 8_192

export type Delivery = 'sending' | 'sent' | 'heard'
export type SayOptions = AbortOptions & { expires?: number }

/** The room that a voice speaks in, as far as a voice knows it. */
export interface Spoken {
  readonly id: RoomState['room']
  readonly self: PersonaId
  readonly keyPair: KeyPair
  readonly state: RoomState
  readonly ring: KeyRing
  readonly timeline: Timeline
  readonly arrivals: Arrivals
  readonly keeper: { saveLater (): void }
  readonly compartment?: Compartment
  readonly closed: boolean
  now (): number
  rateBucket (slack: number): TokenBucket
  mayUtter (persona: PersonaId, kind: MessageBody['kind']): boolean
  slowModeWait (persona: PersonaId, time: number): number
  /** takes in what was said here; `onward` is called when nothing can prevent it any more, before anybody is told */
  own (message: SignedMessage, onward: () => void): Promise<void>
}

/** How this node's persona speaks in one room: in order, at the room's pace, and what became of it. */
export class RoomVoice {
  readonly #core: Spoken
  readonly #onDelivery: (id: MessageId, delivery: Delivery) => void
  readonly #log: (level: 'debug', message: string) => void
  readonly #delivery = new BoundedMap<MessageId, Delivery>({ max: MAX_DELIVERIES })
  /** own messages that no other member is known to have, by sequence */
  readonly #waiting = new Map<number, MessageId>()
  readonly #envelopes = new BoundedMap<string, MessageId>({ max: MAX_ENVELOPES })
  #bucket: TokenBucket
  #last: Promise<unknown> = Promise.resolve()
  /** something said here reached nobody yet: the next sync has to carry it */
  unheard = false
  /** members let nobody in by the invite that this persona came by */
  refused = false

  constructor (core: Spoken, init: { onDelivery (id: MessageId, delivery: Delivery): void, log (level: 'debug', message: string): void }) {
    this.#core = core
    this.#onDelivery = init.onDelivery
    this.#log = init.log
    this.#bucket = core.rateBucket(1)
  }

  /** After the room's policy changed. */
  repace (): void { this.#bucket = this.#core.rateBucket(1) }

  /**
   * Signs and sends a statement of this persona. Statements leave in the order of the calls; a call
   * waits while the room's rate or slow members ask for it. With nobody connected it is kept for
   * the next member met.
   *
   * @param statement - what to say; a function is asked when its turn has come, and what was said before is known
   * @throws {NotMemberError} when policy does not let this persona write, or the room was left
   * @throws {RateLimitedError} in slow mode, when it is too early
   * @throws {MessageTooLargeError} when it does not fit one envelope
   */
  async say (statement: KnownBody | (() => KnownBody), options: SayOptions = {}): Promise<SignedMessage> {
    const turn = this.#last.catch(() => {}).then(async () => {
      const body = typeof statement === 'function' ? statement() : statement
      this.#mayStill(body)
      await this.#paced(options)
      return this.#utter(await this.#compose(body, options.expires), options)
    })
    this.#last = turn
    return turn
  }

  /**
   * Says something as a persona that exists for this one statement: nobody can tell two of them to be of one reader,
   * and the reader's own persona, which a list's maintainers may have been told, stays what it is.
   */
  async sayOnce (body: KnownBody, seed: Uint8Array): Promise<SignedMessage> {
    const turn = this.#last.catch(() => {}).then(async () => {
      this.#mayStill(body)
      return this.#utter(await this.#compose(body, undefined, generateKeyPair(seed)), {})
    })
    this.#last = turn
    return turn
  }

  /** On its way before its own author is told of it: the others wait. */
  async #utter (message: SignedMessage, options: AbortOptions): Promise<SignedMessage> {
    let published: Promise<void> | undefined
    await this.#core.own(message, () => { published = this.#publish(message, options) })
    await (published ?? this.#publish(message, options))
    return message
  }

  #mayStill (body: KnownBody): void {
    const core = this.#core
    if (core.closed || core.state.movedTo != null) {
      throw new NotMemberError('You are no longer in this room. Join it again, or open the room it moved to.')
    }
    if (this.refused && body.kind !== 'hello') {
      throw new NotMemberError('Somebody else used your invite first, and members take nothing from you. Ask whoever invited you for another one, and join with it.')
    }
    if (!core.mayUtter(core.self, body.kind)) {
      throw new NotMemberError('Only the founder or named writers may write here.')
    }
  }

  async #paced ({ signal }: AbortOptions): Promise<void> {
    signal?.throwIfAborted()
    while (!this.#bucket.take()) {
      await new Promise(resolve => setTimeout(resolve, Math.min(1_000, 1_000 / this.#core.state.policy.rate.perSecond)))
      signal?.throwIfAborted()
    }
  }

  async #compose (body: KnownBody, expires?: number, once?: KeyPair): Promise<SignedMessage> {
    const core = this.#core
    const now = core.now()
    if (expires != null && expires <= now) {
      throw new InvalidParametersError('expires must be a time in the future, in ms since 1970.')
    }
    const wait = isVisible(body) ? core.slowModeWait(core.self, now) : 0
    if (wait > 0) {
      throw new RateLimitedError(`This room is in slow mode. Wait ${Math.ceil(wait / 1000)} s and send again.`)
    }
    const probation = core.arrivals.probationWait(core.self, body, now)
    if (probation > 0) {
      throw new RateLimitedError(`You are new in this room: links and files wait another ${Math.ceil(probation / 1000)} s. Words do not.`)
    }
    const head = once == null ? core.state.head : undefined
    const { privateKey, publicKey } = once ?? core.keyPair
    const message = await signMessage(privateKey, core.id, encodePayload({
      authorKey: publicKey,
      sequence: head == null ? 0 : head.sequence + 1,
      previous: head?.id as MessageId | undefined,
      seen: core.timeline.frontier(core.self),
      // never before what was seen (causal order), never further ahead than clocks may be apart
      time: Math.max(now, Math.min(core.timeline.lastTime + 1, now + CLOCK_SKEW_MS)),
      expires,
      body
    }))
    this.#delivery.set(message.id, 'sending')
    once == null && this.#waiting.set(message.sequence, message.id)
    return message
  }

  #pack (message: SignedMessage): { envelope: Uint8Array, epoch: number } | undefined {
    const { ring } = this.#core
    const { epoch } = ring.current(this.#core.now())
    const keys = ring.keysOf(epoch)
    return keys == null ? undefined : { envelope: packEnvelope(keys, encodeSigned(message)), epoch }
  }

  async #publish (message: SignedMessage, options: AbortOptions): Promise<void> {
    const { compartment } = this.#core
    if (compartment == null || compartment.members().length === 0) {
      this.unheard = true
      return
    }
    // packed now: waiting may have taken us into the next epoch
    const packed = this.#pack(message)
    if (packed == null) {
      return
    }
    this.#envelopes.set(sha256Hex(packed.envelope), message.id)
    try {
      const { peers } = await compartment.publish(packed.envelope, { ...options, epoch: packed.epoch })
      if (peers > 0) {
        this.#deliver(message.id, 'sent')
      } else {
        this.unheard = true
      }
    } catch (error) {
      // it is in the timeline: sync carries it
      this.unheard = true
      this.#log('debug', `publish: ${String(error)}`)
    }
  }

  /** What was said before it could be taken in here reaches the members there are now. */
  again (message: SignedMessage): void {
    this.#publish(message, {}).catch(error => { this.#log('debug', `publish: ${String(error)}`) })
  }

  /** After a restart: what no other member had when this stopped still waits for one. */
  restore (): void {
    const { timeline, self, state } = this.#core
    for (const { author, sequence, id } of timeline.ordered) {
      if (author === self && sequence > (state.told ?? -1)) {
        this.#waiting.set(sequence, id)
        this.#delivery.set(id, 'sending')
      }
    }
    this.unheard = this.#waiting.size > 0
  }

  /** What became of an own message. */
  delivery (id: MessageId): Delivery { return this.#delivery.get(id) ?? 'sent' }

  #deliver (id: MessageId, delivery: Delivery): void {
    const current = this.#delivery.get(id)
    if (current == null || current === delivery || current === 'heard') {
      return
    }
    this.#delivery.set(id, delivery)
    this.#told(id)
    this.#onDelivery(id, delivery)
  }

  /** Remembers for the next run how far others know what was said; written with whatever is written next. */
  #told (id: MessageId): void {
    const { state, timeline, keeper } = this.#core
    const sequence = timeline.get(id)?.sequence
    if (sequence == null || this.#waiting.get(sequence) !== id) {
      return
    }
    this.#waiting.delete(sequence)
    let told = state.told ?? -1
    while (told < (state.head?.sequence ?? -1) && !this.#waiting.has(told + 1)) {
      told++
    }
    if (told !== state.told) {
      state.told = told
      keeper.saveLater()
    }
  }

  /** These are over: nobody asks what became of them, and nobody is to be told of them. */
  forget (ids: MessageId[]): void {
    const own = new Set(ids.filter(id => this.#delivery.delete(id)))
    if (own.size > 0) {
      for (const [sequence, id] of this.#waiting) {
        own.has(id) && this.#waiting.delete(sequence)
      }
    }
  }

  /** own messages whose fate is followed */
  get followed (): number { return this.#delivery.size + this.#waiting.size }

  /** A member acknowledged one of our envelopes (hex SHA-256). */
  heard (envelope: string): void {
    const id = this.#envelopes.get(envelope)
    if (id != null) {
      this.#envelopes.delete(envelope)
      this.#deliver(id, 'heard')
    }
  }

  /** Members took nothing of what was said here, whatever they acknowledged. */
  refuse (): void {
    this.refused = true
    for (const id of [...this.#delivery.keys()]) {
      if (this.#delivery.get(id) !== 'sending') {
        this.#delivery.set(id, 'sending')
        this.#onDelivery(id, 'sending')
      }
    }
  }

  /** A complete sync with a member ended: it holds all we had said up to `sequence`. */
  heardUpTo (sequence: number): void {
    this.unheard &&= sequence < (this.#core.state.head?.sequence ?? -1)
    for (const id of [...this.#delivery.keys()]) {
      const message = this.#delivery.get(id) === 'heard' ? undefined : this.#core.timeline.get(id)
      if (message != null && message.author === this.#core.self && message.sequence <= sequence) {
        this.#deliver(id, 'heard')
      }
    }
  }
}
