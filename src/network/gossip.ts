import { TypedEventEmitter } from 'main-event'
import { isSizeClass } from '../wire/index.ts'
import { GatedRegistrar } from './gated-registrar.ts'
import { HeardProtocol } from './gossip-heard.ts'
import { envelopeHash, identify, prefixOf } from './gossip-id.ts'
import { EnvelopeJudge } from './gossip-judge.ts'
import { GossipRouter, MESH_DEGREE } from './gossip-router.ts'
import { GossipStrikes } from './gossip-strikes.ts'
import { OutstandingWindow } from './gossip-window.ts'
import { BoundedSet } from './limits.ts'
import { STEM_MIN_MEMBERS } from './stem-route.ts'
import type { CompartmentInit, EnvelopeContext, EpochEntry, Validity } from './compartment-api.ts'
import type { GatedComponents, GatedRegistrarInit } from './gated-registrar.ts'
import type { EnvelopeKey } from './gossip-id.ts'
import type { MeshDegree } from './gossip-router.ts'
import type { OutstandingWindowInit } from './gossip-window.ts'
import type { Membership } from './membership.ts'
import type { GossipSubComponents } from '@libp2p/gossipsub'
import type { RPC } from '@libp2p/gossipsub/message'
import type { AbortOptions, Startable, TypedEventTarget } from '@libp2p/interface'

/** Thrown by `publish` for bytes of a size that no envelope has. */
export class InvalidEnvelopeError extends Error {
  static name = 'InvalidEnvelopeError'
  name = 'InvalidEnvelopeError'
}

/** A peer may first be connected and only then tell what it subscribes to: publishing waits so long for it. */
const SUBSCRIPTION_WAIT_MS = 1_000

export interface GossipInit {
  epochs: EpochEntry[]
  membership: Membership
  validate: CompartmentInit['validate']
  /** wire name of a protocol, for hosts that serve several rooms (default: the protocol itself) */
  wireName? (protocol: string): string
  degree?: Partial<MeshDegree>
  window?: Pick<OutstandingWindowInit, 'maxEnvelopes' | 'maxBytes' | 'timeoutMs' | 'repeatAfterMs'>
  pace?: Omit<GatedRegistrarInit, 'wireName' | 'onOffender'>
  /** envelopes remembered as seen in gossip (default 32,768) */
  maxSeen?: number
  /** the stem, if there is one: an envelope it has is not repeated, and acknowledgements wait for it, too */
  stem? (): { holds (envelope: Uint8Array): boolean, readonly backlog: number } | undefined
}

export interface GossipEvents {
  /** another member has an envelope we published; hex SHA-256 of the envelope */
  heard: CustomEvent<{ envelope: string }>
  /** a peer that sent garbage, flooded or stalled: drop it */
  offender: CustomEvent<{ peer: string, reason: string }>
}

export interface PublishOptions extends AbortOptions {
  /** default: the current one */
  epoch?: number
  /** takes the envelope instead of the mesh, if it answers true: the stem */
  via? (envelope: Uint8Array, epoch: number): boolean
}

export type GossipComponents = GatedComponents & GossipSubComponents

/** Envelopes to and from the proven members of a room. */
export interface Gossip extends Startable, TypedEventTarget<GossipEvents> {
  setEpochs (epochs: EpochEntry[]): void
  /**
   * Hands an envelope of our own to the mesh. Waits while too many are unacknowledged; `peers` is 0
   * when there was nobody to take it.
   */
  publish (envelope: Uint8Array, options?: PublishOptions): Promise<{ peers: number }>
  /** Hands on somebody's envelope, at the end of its stem; answers how many peers took it. */
  relay (envelope: Uint8Array, epoch: number): Promise<number>
  /** What the room says of an envelope that came by another way than gossip; acknowledges it when accepted. */
  judge (envelope: Uint8Array, context: EnvelopeContext): Validity | Promise<Validity>
  /** Whether gossip has brought (or we have relayed) this envelope. */
  seen (envelope: Uint8Array): boolean
  /** bytes that wait for our slowest neighbour */
  backlog (): number
  /** topics subscribed to; mesh neighbours in the current one */
  topics (): string[]
  neighbours (): string[]
  /** own envelopes without acknowledgement, and callers of `publish` who wait */
  outstanding (): { envelopes: number, waiting: number }
}

class RoomGossip extends TypedEventEmitter<GossipEvents> implements Gossip {
  readonly #init: GossipInit
  readonly #registrar: GatedRegistrar
  readonly #router: GossipRouter
  readonly #heard: HeardProtocol
  readonly #judge: EnvelopeJudge
  readonly #window: OutstandingWindow
  readonly #seen: BoundedSet<EnvelopeKey>
  readonly #strikes = new GossipStrikes()
  readonly #subscriptionWaiters = new Set<() => void>()
  #byTopic = new Map<string, EpochEntry>()
  #entries: EpochEntry[]
  #started = false

  constructor (components: GossipComponents, init: GossipInit) {
    super()
    this.#init = init
    this.#entries = init.epochs
    this.#seen = new BoundedSet({ max: init.maxSeen ?? 32_768, ttl: 600_000 })
    this.#judge = new EnvelopeJudge({ validate: init.validate })
    const onOffender = (peer: string, reason: string): void => {
      this.safeDispatchEvent('offender', { detail: { peer, reason } })
    }
    this.#registrar = new GatedRegistrar(components, init.membership, { ...init.pace, wireName: init.wireName, onOffender, onMoved: peer => { this.#router.tellTopics(peer) } })
    this.#router = new GossipRouter(components, {
      registrar: this.#registrar,
      degree: init.degree,
      admit: (peer, message) => this.#admit(peer, message),
      validate: (topic, envelope, peer, acknowledged) => this.#validate(topic, envelope, peer, acknowledged),
      onGraylisted: peer => { onOffender(peer, 'score') },
      onSubscription: () => { this.#subscriptionWaiters.forEach(go => { go() }) }
    })
    this.#heard = new HeardProtocol(components, {
      membership: init.membership,
      protocol: init.wireName?.('/undertone/heard/1.0.0'),
      backlog: () => Math.max(this.#registrar.backlog, init.stem?.()?.backlog ?? 0),
      onHeard: prefix => { this.#window.heard(prefix) },
      onOffender
    })
    this.#window = new OutstandingWindow({
      ...init.window,
      onHeard: envelope => {
        this.safeDispatchEvent('heard', { detail: { envelope: envelopeHash(envelope) } })
      },
      onRepeat: (envelope, epoch) => { this.#repeat(envelope, epoch) }
    })
  }

  readonly [Symbol.toStringTag] = '@undertone/gossip'

  async start (): Promise<void> {
    if (this.#started) {
      return
    }

    this.#init.membership.addEventListener('leave', this.#onLeave)
    await this.#heard.start()
    await this.#router.start()
    this.#started = true
    this.setEpochs(this.#entries)
  }

  async stop (): Promise<void> {
    if (!this.#started) {
      return
    }

    this.#started = false
    this.#init.membership.removeEventListener('leave', this.#onLeave)
    this.#window.clear()
    await this.#router.stop()
    await this.#heard.stop()
    this.#byTopic.clear()
  }

  setEpochs (epochs: EpochEntry[]): void {
    this.#entries = epochs

    if (!this.#started) {
      return
    }

    const byTopic = new Map(epochs.map(entry => [entry.keys.topic, entry]))
    const before = this.#byTopic
    this.#byTopic = byTopic

    for (const topic of byTopic.keys()) {
      before.has(topic) || this.#router.join(topic)
    }

    for (const topic of before.keys()) {
      byTopic.has(topic) || this.#router.leave(topic)
    }
  }

  async publish (envelope: Uint8Array, options: PublishOptions = {}): Promise<{ peers: number }> {
    if (!isSizeClass(envelope.byteLength)) {
      throw new InvalidEnvelopeError(`An envelope has one of the fixed sizes, not ${envelope.byteLength} bytes: pad it first.`)
    }

    const entry = this.#entry(options.epoch)

    if (!this.#reachable(entry)) {
      return { peers: 0 }
    }

    const { prefix, key } = identify(entry.keys.topic, envelope)
    const waits = this.#window.enter(prefix, envelope, entry.epoch, options.signal)

    if (waits != null) {
      await waits
    }

    this.#judge.trust(key)

    try {
      if (this.#reachable(entry) && options.via?.(envelope, entry.epoch) === true) {
        return { peers: 1 }
      }

      let peers = await this.#router.publish(entry.keys.topic, envelope)

      if (peers === 0 && await this.#subscribed(entry, options.signal)) {
        peers = await this.#router.publish(entry.keys.topic, envelope)
      }

      if (peers === 0) {
        this.#window.withdraw(prefix)
      }

      return { peers }
    } catch (err) {
      this.#window.withdraw(prefix)
      throw err
    }
  }

  async relay (envelope: Uint8Array, epoch: number): Promise<number> {
    const entry = this.#entries.find(entry => entry.epoch === epoch)

    if (entry == null || !this.#started) {
      return 0
    }

    this.#seen.add(identify(entry.keys.topic, envelope).prefix)

    return this.#router.spread(entry.keys.topic, envelope)
  }

  judge (envelope: Uint8Array, context: EnvelopeContext): Validity | Promise<Validity> {
    const { epoch, peer } = context
    const entry = this.#entries.find(entry => entry.epoch === epoch)

    if (entry == null) {
      return 'ignore'
    }

    if (!isSizeClass(envelope.byteLength)) {
      this.#strike(peer, 'reject')
      return 'reject'
    }

    const { id, key } = identify(entry.keys.topic, envelope)

    return this.#judged(this.#judge.judge(key, envelope, context), validity => {
      validity === 'accept' ? this.#acknowledge(peer, id, envelope) : this.#strike(peer, validity)
    })
  }

  /** Where there is a stem an author hears soon of its envelope by gossip: acknowledgements wait for company. */
  #acknowledge (peer: string, id: Uint8Array, envelope: Uint8Array): void {
    this.#heard.acknowledge(peer, id, envelope.byteLength, this.#init.membership.members().length >= STEM_MIN_MEMBERS)
  }

  backlog (): number {
    return this.#registrar.backlog
  }

  seen (envelope: Uint8Array): boolean {
    return this.#seen.has(prefixOf(envelope))
  }

  topics (): string[] {
    return this.#router.topics()
  }

  neighbours (): string[] {
    return this.#router.mesh(this.#entry()?.keys.topic ?? '')
  }

  outstanding (): { envelopes: number, waiting: number } {
    return { envelopes: this.#window.size, waiting: this.#window.waiting }
  }

  /** Cheapest first, and before gossipsub remembers anything. */
  #admit (peer: string, message: RPC.Message): boolean {
    const { data, topic } = message

    // fields that StrictNoSign leaves unchecked would carry bytes around the size classes
    if (data == null || !isSizeClass(data.byteLength) || message.from != null || message.seqno != null || message.signature != null || message.key != null) {
      this.#strike(peer, 'reject')
      return false
    }

    if (!this.#byTopic.has(topic)) {
      // of an epoch we have just left; nothing of it is kept
      return false
    }

    if (this.#window.size > 0) {
      this.#window.heard(prefixOf(data))
    }

    return true
  }

  #validate (topic: string, envelope: Uint8Array, peer: string, acknowledged: boolean): Validity | Promise<Validity> {
    const entry = this.#byTopic.get(topic)

    if (entry == null) {
      return 'ignore'
    }

    const { id, key, prefix } = identify(topic, envelope)

    return this.#judged(this.#judge.judge(key, envelope, { epoch: entry.epoch, peer }), validity => {
      if (validity === 'accept') {
        this.#seen.add(prefix)
        acknowledged || this.#acknowledge(peer, id, envelope)
      } else {
        this.#strike(peer, validity)
      }
    })
  }

  #judged (judgement: Validity | Promise<Validity>, then: (validity: Validity) => void): Validity | Promise<Validity> {
    if (typeof judgement === 'string') {
      then(judgement)
      return judgement
    }

    return judgement.then(validity => {
      then(validity)
      return validity
    })
  }

  #strike (peer: string, validity: Validity): void {
    if (validity === 'accept') {
      return
    }

    if (!this.#strikes.allow(peer, validity)) {
      this.safeDispatchEvent('offender', { detail: { peer, reason: validity === 'reject' ? 'garbage' : 'flood' } })
    }
  }

  #repeat (envelope: Uint8Array, epoch: number): void {
    const entry = this.#entries.find(entry => entry.epoch === epoch)

    if (entry != null && this.#byTopic.has(entry.keys.topic) && this.#init.stem?.()?.holds(envelope) !== true) {
      this.#router.repeat(entry.keys.topic, envelope, this.#init.degree?.D ?? MESH_DEGREE.D)
    }
  }

  #entry (epoch?: number): EpochEntry | undefined {
    return this.#entries.find(entry => epoch == null ? entry.current : entry.epoch === epoch)
  }

  #reachable (entry: EpochEntry | undefined): entry is EpochEntry {
    return entry != null && this.#started && this.#byTopic.has(entry.keys.topic) && this.#init.membership.members().length > 0
  }

  async #subscribed (entry: EpochEntry, signal?: AbortSignal): Promise<boolean> {
    if (!this.#reachable(entry)) {
      return false
    }

    const { topic } = entry.keys

    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        this.#subscriptionWaiters.delete(onSubscription)
      }
      const onSubscription = (): void => {
        if (this.#router.subscribers(topic).length > 0) {
          done()
          resolve(true)
        }
      }
      const onAbort = (): void => {
        done()
        reject(signal?.reason)
      }
      const timer = setTimeout(() => {
        done()
        resolve(false)
      }, SUBSCRIPTION_WAIT_MS)
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#subscriptionWaiters.add(onSubscription)
    })
  }

  readonly #onLeave = (event: CustomEvent<{ peer: string }>): void => {
    // reconnecting does not make rejected envelopes undone: strikes stay
    if (this.#init.membership.members().length === 0) {
      this.#window.clear()
    }
  }
}

/**
 * Gossipsub among proven members: nothing is signed by a transport peer, nobody else is sent a topic
 * or a message, and publishing waits for the slowest part of the mesh instead of overrunning it.
 */
export function createGossip (init: GossipInit): (components: GossipComponents) => Gossip {
  return components => new RoomGossip(components, init)
}
