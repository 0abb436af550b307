import { TypedEventEmitter } from 'main-event'
import { pacedBytes } from '../streams/index.ts'
import { BoundedMap, TokenBucket } from './limits.ts'
import { answerOffer, matchAnswer, matchOffer, NONCE_BYTES, OFFERED_TAGS, offeredEpochs, offerTags, TAG_BYTES } from './membership-proof.ts'
import type { EpochEntry } from './compartment-api.ts'
import type { Transcript } from './membership-proof.ts'
import type { AbortOptions, Connection, Libp2pEvents, PeerId, Startable, Stream, TypedEventTarget } from '@libp2p/interface'
import type { ConnectionManager, Registrar } from '@libp2p/interface-internal'

export const MEMBERSHIP_PROTOCOL = '/undertone/member/1.0.0'

/** A handshake that takes longer is over. */
export const HANDSHAKE_TIMEOUT_MS = 5_000

/** Handshakes that strangers may have open with us at once. */
export const MAX_HANDSHAKES = 64

/** After an epoch change every proof is renewed at a random moment within this time. */
export const RENEWAL_SPREAD_MS = 60_000

/** Tries of a handshake that broke down (not: that was refused) before the peer counts as no member. */
const MAX_TRIES = 3
const RETRY_MS = 400

export interface MembershipInit {
  epochs: EpochEntry[]
  /** default {@link MEMBERSHIP_PROTOCOL}; a shared host names one per room */
  protocol?: string
  handshakeTimeoutMs?: number
  maxHandshakes?: number
  renewalSpreadMs?: number
  /** peers whose handshake rate is remembered (default 1,024) */
  maxRatedPeers?: number
  random? (bytes: number): Uint8Array
  log? (message: string): void
  /** all memberships of a host that serves several rooms, this one too: any may be the one that is proved */
  alongside? (): Membership[]
}

export interface MembershipComponents {
  peerId: PeerId
  registrar: Registrar
  connectionManager: Pick<ConnectionManager, 'getConnections'>
  events: TypedEventTarget<Libp2pEvents>
}

export interface MembershipEvents {
  join: CustomEvent<{ peer: string }>
  leave: CustomEvent<{ peer: string }>
}

/** Who, of the peers connected now, has proved to hold this room's keys. Peers are transport peer IDs. */
export interface Membership extends Startable, TypedEventTarget<MembershipEvents> {
  setEpochs (epochs: EpochEntry[]): void
  members (): string[]
  isMember (peer: string): boolean
  /** Proves to a connected peer and asks for its proof; answers whether it is a member. */
  prove (connection: Connection, options?: AbortOptions): Promise<boolean>
  /** Answers as soon as the peer is a member, or false after `withinMs`: its proof may still be under way. */
  whenMember (peer: string, withinMs: number): Promise<boolean>
  /** the epoch of this room that offered tags were made under */
  match (block: Uint8Array, transcript: Transcript): EpochEntry | undefined
  /** takes the outcome of a handshake; answers whether the peer is a member now */
  conclude (connection: Connection, matched: EpochEntry | undefined): boolean
}

interface Proven {
  /** newest epoch it has proved */
  epoch: number
  renewal?: ReturnType<typeof setTimeout>
}

class MembershipProtocol extends TypedEventEmitter<MembershipEvents> implements Membership {
  readonly #components: MembershipComponents
  readonly #protocol: string
  readonly #timeoutMs: number
  readonly #maxHandshakes: number
  readonly #spreadMs: number
  readonly #random: (bytes: number) => Uint8Array
  readonly #log: (message: string) => void
  readonly #self: string
  readonly #proven = new Map<string, Proven>()
  /** peers that speak the protocol, members or not; as many as there are connections */
  readonly #speakers = new Set<string>()
  readonly #rates: BoundedMap<string, TokenBucket>
  readonly #retries = new Set<ReturnType<typeof setTimeout>>()
  readonly #alongside: () => Membership[]
  #entries: EpochEntry[]
  #handshakes = 0
  #topology?: string
  #stopped = new AbortController()

  constructor (components: MembershipComponents, init: MembershipInit) {
    super()
    this.#components = components
    this.#entries = init.epochs
    this.#alongside = init.alongside ?? (() => [this])
    this.#protocol = init.protocol ?? MEMBERSHIP_PROTOCOL
    this.#timeoutMs = init.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_MS
    this.#maxHandshakes = init.maxHandshakes ?? MAX_HANDSHAKES
    this.#spreadMs = init.renewalSpreadMs ?? RENEWAL_SPREAD_MS
    this.#random = init.random ?? (bytes => globalThis.crypto.getRandomValues(new Uint8Array(bytes)))
    this.#log = init.log ?? (() => {})
    this.#self = components.peerId.toString()
    this.#rates = new BoundedMap({ max: init.maxRatedPeers ?? 1024 })
  }

  readonly [Symbol.toStringTag] = '@undertone/membership'

  async start (): Promise<void> {
    if (this.#topology != null) {
      return
    }

    this.#stopped = new AbortController()
    this.#components.events.addEventListener('peer:disconnect', this.#onDisconnect)
    await this.#components.registrar.handle(this.#protocol, this.#onStream, {
      maxInboundStreams: 4,
      maxOutboundStreams: 4,
      runOnLimitedConnection: true
    })
    this.#topology = await this.#components.registrar.register(this.#protocol, {
      notifyOnLimitedConnection: true,
      // must not wait: the registrar tells one protocol after the other
      onConnect: (peer, connection) => {
        this.#speakers.add(peer.toString())
        this.#greet(connection)
      }
    })
  }

  async stop (): Promise<void> {
    if (this.#topology == null) {
      return
    }

    this.#stopped.abort()
    this.#components.registrar.unregister(this.#topology)
    this.#topology = undefined
    this.#components.events.removeEventListener('peer:disconnect', this.#onDisconnect)
    this.#retries.forEach(timer => { clearTimeout(timer) })
    this.#retries.clear()
    this.#speakers.clear()
    this.members().forEach(peer => { this.#leave(peer) })
    await this.#components.registrar.unhandle(this.#protocol)
  }

  members (): string[] {
    return [...this.#proven.keys()]
  }

  isMember (peer: string): boolean {
    return this.#proven.has(peer)
  }

  setEpochs (epochs: EpochEntry[]): void {
    const before = this.#current()
    this.#entries = epochs

    if (this.#topology == null || this.#current() === before) {
      return
    }

    for (const [peer, proven] of this.#proven) {
      proven.renewal ??= setTimeout(() => { this.#renew(peer) }, Math.random() * this.#spreadMs)
    }

    // a window that did not overlap ours may do so now
    for (const connection of this.#components.connectionManager.getConnections()) {
      const peer = connection.remotePeer.toString()

      if (this.#speakers.has(peer) && !this.isMember(peer)) {
        this.#later(Math.random() * Math.min(1000, this.#spreadMs), () => { this.#greet(connection) })
      }
    }
  }

  async prove (connection: Connection, options: AbortOptions = {}): Promise<boolean> {
    const signal = AbortSignal.any([
      AbortSignal.timeout(this.#timeoutMs),
      this.#stopped.signal,
      ...(options.signal == null ? [] : [options.signal])
    ])
    const stream = await connection.newStream([this.#protocol], { signal, runOnLimitedConnection: true })
    const remote = connection.remotePeer.toString()

    try {
      const bytes = pacedBytes(stream, { maxBufferSize: 1024 })
      const dialerNonce = this.#random(NONCE_BYTES)
      await bytes.write(dialerNonce, { signal })
      const listenerNonce = (await bytes.read({ bytes: NONCE_BYTES, signal })).subarray()
      const transcript: Transcript = { dialerNonce, listenerNonce, dialer: this.#self, listener: remote }
      const offered = offeredEpochs(this.#entries)
      await bytes.write(offerTags(offered, transcript, this.#random), { signal })
      const answer = (await bytes.read({ bytes: TAG_BYTES, signal })).subarray()
      const matched = matchAnswer(offered, answer, transcript)
      stream.close({ signal }).catch(() => {})

      return this.conclude(connection, matched)
    } catch (err: any) {
      stream.abort(err)
      throw err
    }
  }

  async whenMember (peer: string, withinMs: number): Promise<boolean> {
    if (this.isMember(peer)) {
      return true
    }

    return new Promise(resolve => {
      const done = (member: boolean): void => {
        clearTimeout(timer)
        this.removeEventListener('join', onJoin)
        resolve(member)
      }
      const onJoin = (event: CustomEvent<{ peer: string }>): void => { event.detail.peer === peer && done(true) }
      const timer = setTimeout(() => { done(false) }, withinMs)
      this.addEventListener('join', onJoin)
    })
  }

  readonly #onStream = async (stream: Stream, connection: Connection): Promise<void> => {
    const peer = connection.remotePeer.toString()

    if (this.#handshakes >= this.#maxHandshakes || !this.#rate(peer).take()) {
      stream.abort(new Error('Too many handshakes, try again later.'))
      return
    }

    this.#handshakes++
    const signal = AbortSignal.any([AbortSignal.timeout(this.#timeoutMs), this.#stopped.signal])

    try {
      const bytes = pacedBytes(stream, { maxBufferSize: 1024 })
      const dialerNonce = (await bytes.read({ bytes: NONCE_BYTES, signal })).subarray()
      const listenerNonce = this.#random(NONCE_BYTES)
      await bytes.write(listenerNonce, { signal })
      const block = (await bytes.read({ bytes: OFFERED_TAGS * TAG_BYTES, signal })).subarray()
      const transcript: Transcript = { dialerNonce, listenerNonce, dialer: peer, listener: this.#self }
      const rooms = this.#alongside()
      // every room is asked, also after a match: time says nothing about which, if any
      const found = rooms.map(room => room.match(block, transcript))
      const at = found.findIndex(entry => entry != null)
      await bytes.write(answerOffer(found[at], transcript, this.#random), { signal })
      stream.close({ signal }).catch(() => {})
      if (at >= 0) {
        rooms[at].conclude(connection, found[at])
      } else if (rooms.length === 1) {
        rooms[0].conclude(connection, undefined)
      }
    } catch (err: any) {
      stream.abort(err)
    } finally {
      this.#handshakes--
    }
  }

  #rate (peer: string): TokenBucket {
    let rate = this.#rates.get(peer)

    if (rate == null) {
      rate = new TokenBucket({ capacity: 10, perSecond: 1 })
      this.#rates.set(peer, rate)
    }

    return rate
  }

  #current (): number | undefined {
    return this.#entries.find(entry => entry.current)?.epoch
  }

  /**
   * Only who dialled the connection begins: a listener that began would tell every prober which rooms
   * it is in, to be checked against guessed names.
   */
  #greet (connection: Connection, tries: number = 1): void {
    const peer = connection.remotePeer.toString()

    if (connection.direction !== 'outbound' || connection.status !== 'open' || this.isMember(peer)) {
      return
    }

    this.prove(connection).catch(err => {
      this.#log(`handshake with ${peer} failed: ${err}`)

      if (tries < MAX_TRIES) {
        this.#later(RETRY_MS * 2 ** tries, () => { this.#greet(connection, tries + 1) })
      }
    })
  }

  #later (ms: number, act: () => void): void {
    if (this.#stopped.signal.aborted || this.#retries.size >= 1024) {
      return
    }

    const timer = setTimeout(() => {
      this.#retries.delete(timer)
      act()
    }, ms)
    this.#retries.add(timer)
  }

  #renew (peer: string, tries: number = 1): void {
    const proven = this.#proven.get(peer)

    if (proven == null) {
      return
    }

    proven.renewal = undefined

    if (proven.epoch >= (this.#current() ?? 0)) {
      return
    }

    const connection = this.#components.connectionManager.getConnections()
      .find(connection => connection.status === 'open' && connection.remotePeer.toString() === peer)

    if (connection == null) {
      this.#leave(peer)
      return
    }

    this.prove(connection).catch(() => {
      if (this.#stopped.signal.aborted) {
        return
      }

      if (tries >= MAX_TRIES) {
        this.#leave(peer)
        return
      }

      this.#later(this.#timeoutMs / 2, () => { this.#renew(peer, tries + 1) })
    })
  }

  match (block: Uint8Array, transcript: Transcript): EpochEntry | undefined {
    return matchOffer(this.#entries, block, transcript)
  }

  conclude (connection: Connection, matched: EpochEntry | undefined): boolean {
    const peer = connection.remotePeer.toString()

    if (matched == null) {
      // it may have been one: then the room has moved on without it
      this.#leave(peer)
      return false
    }

    if (connection.status !== 'open' || this.#stopped.signal.aborted) {
      return false
    }

    const proven = this.#proven.get(peer)

    if (proven != null) {
      proven.epoch = Math.max(proven.epoch, matched.epoch)
      return true
    }

    this.#proven.set(peer, { epoch: matched.epoch })
    this.safeDispatchEvent('join', { detail: { peer } })

    return true
  }

  #leave (peer: string): void {
    const proven = this.#proven.get(peer)

    if (proven == null) {
      return
    }

    clearTimeout(proven.renewal)
    this.#proven.delete(peer)
    this.safeDispatchEvent('leave', { detail: { peer } })
  }

  readonly #onDisconnect = (event: CustomEvent<PeerId>): void => {
    this.#speakers.delete(event.detail.toString())
    this.#leave(event.detail.toString())
  }
}

/**
 * Mutual proof of membership, bound to both transport peer IDs. A stranger sees two nonces and
 * uniform bytes of constant length, whether it dials or listens.
 */
export function createMembership (init: MembershipInit): (components: MembershipComponents) => Membership {
  return components => new MembershipProtocol(components, init)
}
