import { generateKeyPair, personaId } from '../crypto/index.ts'
import { BoundedMap, TokenBucket } from '../network/limits.ts'
import { KeyRing, Roster, Timeline, isVisible } from '../room/index.ts'
import { decodeMessage, readAdmission, unpackEnvelope, verifyMessage } from '../wire/index.ts'
import { Arrivals } from './arrivals.ts'
import { readDraft } from './draft.ts'
import { HeldMessages } from './held-messages.ts'
import { checkHello } from './hello-check.ts'
import { HistoryIntake } from './history-intake.ts'
import { MembershipAge } from './membership-age.ts'
import { Retention } from './retention.ts'
import { RoomKeeper } from './room-keeper.ts'
import { RoomVoice } from './room-voice.ts'
import { StandingBound } from './standing-bound.ts'
import type { HelloVerdict } from './hello-check.ts'
import type { AcceptCounts } from './history-intake.ts'
import type { RoomState } from './room-state.ts'
import type { Delivery } from './room-voice.ts'
import type { Compartment, EnvelopeContext, EpochEntry, Validity } from '../network/compartment-api.ts'
import type { RoomStore } from '../store/store-api.ts'
import type { MessageBody, MessageId, PersonaId, SignedMessage } from '../wire/index.ts'

/** How far from now a live message may be dated, ms. Older ones come by sync. */
export const LIVE_WINDOW_MS = 300_000
/** Bound on rates and times remembered (one per persona heard lately). */
export const MAX_PACED_PERSONAS = 4_096
/** Bound on what one list may ask its readers to hold; what comes after is not taken. */
export const MAX_LIST_BYTES = 128 * 1024 * 1024
/** Members hear a sender's burst in clumps; forwarders allow this much more than the sender allows itself. */
const FORWARD_SLACK = 1.5

export type AddResult = 'added' | 'known' | 'held' | 'refused' | 'limited'
export type { AcceptCounts } from './history-intake.ts'

export interface RoomCoreInit {
  state: RoomState
  store: RoomStore
  /** where the room's keys begin, when the way from the state's was walked before */
  start?: { epoch: number, key: Uint8Array }
  /** the store outlives this process: what is said is written before it is sent */
  durable: boolean
  now (): number
  /** a message was added, live, by sync or by its own author */
  onMessage (message: SignedMessage, own: boolean, live: boolean): void
  onMember (persona: PersonaId): void
  onDelivery (id: MessageId, delivery: Delivery): void
  /** these are over and gone, or none is and all are over at another time than before */
  onExpired? (ids: MessageId[]): void
  /** whatever is remembered of these, for want of room or because they are over, is to be forgotten */
  onForgotten? (ids: MessageId[]): void
  /** the store takes nothing (an error that says why), or takes things again (undefined) */
  onStore? (error: Error | undefined): void
  log (level: 'error' | 'warn' | 'info' | 'debug', message: string): void
}

/**
 * One room of this node: its keys, timeline and roster, and what it accepts. Knows no network but
 * the compartment it is handed.
 */
export class RoomCore {
  readonly state: RoomState
  readonly ring: KeyRing
  readonly timeline: Timeline
  readonly roster: Roster
  readonly store: RoomStore
  readonly keeper: RoomKeeper
  readonly voice: RoomVoice
  readonly age: MembershipAge
  readonly arrivals: Arrivals
  compartment?: Compartment
  onUsedUp?: ConstructorParameters<typeof Roster>[0]['onUsedUp']
  self: PersonaId
  closed = false
  readonly #init: RoomCoreInit
  readonly #formerSelves: Set<string>
  readonly #held = new HeldMessages()
  readonly #standing = new StandingBound()
  readonly #rates: BoundedMap<PersonaId, TokenBucket>
  readonly #lastVisible: BoundedMap<PersonaId, number>
  readonly #intake: HistoryIntake
  readonly #retention: Retention
  #keyPair: ReturnType<typeof generateKeyPair>

  constructor (init: RoomCoreInit) {
    this.#init = init
    this.state = init.state
    this.store = init.store
    this.roster = new Roster({ kind: init.state.kind, founder: init.state.founder as PersonaId | null, onUsedUp: (persona, claim) => this.onUsedUp?.(persona, claim) })
    for (const [persona, petname] of Object.entries(init.state.petnames)) {
      this.roster.petnames.set(persona as PersonaId, petname)
    }
    this.ring = new KeyRing({ key: init.state.key, epoch: init.state.epoch, ...init.start, epochLength: init.state.policy.epoch, secret: init.state.secret })
    this.#keyPair = generateKeyPair(init.state.persona)
    this.self = personaId(this.#keyPair.publicKey)
    this.#formerSelves = new Set(init.state.former)
    this.#rates = new BoundedMap({ max: MAX_PACED_PERSONAS })
    this.#lastVisible = new BoundedMap({ max: MAX_PACED_PERSONAS })
    this.keeper = new RoomKeeper(init)
    // what there is no room for in memory is not kept on the disk either: it is not shown, and nobody is asked for it
    this.timeline = new Timeline({ onEvicted: ids => { this.keeper.drop(ids); this.#forget(ids) } })
    this.arrivals = new Arrivals({ state: this.state, roster: this.roster, now: () => this.now() })
    this.#retention = new Retention({ ...init, timeline: this.timeline, held: this.#held, keeper: this.keeper, now: () => this.now(), forget: ids => { this.#forget(ids) } })
    this.#intake = new HistoryIntake({
      room: this.state.room,
      timeline: this.timeline,
      policy: () => this.state.policy,
      slack: FORWARD_SLACK,
      latest: () => this.now() + LIVE_WINDOW_MS,
      vouched: async message => await this.#checkHello(message) === 'good',
      insert: message => this.#insert(message)
    })
    this.age = new MembershipAge(init)
    this.voice = new RoomVoice(this, init)
  }

  get id (): RoomState['room'] { return this.state.room }
  get syncedOnly (): HistoryIntake['syncedOnly'] { return this.#intake.syncedOnly }
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
    this.age.note(this.ring.oldest())
    readDraft(this, this.now())
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
    this.voice.restore()
  }

  // ---- hearing

  /** The room's judgement of an envelope, cheapest checks first (DESIGN, "Messages"). */
  validate (envelope: Uint8Array, context: EnvelopeContext): Validity | Promise<Validity> {
    const keys = this.ring.keysOf(context.epoch)
    if (keys == null || this.closed) { return 'ignore' }
    const bytes = unpackEnvelope(keys, envelope)
    if (bytes == null) { return 'reject' }
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
      this.#intake.syncedOnly.gossiped(message.id)
      return 'accept'
    }
    if (!this.#withinRate(message.author)) {
      return 'ignore'
    }
    const valid = verifyMessage(this.state.room, message)
    return typeof valid === 'boolean' ? this.#judged(message, valid, context) : valid.then(v => this.#judged(message, v, context))
  }

  #judged (message: SignedMessage, valid: boolean, context: EnvelopeContext): Validity | Promise<Validity> {
    if (!valid) { return 'reject' }
    this.#intake.checked(message.id)
    if (message.kind === 'hello') {
      return this.#checkHello(message).then(verdict => verdict === 'good' ? this.#accepted(message, context) : verdict === 'forged' ? 'reject' : 'ignore')
    }
    return this.#accepted(message, context)
  }

  #accepted (message: SignedMessage, { onward }: EnvelopeContext): Validity {
    switch (this.#insert(message, { live: true, onward })) {
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

  async #checkHello (message: SignedMessage): Promise<HelloVerdict> { return checkHello(this.state.room, message, this.state.policy.stampBits) }

  /** Puts a message whose signature was checked where it belongs. */
  #insert (message: SignedMessage, { stored = false, kept = stored, live = false, onward }: { stored?: boolean, kept?: boolean, live?: boolean, onward? (): void } = {}): AddResult {
    if (this.timeline.has(message.id)) {
      return 'known'
    }
    const { kind } = message
    const refusal = kind === 'hello' ? this.#admit(message, stored) : this.#objection(message, live)
    if (refusal === 'held') {
      this.#held.hold(message)
      this.#retention.noteHeld(message)
    }
    if (refusal != null) {
      return refusal
    }
    if (!this.timeline.add(message, this.now())) {
      return 'limited'
    }
    onward?.()
    this.#standing.note(message)
    if (isVisible(message)) {
      this.roster.spoke(message.author)
      this.#lastVisible.set(message.author, Math.max(message.time, this.#lastVisible.get(message.author) ?? 0))
    }
    if (kind === 'burn') {
      this.roster.burn(message.author)
    }
    this.#retention.note(message)
    kept || this.keeper.keep(message)
    if (!stored) {
      this.#init.onMessage(message, this.isSelf(message.author), live)
    }
    if (kind === 'hello') {
      this.keeper.saveLater()
      this.#init.onMember(message.author)
      for (const waiting of this.#held.release(message.author)) {
        // an own hello waits for its inviter's: the comparison that brought that one has not handed out ours
        if (this.#insert(waiting, { stored, live: true }) === 'added' && !stored && this.isSelf(waiting.author)) {
          this.voice.again(waiting)
        }
      }
    }
    return 'added'
  }

  #admit (message: SignedMessage, stored = false): AddResult | undefined {
    const { body } = message
    if (body.kind !== 'hello') {
      return 'held'
    }
    const claim = body.admission == null ? undefined : readAdmission(body.admission)
    switch (this.roster.admit(message, claim, this.now(), { hint: body.petname, sealingKey: body.sealingKey, stampBits: this.state.policy.stampBits, known: this.roster.has(message.author) ? 0 : this.arrivals.note(message, stored) })) {
      case 'issuer-unknown':
        return 'held'
      case 'full':
        return 'limited'
      case 'refused':
        return 'refused'
      default:
        return this.#maySettle(message) ? undefined : 'limited'
    }
  }

  /** What is kept without end has an end per persona; a room's founder and a list's maintainers may need more. */
  #maySettle (message: SignedMessage): boolean {
    const { author } = message
    return author === this.state.founder || (this.state.kind === 'list' && this.mayUtter(author, 'entry')) || this.#standing.allows(message)
  }

  /** Why a message that is no hello cannot be taken (now); undefined: it can. */
  #objection (message: SignedMessage, live: boolean): AddResult | undefined {
    const { author, kind } = message
    const { stampBits, probation } = this.state.policy
    const mustSayHello = this.roster.needsInvite || stampBits > 0 || probation > 0
    if (mustSayHello && !this.roster.has(author)) {
      // one that was silent made way for a newcomer, and now speaks
      const hello = this.timeline.get(this.timeline.head(author)?.id ?? '' as MessageId)
      if (hello == null || this.#admit(hello) != null) { return 'held' }
    }
    if (this.roster.get(author)?.burned === true) {
      const last = this.timeline.head(author)
      // who passed it on may not have heard of the burn
      if (last?.kind === 'burn' && message.sequence > last.sequence) {
        return 'limited'
      }
    }
    // charters, votes and lists change who may write: who passed it on may know more, or less
    if (!this.mayUtter(author, kind) || !this.#maySettle(message)) {
      return 'limited'
    }
    // readers may report and appeal; they cannot fill a list until it takes no entries
    if (this.state.kind === 'list' && this.timeline.bytes > (this.mayUtter(author, 'entry') ? MAX_LIST_BYTES : MAX_LIST_BYTES / 2)) {
      return 'limited'
    }
    const expires = this.keeper.expiryOf(message)
    if ((expires != null && expires <= this.now()) || (probation > 0 && this.arrivals.probationWait(author, message.body, message.time) > 0)) {
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
  async accept (encoded: Uint8Array[], ids?: MessageId[]): Promise<AcceptCounts> { return this.#intake.accept(encoded, ids) }
  /** Whether a held message is proven by its own signature; if not, its author's next one vouches for it. */
  async signed (message: SignedMessage): Promise<boolean> { return this.#intake.signed(message) }
  /** Wire bytes of held messages that may go to whoever asked; unknown IDs are left out. */
  async encoded (ids: MessageId[], mayGo: (message: SignedMessage) => boolean = () => true): Promise<Uint8Array[]> { return this.#intake.encoded(ids, mayGo) }

  /**
   * An own message, just signed: stored where there is a store, then in the timeline.
   *
   * @throws {DiskFullError|ReadOnlyStoreError|StoreClosedError} then nothing was said
   */
  async own (message: SignedMessage, onward?: () => void): Promise<void> {
    const { head } = this.state
    // what is said as somebody else, once, is in nobody's chain
    this.state.head = message.author === this.self ? { sequence: message.sequence, id: message.id } : head
    this.keeper.keep(message)
    this.keeper.save()
    try {
      await this.keeper.secure()
    } catch (error) {
      this.keeper.drop([message.id])
      this.state.head = head
      throw error
    }
    this.#insert(message, { kept: true, onward })
  }

  /** A new persona in the same room; the old one was burned by its own signature. */
  newPersona (seed: Uint8Array): void {
    this.#formerSelves.add(this.self)
    this.state.former.push(this.self)
    this.state.persona = seed
    this.state.head = undefined
    this.state.told = undefined
    this.state.sealingKey = undefined
    this.#keyPair = generateKeyPair(seed)
    this.self = personaId(this.#keyPair.publicKey)
    this.keeper.save()
  }

  policyChanged (before: RoomState['policy']): void {
    this.#rates.clear()
    this.voice.repace()
    if (before.retention !== this.state.policy.retention) {
      this.#retention.policyChanged()
      this.#init.onExpired?.([])
    }
  }

  /** Retention: what is over goes from memory and, with its keys, from the store. */
  async expire (): Promise<MessageId[]> { return this.#retention.expire() }

  /** What is gone leaves nothing in what was noted beside it. */
  #forget (ids: MessageId[]): void {
    if (ids.length > 0) {
      this.#intake.forget(ids)
      this.voice.forget(ids)
      this.#init.onForgotten?.(ids)
    }
  }

  async close (): Promise<void> {
    this.closed = true
    await this.#retention.stop()
    await this.keeper.close()
    this.ring.destroy()
  }
}
