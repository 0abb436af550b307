import { isSizeClass } from '../wire/index.ts'
import { delay } from './gated-pace.ts'
import { bestConnection, memberOnly, openStream } from './gated-registrar.ts'
import { PacedReader } from './gated-stream.ts'
import { BoundedMap, TokenBucket } from './limits.ts'
import { Embargo } from './stem-embargo.ts'
import { StemFrameReader } from './stem-frame.ts'
import { StemLink } from './stem-link.ts'
import { StemRoute } from './stem-route.ts'
import type { EnvelopeContext, EpochEntry, Validity } from './compartment-api.ts'
import type { GatedComponents } from './gated-registrar.ts'
import type { Membership } from './membership.ts'
import type { Held, Timers } from './stem-embargo.ts'
import type { Startable, Stream } from '@libp2p/interface'

export const STEM_PROTOCOL = '/undertone/stem/1.0.0'

const OPEN_TIMEOUT_MS = 5_000
/** Envelopes given to a successor whose timer ran out, if they are most, before it counts as one that drops them. */
const MAX_DROPPED = 3
/** A stem is read no further while our neighbours have so much to take, but not longer than this. */
const CONGESTED_BYTES = 256 * 1024
const MAX_HOLD_MS = 2_000
/** A fresh mesh may have nobody in it yet. */
const FLUFF_RETRIES = 3
const FLUFF_RETRY_MS = 1_000

export interface StemInit {
  epochs: EpochEntry[]
  membership: Membership
  /** own messages walk, and others' go on (default true); false: whatever comes is gossiped at once */
  enabled?: boolean
  random? (): number
  timers?: Timers
  diffuseProbability?: number
  embargo?: { meanMs?: number, minMs?: number, max?: number, maxBytes?: number }
  /** the room's judgement, asked once per envelope however it came; acknowledges what is accepted */
  judge (envelope: Uint8Array, context: EnvelopeContext): Validity | Promise<Validity>
  /** gossips an envelope; answers how many peers took it */
  relay (envelope: Uint8Array, epoch: number): Promise<number>
  /** gossip has brought it */
  seen (envelope: Uint8Array): boolean
  /** bytes that wait for our slowest neighbour in gossip */
  backlog (): number
  /** garbage, or more than a peer may send */
  onOffender (peer: string, reason: string): void
}

/**
 * Dandelion++ (Fanti et al. 2018): an envelope first walks along a line of members, one telling the
 * next, and is then gossiped by the last of them, so that from whom it is first heard says little
 * about who wrote it. Each member validates before it passes on, or nobody could be blamed for what is
 * forged; and passes on before its reader is told.
 */
export interface Stem extends Startable {
  setEpochs (epochs: EpochEntry[]): void
  /** Takes an own envelope, or answers false: too few members, gossip it. */
  take (envelope: Uint8Array, epoch: number): boolean
  /** on its stem, not yet heard by gossip */
  holds (envelope: Uint8Array): boolean
  /** bytes that the slowest successor has not taken */
  readonly backlog: number
  /** route of this epoch */
  readonly route: StemRoute
}

class StemProtocol implements Stem {
  readonly #components: GatedComponents
  readonly #init: StemInit
  readonly #embargo: Embargo
  readonly #links = new Map<string, StemLink>()
  readonly #rates = new BoundedMap<string, TokenBucket>({ max: 256 })
  readonly #given = new Map<string, { envelopes: number, dropped: number }>()
  #route: StemRoute
  #epoch?: number
  #stopped = new AbortController()

  constructor (components: GatedComponents, init: StemInit) {
    this.#components = components
    this.#init = init
    this.#embargo = new Embargo({
      ...init.embargo,
      random: () => this.#random(),
      timers: init.timers,
      seen: envelope => init.seen(envelope),
      onDue: held => { this.#overdue(held) }
    })
    this.#epoch = init.epochs.find(entry => entry.current)?.epoch
    this.#route = this.#newRoute()
  }

  readonly [Symbol.toStringTag] = '@undertone/stem'

  get route (): StemRoute { return this.#route }

  get backlog (): number {
    let most = 0
    for (const link of this.#links.values()) {
      most = Math.max(most, link.backlog)
    }
    return most
  }

  #random (): number { return this.#init.random?.() ?? Math.random() }

  #newRoute (): StemRoute {
    return new StemRoute({
      random: () => this.#random(),
      diffuseProbability: this.#init.enabled === false ? 1 : this.#init.diffuseProbability,
      members: () => this.#init.membership.members(),
      dialled: peer => bestConnection(this.#components, peer)?.direction === 'outbound'
    })
  }

  async start (): Promise<void> {
    this.#stopped = new AbortController()
    this.#init.membership.addEventListener('leave', this.#onLeave)
    await this.#components.registrar.handle(STEM_PROTOCOL, memberOnly(this.#init.membership, async (stream, connection) => {
      await this.#listen(stream, connection.remotePeer.toString())
    }), { maxInboundStreams: 2, maxOutboundStreams: 2, runOnLimitedConnection: true })
  }

  async stop (): Promise<void> {
    this.#stopped.abort()
    this.#init.membership.removeEventListener('leave', this.#onLeave)
    this.#embargo.clear()
    this.#links.forEach(link => { link.close() })
    this.#links.clear()
    await this.#components.registrar.unhandle(STEM_PROTOCOL)
  }

  setEpochs (epochs: EpochEntry[]): void {
    const current = epochs.find(entry => entry.current)?.epoch
    if (current === this.#epoch) {
      return
    }
    this.#epoch = current
    this.#route = this.#newRoute()
    this.#given.clear()
    // what is on its way stays there; its timers run on
    this.#links.forEach(link => { link.close() })
    this.#links.clear()
  }

  take (envelope: Uint8Array, epoch: number): boolean {
    const to = this.#init.enabled === false || this.#stopped.signal.aborted ? undefined : this.#route.next(null)
    if (to != null) {
      this.#pass(this.#embargo.hold(envelope, epoch, null), to)
    }
    return to != null
  }

  holds (envelope: Uint8Array): boolean { return this.#embargo.has(envelope) && !this.#init.seen(envelope) }

  async #listen (stream: Stream, peer: string): Promise<void> {
    const reader = new StemFrameReader()
    const rate = this.#rate(peer)
    try {
      const paced = new PacedReader(stream, STEM_PROTOCOL, { rate, onHeldBack: ms => { ms > 10_000 && this.#init.onOffender(peer, 'flood') } })
      for await (const chunk of paced) {
        for (const { envelope, epoch } of reader.push(chunk.subarray())) {
          if (!this.#init.membership.isMember(peer) || this.#stopped.signal.aborted) {
            stream.abort(new Error('Members only.'))
            return
          }
          await this.#arrived(envelope, epoch, peer)
        }
        await this.#roomToGoOn()
      }
      await stream.close({ signal: AbortSignal.timeout(OPEN_TIMEOUT_MS) })
    } catch (error) {
      if ((error as Error).name === 'InvalidStemFrameError') {
        this.#init.onOffender(peer, 'garbage')
      }
      stream.abort(error as Error)
    }
  }

  #rate (peer: string): TokenBucket {
    let rate = this.#rates.get(peer)
    if (rate == null) {
      rate = new TokenBucket({ capacity: 16 * 1024 * 1024, perSecond: 4 * 1024 * 1024 })
      this.#rates.set(peer, rate)
    }
    return rate
  }

  /** A predecessor goes as slow as what comes after us. */
  async #roomToGoOn (): Promise<void> {
    for (let waited = 0; waited < MAX_HOLD_MS && Math.max(this.backlog, this.#init.backlog()) > CONGESTED_BYTES; waited += 20) {
      await delay(20)
    }
  }

  async #arrived (envelope: Uint8Array, epoch: number, peer: string): Promise<void> {
    let waits = !this.#init.seen(envelope)
    const onward = (): void => {
      if (waits) {
        waits = false
        this.#onward(envelope, epoch, peer)
      }
    }
    // a room that has judged it before does not say so early
    if (isSizeClass(envelope.byteLength) && await this.#init.judge(envelope, { epoch, peer, onward }) === 'accept') {
      onward()
    }
  }

  #onward (envelope: Uint8Array, epoch: number, peer: string): void {
    let held = this.#embargo.get(envelope)
    if (held == null) {
      held = this.#embargo.hold(envelope, epoch, peer)
      this.#route.diffuser ? this.#fluff(held) : this.#pass(held)
      return
    }
    held.sights++
    held.endsLoop || held.sights > 2 ? this.#fluff(held) : this.#pass(held)
  }

  /** On to the successor; without one, out into the mesh. */
  #pass (held: Held, to = this.#route.next(held.from)): void {
    held.to = to
    if (to == null || !this.#link(to).send(held, held.from == null)) {
      this.#fluff(held)
      return
    }
    const given = this.#given.get(to) ?? { envelopes: 0, dropped: 0 }
    given.envelopes++
    this.#given.set(to, given)
  }

  #fluff (held: Held): void {
    this.#embargo.release(held.envelope)
    this.#gossip(held, FLUFF_RETRIES).catch(() => {})
  }

  async #gossip ({ envelope, epoch }: Held, retries: number): Promise<void> {
    if (await this.#init.relay(envelope, epoch) === 0 && retries > 0) {
      await delay(FLUFF_RETRY_MS, this.#stopped.signal)
      await this.#gossip({ envelope, epoch } as Held, retries - 1)
    }
  }

  #overdue (held: Held): void {
    this.#fluff(held)
    const { to = '' } = held
    const given = this.#given.get(to)
    if (given != null && ++given.dropped >= MAX_DROPPED && given.dropped * 2 > given.envelopes) {
      this.#lose(to)
    }
  }

  #link (to: string): StemLink {
    let link = this.#links.get(to)
    if (link == null) {
      const made = link = new StemLink({
        open: async () => this.#open(to),
        onLost: () => {
          if (this.#links.get(to) === made) {
            this.#lose(to)
          }
        }
      })
      this.#links.set(to, link)
    }
    return link
  }

  async #open (peer: string): Promise<Stream> {
    const connection = bestConnection(this.#components, peer)
    if (connection == null) {
      throw new Error('The successor is not connected.')
    }
    return openStream(this.#components, connection, STEM_PROTOCOL, { signal: AbortSignal.timeout(OPEN_TIMEOUT_MS), runOnLimitedConnection: true })
  }

  /** What a lost successor had been given and nobody has heard goes to the next one. */
  #lose (peer: string): void {
    this.#route.lose(peer)
    this.#given.delete(peer)
    this.#links.get(peer)?.close()
    this.#links.delete(peer)
    if (!this.#stopped.signal.aborted) {
      this.#embargo.givenTo(peer).forEach(held => { this.#pass(held) })
    }
  }

  readonly #onLeave = (event: CustomEvent<{ peer: string }>): void => { this.#lose(event.detail.peer) }
}

export function createStem (init: StemInit): (components: GatedComponents) => Stem {
  return components => new StemProtocol(components, init)
}
