import { checkStamp, generateKeyPair, personaId, sha256 } from '../crypto/index.js'
import { CLOCK_SKEW_MS, KeyRing, NotMemberError, RateLimitedError, Roster, TextTooLongError, Timeline, expiryOf, isStanding, isVisible } from '../room/index.js'
import { MessageTooLargeError, decodeMessage, encodePayload, encodeSigned, packEnvelope, readAdmission, signMessage, unpackEnvelope, verifyAdmission, verifyMessage, verifyRun } from '../wire/index.js'
import { toString } from 'uint8arrays'
import type { RoomState } from './room-state.js'
import type { Compartment, EpochEntry, Validity } from '../network/compartment-api.js'
import type { RoomStore } from '../store/store-api.js'
import type { KnownBody, MessageId, PersonaId, SignedMessage } from '../wire/index.js'
import type { AbortOptions } from '@libp2p/interface'

/** How far from now a live message may be dated, ms. Older ones come by sync. */
export const LIVE_WINDOW_MS = 300_000
/** Bounds on messages of personas whose hello has not come. */
const MAX_HELD_AUTHORS = 64
const MAX_HELD_PER_AUTHOR = 256
/** Bound on rate buckets (one per persona heard lately). */
const MAX_BUCKETS = 4_096
/** Members hear a sender's burst in clumps; forwarders allow this much more than the sender allows itself. */
const FORWARD_SLACK = 1.5

export type AddResult = 'added' | 'known' | 'held' | 'refused' | 'limited'
export type Delivery = 'sending' | 'sent' | 'heard'

export interface RoomCoreInit {
  state: RoomState
  store: RoomStore
  now (): number
  /** a message was added, live, by sync or by its own author */
  onMessage (message: SignedMessage, own: boolean, live: boolean): void
  onMember (persona: PersonaId): void
  onDelivery (id: MessageId, delivery: Delivery): void
  log (level: 'error' | 'warn' | 'info' | 'debug', message: string): void
}

/** Token bucket; time is given, so that clocks can be tested. */
class Bucket {
  #tokens: number
  #last: number
  constructor (readonly perSecond: number, readonly burst: number, now: number) {
    this.#tokens = burst
    this.#last = now
  }

  /** ms to wait for the next token; 0: taken */
  take (now: number): number {
    this.#tokens = Math.min(this.burst, this.#tokens + Math.max(0, now - this.#last) / 1000 * this.perSecond)
    this.#last = now
    if (this.#tokens >= 1) {
      this.#tokens--
      return 0
    }
    return Math.ceil((1 - this.#tokens) / this.perSecond * 1000)
  }
}

/**
 * One room of this node: its keys, timeline and roster, what it accepts and how it speaks. Knows
 * no network but the compartment it is handed.
 */
export class RoomCore {
  readonly state: RoomState
  readonly ring: KeyRing
  readonly timeline: Timeline
  readonly roster: Roster
  readonly store: RoomStore
  readonly delivery = new Map<MessageId, Delivery>()
  compartment?: Compartment
  self: PersonaId
  readonly #init: RoomCoreInit
  #keyPair: ReturnType<typeof generateKeyPair>
  #formerSelves: Set<string>
  readonly #held = new Map<PersonaId, SignedMessage[]>()
  readonly #buckets = new Map<PersonaId, Bucket>()
  #ownBucket: Bucket
  #sending: Promise<unknown> = Promise.resolve()
  #saveTimer?: ReturnType<typeof setTimeout>
  #unsaved: SignedMessage[] = []
  #writing?: Promise<void>
  readonly #envelopes = new Map<string, MessageId>()
  closed = false

  constructor (init: RoomCoreInit) {
    this.#init = init
    this.state = init.state
    this.store = init.store
    this.timeline = new Timeline()
    this.roster = new Roster({ kind: init.state.kind, founder: init.state.founder as PersonaId | null })
    for (const [persona, petname] of Object.entries(init.state.petnames)) {
      this.roster.petnames.set(persona as PersonaId, petname)
    }
    this.ring = new KeyRing({ key: init.state.key, epoch: init.state.epoch, epochLength: init.state.policy.epoch, secret: init.state.secret })
    this.#keyPair = generateKeyPair(init.state.persona)
    this.self = personaId(this.#keyPair.publicKey)
    this.#formerSelves = new Set(init.state.former)
    this.#ownBucket = this.#bucket(1)
  }

  #bucket (slack: number): Bucket {
    const { perSecond, burst } = this.state.policy.rate
    return new Bucket(perSecond * slack, burst * slack, this.#init.now())
  }

  get id (): string { return this.state.room }
  get keyPair (): ReturnType<typeof generateKeyPair> { return this.#keyPair }
  now (): number { return this.#init.now() }
  isSelf (persona: string): boolean { return persona === this.self || this.#formerSelves.has(persona) }

  /** Epochs accepted now; what fell out of the window is destroyed, here and in the store. */
  epochs (): EpochEntry[] {
    const epochs = this.ring.window(this.now())
    const { epoch, key } = this.ring.oldest()
    if (epoch !== this.state.epoch) {
      this.state.epoch = epoch
      this.state.key = key
      this.save()
    }
    return epochs
  }

  /** Reads what the store holds; messages there were verified when they came. */
  async load (): Promise<void> {
    for await (const record of this.store.all()) {
      try {
        this.#insert(decodeMessage(record.bytes), true)
      } catch {
        this.#init.log('warn', 'A stored message could not be read and was left out.')
      }
    }
    for (const author of [...this.#held.keys()]) {
      this.#release(author)
    }
  }

  // ---- hearing

  /** The room's judgement of an envelope, cheapest checks first (DESIGN, "Messages"). */
  validate (envelope: Uint8Array, context: { epoch: number, peer: string }): Validity | Promise<Validity> {
    const keys = this.ring.keysOf(context.epoch)
    if (keys == null || this.closed) {
      return 'ignore'
    }
    const bytes = unpackEnvelope(keys, envelope)
    if (bytes == null) {
      return 'reject'
    }
    let message: SignedMessage
    try {
      message = decodeMessage(bytes)
    } catch {
      return 'reject'
    }
    if (Math.abs(message.time - this.now()) > LIVE_WINDOW_MS) {
      return 'ignore'
    }
    if (this.timeline.has(message.id)) {
      return 'accept'
    }
    if (!this.#withinRate(message.author)) {
      return 'ignore'
    }
    const valid = verifyMessage(this.state.room, message)
    return typeof valid === 'boolean' ? this.#judged(message, valid) : valid.then(v => this.#judged(message, v))
  }

  #judged (message: SignedMessage, valid: boolean): Validity | Promise<Validity> {
    if (!valid) {
      return 'reject'
    }
    if (message.body.kind === 'hello') {
      return this.#vouched(message).then(ok => ok ? this.#accepted(message) : 'reject')
    }
    return this.#accepted(message)
  }

  #accepted (message: SignedMessage): Validity {
    switch (this.#insert(message, false, true)) {
      case 'added':
      case 'known':
        return 'accept'
      case 'held':
      case 'limited':
        return 'ignore'
      default:
        return 'reject'
    }
  }

  #withinRate (author: PersonaId): boolean {
    let bucket = this.#buckets.get(author)
    if (bucket == null) {
      if (this.#buckets.size >= MAX_BUCKETS) {
        this.#buckets.delete(this.#buckets.keys().next().value as PersonaId)
      }
      bucket = this.#bucket(FORWARD_SLACK)
      this.#buckets.set(author, bucket)
    }
    return bucket.take(this.now()) === 0
  }

  /** A hello's stamp and invite, checked before it is taken: both cost more than a look. */
  async #vouched (message: SignedMessage): Promise<boolean> {
    const { body } = message
    if (body.kind !== 'hello') {
      return true
    }
    const { stampBits } = this.state.policy
    if (stampBits > 0 && !await checkStamp({ roomId: this.state.room, persona: message.author, bits: stampBits, stamp: body.stamp })) {
      return false
    }
    return body.admission == null || await verifyAdmission(this.state.room, body.admission, message.author) != null
  }

  /** Puts a message whose signature was checked where it belongs. */
  #insert (message: SignedMessage, stored: boolean, live = false): AddResult {
    if (this.timeline.has(message.id)) {
      return 'known'
    }
    const body = message.body
    if (body?.kind === 'hello') {
      const claim = body.admission == null ? undefined : readAdmission(body.admission)
      const result = this.roster.admit(message, claim, this.now(), { hint: body.petname, sealingKey: body.sealingKey, stampBits: this.state.policy.stampBits })
      if (result === 'issuer-unknown') {
        return this.#hold(message)
      }
      if (result === 'refused') {
        return 'refused'
      }
    } else {
      if (this.roster.needsInvite && !this.roster.has(message.author)) {
        return this.#hold(message)
      }
      const member = this.roster.get(message.author)
      if (member?.burned === true && body?.kind !== 'burn') {
        const burn = this.timeline.head(message.author)
        if (burn?.body?.kind === 'burn' && message.sequence > burn.sequence) {
          return 'refused'
        }
      }
      if (!this.mayWrite(message.author) && (isVisible(message) || body?.kind === 'entry')) {
        return 'refused'
      }
      const expires = this.expiryOf(message)
      if (expires != null && expires <= this.now()) {
        return 'limited'
      }
      if (this.state.policy.slowMode > 0 && isVisible(message) && live) {
        const last = this.#lastVisible.get(message.author)
        if (last != null && message.time > last && message.time - last < this.state.policy.slowMode) {
          return 'limited'
        }
      }
    }
    if (!this.timeline.add(message, this.now())) {
      return 'limited'
    }
    if (isVisible(message)) {
      this.#lastVisible.delete(message.author)
      this.#lastVisible.set(message.author, message.time)
      if (this.#lastVisible.size > MAX_BUCKETS) {
        this.#lastVisible.delete(this.#lastVisible.keys().next().value as PersonaId)
      }
    }
    if (body?.kind === 'burn') {
      this.roster.burn(message.author)
    }
    if (!stored) {
      this.#keep(message)
      this.#init.onMessage(message, this.isSelf(message.author), live)
    }
    if (body?.kind === 'hello') {
      this.#init.onMember(message.author)
      this.#release(message.author)
    }
    return 'added'
  }

  readonly #lastVisible = new Map<PersonaId, number>()

  #hold (message: SignedMessage): AddResult {
    let held = this.#held.get(message.author)
    if (held == null) {
      if (this.#held.size >= MAX_HELD_AUTHORS) {
        this.#held.delete(this.#held.keys().next().value as PersonaId)
      }
      held = []
      this.#held.set(message.author, held)
    }
    if (held.length < MAX_HELD_PER_AUTHOR && !held.some(m => m.id === message.id)) {
      held.push(message)
    }
    return 'held'
  }

  /** Messages that name these IDs wait for them: hellos of held authors, and gaps in chains. */
  wanted (): MessageId[] {
    const ids = this.timeline.missing().map(gap => gap.id)
    for (const messages of this.#held.values()) {
      for (const message of messages) {
        if (message.previous != null && !messages.some(m => m.id === message.previous)) {
          ids.push(message.previous)
        }
      }
    }
    return ids
  }

  #release (author: PersonaId): void {
    const ready = [author, ...[...this.#held].filter(([, messages]) => messages.some(m => m.body?.kind === 'hello')).map(([a]) => a)]
    for (const name of ready) {
      const messages = this.#held.get(name)
      if (messages == null) {
        continue
      }
      this.#held.delete(name)
      for (const message of messages.sort((a, b) => a.sequence - b.sequence)) {
        this.#insert(message, false, true)
      }
    }
  }

  mayWrite (persona: PersonaId): boolean {
    const { writers } = this.state.policy
    return writers === 'all' || persona === this.state.founder || (Array.isArray(writers) && writers.includes(persona))
  }

  expiryOf (message: SignedMessage): number | undefined {
    return isStanding(message) ? undefined : expiryOf(this.state.policy, message.time, message.expires)
  }

  /** Takes messages from a member's sync answer. */
  async accept (encoded: Uint8Array[]): Promise<{ added: number, known: number, refused: number, invalid: number }> {
    const counts = { added: 0, known: 0, refused: 0, invalid: 0 }
    const runs = new Map<PersonaId, SignedMessage[]>()
    for (const bytes of encoded) {
      try {
        const message = decodeMessage(bytes)
        if (this.timeline.has(message.id)) {
          counts.known++
        } else if (message.time > this.now() + LIVE_WINDOW_MS) {
          counts.refused++
        } else {
          const run = runs.get(message.author) ?? []
          run.push(message)
          runs.set(message.author, run)
        }
      } catch {
        counts.invalid++
      }
    }
    // hellos first, so that nobody is held for want of one that is in the same batch
    const ordered = [...runs.values()].sort((a, b) => Number(b[0].body?.kind === 'hello') - Number(a[0].body?.kind === 'hello') || a[0].time - b[0].time)
    for (const run of ordered) {
      run.sort((a, b) => a.sequence - b.sequence)
      const { valid, invalid } = await verifyRun(this.state.room, run)
      counts.invalid += invalid.length
      for (const message of valid) {
        if (message.body.kind === 'hello' && !await this.#vouched(message)) {
          counts.refused++
          continue
        }
        const result = this.#insert(message, false)
        if (result === 'added') {
          counts.added++
        } else if (result === 'known') {
          counts.known++
        } else {
          counts.refused++
        }
      }
    }
    return counts
  }

  /** Wire bytes of held messages; unknown IDs are left out. */
  encoded (ids: MessageId[]): Uint8Array[] {
    return ids.flatMap(id => {
      const message = this.timeline.get(id)
      return message == null ? [] : [encodeSigned(message)]
    })
  }

  // ---- speaking

  /**
   * Signs and sends a statement of this persona. Statements leave in the order of the calls; a call
   * waits while the room's rate or slow members ask for it.
   *
   * @throws {NotMemberError} when policy does not let this persona write
   * @throws {RateLimitedError} in slow mode, when it is too early
   */
  async say (body: KnownBody, options: AbortOptions & { expires?: number } = {}): Promise<SignedMessage> {
    options.signal?.throwIfAborted()
    if (this.closed || this.state.movedTo != null) {
      throw new NotMemberError('You are no longer in this room. Join it again, or open the room it moved to.')
    }
    const visible = body.kind === 'text' || body.kind === 'reply' || body.kind === 'attachment'
    if (visible && !this.mayWrite(this.self)) {
      throw new NotMemberError('Only the founder or named writers may write here.')
    }
    let done!: (message: SignedMessage) => void
    let failed!: (error: unknown) => void
    const result = new Promise<SignedMessage>((resolve, reject) => { done = resolve; failed = reject })
    this.#sending = this.#sending.then(async () => {
      try {
        await this.#paced(options)
        const message = await this.#compose(body, visible, options.expires)
        await this.#publish(message, options)
        done(message)
      } catch (error) {
        failed(error)
      }
    })
    return result
  }

  async #paced (options: AbortOptions): Promise<void> {
    let wait = this.#ownBucket.take(this.now())
    while (wait > 0) {
      options.signal?.throwIfAborted()
      await new Promise(resolve => setTimeout(resolve, Math.min(wait, 1_000)))
      wait = this.#ownBucket.take(this.now())
    }
    options.signal?.throwIfAborted()
  }

  async #compose (body: KnownBody, visible: boolean, expires?: number): Promise<SignedMessage> {
    const now = this.now()
    if (visible && this.state.policy.slowMode > 0) {
      const wait = (this.#lastVisible.get(this.self) ?? -Infinity) + this.state.policy.slowMode - now
      if (wait > 0) {
        throw new RateLimitedError(`This room is in slow mode. Wait ${Math.ceil(wait / 1000)} s and send again.`)
      }
    }
    const head = this.state.head
    // never before what was seen (causal order), never further ahead than clocks may be apart
    const time = Math.max(now, Math.min(this.timeline.lastTime + 1, now + CLOCK_SKEW_MS))
    const message = await signMessage(this.#keyPair.privateKey, this.state.room, encodePayload({
      authorKey: this.#keyPair.publicKey,
      sequence: head == null ? 0 : head.sequence + 1,
      previous: head?.id as MessageId | undefined,
      seen: this.timeline.frontier(this.self),
      time,
      expires,
      body
    }))
    const keys = this.ring.keysOf(this.ring.current(now).epoch)
    if (keys != null) {
      try {
        packEnvelope(keys, encodeSigned(message))
      } catch (error) {
        if (error instanceof MessageTooLargeError) {
          throw new TextTooLongError('This message is too long for one envelope. Split it, or attach it as a file.')
        }
        throw error
      }
    }
    this.state.head = { sequence: message.sequence, id: message.id }
    this.delivery.set(message.id, 'sending')
    if (this.delivery.size > 20_000) {
      this.delivery.delete(this.delivery.keys().next().value as MessageId)
    }
    this.#insert(message, false, true)
    this.save()
    return message
  }

  async #publish (message: SignedMessage, options: AbortOptions): Promise<void> {
    const compartment = this.compartment
    if (compartment == null || compartment.members().length === 0) {
      return
    }
    const { epoch } = this.ring.current(this.now())
    const keys = this.ring.keysOf(epoch)
    if (keys == null) {
      return
    }
    const envelope = packEnvelope(keys, encodeSigned(message))
    this.#envelopes.set(toString(sha256(envelope), 'hex'), message.id)
    if (this.#envelopes.size > 8_192) {
      this.#envelopes.delete(this.#envelopes.keys().next().value as string)
    }
    try {
      const { peers } = await compartment.publish(envelope, { ...options, epoch })
      if (peers > 0) {
        this.setDelivery(message.id, 'sent')
      } else {
        this.unheard = true
      }
    } catch (error) {
      // it is in the timeline: sync will carry it
      this.unheard = true
      this.#init.log('debug', `publish: ${String(error)}`)
    }
  }

  /** Something we said reached nobody yet: the next sync has to carry it. */
  unheard = false

  setDelivery (id: MessageId, delivery: Delivery): void {
    const current = this.delivery.get(id)
    if (current == null || current === delivery || current === 'heard') {
      return
    }
    this.delivery.set(id, delivery)
    this.#init.onDelivery(id, delivery)
  }

  /** A member acknowledged one of our envelopes. */
  heard (envelope: string): void {
    const id = this.#envelopes.get(envelope)
    if (id != null) {
      this.#envelopes.delete(envelope)
      this.setDelivery(id, 'heard')
    }
  }

  /** A complete sync with a member ended: it holds all we had when it began. */
  heardUpTo (sequence: number): void {
    this.unheard = false
    for (const [id, delivery] of this.delivery) {
      if (delivery !== 'heard' && (this.timeline.get(id)?.sequence ?? Infinity) <= sequence) {
        this.setDelivery(id, 'heard')
      }
    }
  }

  /** A new persona in the same room; the old one is burned by its own signature first. */
  newPersona (seed: Uint8Array, former: PersonaId): void {
    this.#formerSelves.add(former)
    this.state.former.push(former)
    this.state.persona = seed
    this.state.head = undefined
    this.#keyPair = generateKeyPair(seed)
    this.self = personaId(this.#keyPair.publicKey)
    this.save()
  }

  policyChanged (): void {
    this.#buckets.clear()
    this.#ownBucket = this.#bucket(1)
  }

  // ---- keeping

  #keep (message: SignedMessage): void {
    if (this.state.policy.retention === 0 && !isStanding(message)) {
      return
    }
    this.#unsaved.push(message)
    this.#flushSoon()
  }

  /** Writes state soon; many changes are one write. */
  save (): void {
    this.#stateDirty = true
    this.#flushSoon()
  }

  #stateDirty = false

  #flushSoon (): void {
    this.#saveTimer ??= setTimeout(() => {
      this.#saveTimer = undefined
      this.flush().catch(error => { this.#init.log('error', `Could not write to the store: ${String(error)}`) })
    }, 50)
  }

  /** Durable when it resolves. */
  async flush (): Promise<void> {
    await this.#writing
    const messages = this.#unsaved
    this.#unsaved = []
    const stateDirty = this.#stateDirty
    this.#stateDirty = false
    this.#writing = (async () => {
      if (messages.length > 0) {
        await this.store.put(messages.map(m => ({ id: m.id, time: m.time, expires: this.expiryOf(m), bytes: encodeSigned(m) })))
      }
      if (stateDirty) {
        const { encodeRoomState } = await import('./room-state.js')
        await this.store.putState('room', encodeRoomState(this.state))
      }
    })()
    await this.#writing
  }

  /** Retention: what is over goes from memory and, with its keys, from the store. */
  async expire (): Promise<MessageId[]> {
    const now = this.now()
    const ids = this.timeline.expired(now, message => this.expiryOf(message))
    if (ids.length > 0) {
      this.timeline.remove(ids)
      await this.flush()
      await this.store.expire(now)
    }
    return ids
  }

  async close (): Promise<void> {
    this.closed = true
    clearTimeout(this.#saveTimer)
    this.#saveTimer = undefined
    await this.flush()
    this.ring.destroy()
  }
}
