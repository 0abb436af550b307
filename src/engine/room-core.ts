import { checkStamp, generateKeyPair, personaId } from '../crypto/index.ts'
import { BoundedMap, TokenBucket } from '../network/limits.ts'
import { KeyRing, Roster, Timeline, isVisible } from '../room/index.ts'
import { decodeMessage, encodeSigned, follows, readAdmission, unpackEnvelope, verifyAdmission, verifyMessage, verifyRun } from '../wire/index.ts'
import { HeldMessages } from './held-messages.ts'
import { RoomKeeper } from './room-keeper.ts'
import { RoomVoice } from './room-voice.ts'
import type { RoomState } from './room-state.ts'
import type { Delivery } from './room-voice.ts'
import type { Compartment, EpochEntry, Validity } from '../network/compartment-api.ts'
import type { RoomStore } from '../store/store-api.ts'
import type { MessageBody, MessageId, PersonaId, SignedMessage } from '../wire/index.ts'

/** How far from now a live message may be dated, ms. Older ones come by sync. */
export const LIVE_WINDOW_MS = 300_000
/** Bound on rates and times remembered (one per persona heard lately). */
export const MAX_PACED_PERSONAS = 4_096
/** Bound on what one list may ask its readers to hold; what comes after is not taken. */
export const MAX_LIST_BYTES = 128 * 1024 * 1024
/** Bound on signatures remembered as checked. */
const MAX_CHECKED = 16_384
/** Members hear a sender's burst in clumps; forwarders allow this much more than the sender allows itself. */
const FORWARD_SLACK = 1.5

export type AddResult = 'added' | 'known' | 'held' | 'refused' | 'limited'

/** What became of a batch that came by sync. */
export interface AcceptCounts { added: number, known: number, refused: number, invalid: number }

export interface RoomCoreInit {
  state: RoomState
  store: RoomStore
  /** the store outlives this process: what is said is written before it is sent */
  durable: boolean
  now (): number
  /** a message was added, live, by sync or by its own author */
  onMessage (message: SignedMessage, own: boolean, live: boolean): void
  onMember (persona: PersonaId): void
  onDelivery (id: MessageId, delivery: Delivery): void
  log (level: 'error' | 'warn' | 'info' | 'debug', message: string): void
}

/**
 * One room of this node: its keys, timeline and roster, and what it accepts. Knows no network but
 * the compartment it is handed.
 */
export class RoomCore {
  readonly state: RoomState
  readonly ring: KeyRing
  readonly timeline = new Timeline()
  readonly roster: Roster
  readonly store: RoomStore
  readonly keeper: RoomKeeper
  readonly voice: RoomVoice
  compartment?: Compartment
  self: PersonaId
  closed = false
  readonly #init: RoomCoreInit
  readonly #formerSelves: Set<string>
  readonly #held = new HeldMessages()
  readonly #rates: BoundedMap<PersonaId, TokenBucket>
  readonly #lastVisible: BoundedMap<PersonaId, number>
  /** messages whose own signature was checked */
  readonly #checked = new BoundedMap<MessageId, true>({ max: MAX_CHECKED })
  #keyPair: ReturnType<typeof generateKeyPair>

  constructor (init: RoomCoreInit) {
    this.#init = init
    this.state = init.state
    this.store = init.store
    this.roster = new Roster({ kind: init.state.kind, founder: init.state.founder as PersonaId | null })
    for (const [persona, petname] of Object.entries(init.state.petnames)) {
      this.roster.petnames.set(persona as PersonaId, petname)
    }
    this.ring = new KeyRing({ key: init.state.key, epoch: init.state.epoch, epochLength: init.state.policy.epoch, secret: init.state.secret })
    this.#keyPair = generateKeyPair(init.state.persona)
    this.self = personaId(this.#keyPair.publicKey)
    this.#formerSelves = new Set(init.state.former)
    this.#rates = new BoundedMap({ max: MAX_PACED_PERSONAS })
    this.#lastVisible = new BoundedMap({ max: MAX_PACED_PERSONAS })
    this.keeper = new RoomKeeper(init)
    this.voice = new RoomVoice(this, init)
  }

  get id (): RoomState['room'] { return this.state.room }
  get keyPair (): ReturnType<typeof generateKeyPair> { return this.#keyPair }
  now (): number { return this.#init.now() }
  isSelf (persona: string): boolean { return persona === this.self || this.#formerSelves.has(persona) }

  /** A persona's pace in this room, `slack` times as generous as policy says. */
  rateBucket (slack: number): TokenBucket {
    const { perSecond, burst } = this.state.policy.rate
    return new TokenBucket({ capacity: burst * slack, perSecond: perSecond * slack, now: () => this.now() })
  }

  /** Epochs accepted now; what fell out of the window is destroyed, here and in the store. */
  epochs (): EpochEntry[] {
    const epochs = this.ring.window(this.now())
    const { epoch, key } = this.ring.oldest()
    if (epoch !== this.state.epoch) {
      this.state.epoch = epoch
      this.state.key = key
      this.keeper.save()
    }
    return epochs
  }

  /** Reads what the store holds. */
  async load (): Promise<void> {
    for await (const message of this.keeper.load()) {
      this.#insert(message, { stored: true })
    }
    for (const message of this.#held.release()) {
      this.#insert(message, { stored: true })
    }
    // retention goes on while the program is off: what is over is destroyed before anything else happens
    await this.keeper.expire(this.now())
    // messages are written before the state that counts them: after a crash the chain goes on behind them
    const head = this.timeline.head(this.self)
    if (head != null && head.sequence > (this.state.head?.sequence ?? -1)) {
      this.state.head = { sequence: head.sequence, id: head.id }
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
    this.#checked.set(message.id, true)
    if (message.body.kind === 'hello') {
      return this.#vouched(message).then(ok => ok ? this.#accepted(message) : 'reject')
    }
    return this.#accepted(message)
  }

  #accepted (message: SignedMessage): Validity {
    switch (this.#insert(message, { live: true })) {
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
    let rate = this.#rates.get(author)
    if (rate == null) {
      rate = this.rateBucket(FORWARD_SLACK)
      this.#rates.set(author, rate)
    }
    return rate.take()
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
  #insert (message: SignedMessage, { stored = false, live = false }: { stored?: boolean, live?: boolean } = {}): AddResult {
    if (this.timeline.has(message.id)) {
      return 'known'
    }
    const { body } = message
    const refusal = body.kind === 'hello' ? this.#admit(message, body) : this.#objection(message, live)
    if (refusal === 'held') {
      this.#held.hold(message)
    }
    if (refusal != null) {
      return refusal
    }
    if (!this.timeline.add(message, this.now())) {
      return 'limited'
    }
    if (isVisible(message)) {
      this.#lastVisible.set(message.author, Math.max(message.time, this.#lastVisible.get(message.author) ?? 0))
    }
    if (body.kind === 'burn') {
      this.roster.burn(message.author)
    }
    if (!stored) {
      this.keeper.keep(message)
      this.#init.onMessage(message, this.isSelf(message.author), live)
    }
    if (body.kind === 'hello') {
      this.#init.onMember(message.author)
      for (const waiting of this.#held.release(message.author)) {
        this.#insert(waiting, { stored, live: true })
      }
    }
    return 'added'
  }

  #admit (message: SignedMessage, body: MessageBody & { kind: 'hello' }): AddResult | undefined {
    const claim = body.admission == null ? undefined : readAdmission(body.admission)
    const details = { hint: body.petname, sealingKey: body.sealingKey, stampBits: this.state.policy.stampBits }
    switch (this.roster.admit(message, claim, this.now(), details)) {
      case 'issuer-unknown':
        return 'held'
      case 'refused':
        return 'refused'
      default:
        return undefined
    }
  }

  /** Why a message that is no hello cannot be taken (now); undefined: it can. */
  #objection (message: SignedMessage, live: boolean): AddResult | undefined {
    const { author, body } = message
    const mustSayHello = this.roster.needsInvite || this.state.policy.stampBits > 0
    if (mustSayHello && !this.roster.has(author)) {
      return 'held'
    }
    if (this.roster.get(author)?.burned === true) {
      const last = this.timeline.head(author)
      if (last?.body.kind === 'burn' && message.sequence > last.sequence) {
        return 'refused'
      }
    }
    if (!this.mayUtter(author, body.kind)) {
      // a list's maintainers are named by the list: this one may become known in a moment
      return this.state.kind === 'list' ? 'limited' : 'refused'
    }
    if (this.state.kind === 'list' && this.timeline.bytes > MAX_LIST_BYTES) {
      return 'limited'
    }
    const expires = this.keeper.expiryOf(message)
    if (expires != null && expires <= this.now()) {
      return 'limited'
    }
    return live && isVisible(message) && this.slowModeWait(author, message.time) > 0 ? 'limited' : undefined
  }

  /** Messages that others refer to and that are not here: gaps in chains, hellos of held authors. */
  wanted (): MessageId[] {
    return [...this.timeline.missing().map(gap => gap.id), ...this.#held.missing()]
  }

  /** Whether policy lets a persona say this kind of thing. */
  mayUtter (persona: PersonaId, kind: MessageBody['kind']): boolean {
    const { writers } = this.state.policy
    const bound = kind === 'text' || kind === 'reply' || kind === 'attachment' || kind === 'entry'
    return !bound || writers === 'all' || persona === this.state.founder || (Array.isArray(writers) && writers.includes(persona))
  }

  /** ms this persona has to wait at `time` before it may write again; 0: not at all. */
  slowModeWait (persona: PersonaId, time: number): number {
    const { slowMode } = this.state.policy
    const last = this.#lastVisible.get(persona)
    // one that comes late must have been written as far from the newest as policy says, too
    return slowMode === 0 || last == null ? 0 : Math.max(0, slowMode - Math.abs(time - last))
  }

  /** Takes messages from a member's sync answer. */
  async accept (encoded: Uint8Array[]): Promise<AcceptCounts> {
    const counts: AcceptCounts = { added: 0, known: 0, refused: 0, invalid: 0 }
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
    const ordered = [...runs.values()].sort((a, b) => Number(b.some(isHello)) - Number(a.some(isHello)) || a[0].time - b[0].time)
    for (const run of ordered) {
      const { valid, invalid } = await this.#verified(run)
      counts.invalid += invalid
      for (const message of valid) {
        const result = await this.#vouched(message) ? this.#insert(message) : 'refused'
        counts[result === 'added' || result === 'known' ? result : 'refused']++
      }
    }
    return counts
  }

  /** One author's messages: those a held message vouches for by its hash, and the others by signature. */
  async #verified (run: SignedMessage[]): Promise<{ valid: SignedMessage[], invalid: number }> {
    run.sort((a, b) => a.sequence - b.sequence)
    const last = run[run.length - 1]
    if (!this.timeline.vouches(last)) {
      const { valid, invalid } = await verifyRun(this.state.room, run)
      return { valid, invalid: invalid.length }
    }
    // the run hangs on a message that was verified before: its hashes need no signature at all
    let from = run.length - 1
    while (from > 0 && follows(run[from], run[from - 1])) {
      from--
    }
    const rest = run.slice(0, from)
    const { valid, invalid } = rest.length === 0 ? { valid: [], invalid: [] } : await verifyRun(this.state.room, rest)
    return { valid: [...valid, ...run.slice(from)], invalid: invalid.length }
  }

  /**
   * Wire bytes of held messages; unknown IDs are left out, and so is a message that was taken on its
   * successor's word when that is gone and its own signature turns out to be none.
   */
  async encoded (ids: MessageId[]): Promise<Uint8Array[]> {
    const found: Uint8Array[] = []
    for (const id of ids) {
      const message = this.timeline.get(id)
      if (message != null && (this.timeline.vouches(message) || await this.#signed(message))) {
        found.push(encodeSigned(message))
      }
    }
    return found
  }

  async #signed (message: SignedMessage): Promise<boolean> {
    if (!this.#checked.has(message.id)) {
      if (!await verifyMessage(this.state.room, message)) {
        return false
      }
      this.#checked.set(message.id, true)
    }
    return true
  }

  /** An own message, just signed. */
  own (message: SignedMessage): void {
    this.#insert(message)
    this.keeper.save()
  }

  /** A new persona in the same room; the old one was burned by its own signature. */
  newPersona (seed: Uint8Array): void {
    this.#formerSelves.add(this.self)
    this.state.former.push(this.self)
    this.state.persona = seed
    this.state.head = undefined
    this.state.sealingKey = undefined
    this.#keyPair = generateKeyPair(seed)
    this.self = personaId(this.#keyPair.publicKey)
    this.keeper.save()
  }

  policyChanged (): void {
    this.#rates.clear()
    this.voice.repace()
  }

  /** Retention: what is over goes from memory and, with its keys, from the store. */
  async expire (): Promise<MessageId[]> {
    const now = this.now()
    const ids = this.timeline.expired(now, message => this.keeper.expiryOf(message))
    if (ids.length > 0) {
      this.timeline.remove(ids)
      await this.keeper.expire(now)
    }
    return ids
  }

  async close (): Promise<void> {
    this.closed = true
    await this.keeper.close()
    this.ring.destroy()
  }
}

function isHello (message: SignedMessage): boolean {
  return message.body.kind === 'hello'
}
