import { delay, StrangerError } from './gated-pace.ts'
import { COALESCE_MS, CoalescingStream, PacedReader } from './gated-stream.ts'
import { TokenBucket } from './limits.ts'
import { NotOpenedError, Opening } from './opening.ts'
import type { Membership } from './membership.ts'
import type { Opened } from './opening.ts'
import type { AbortOptions, Connection, Libp2pEvents, NewStreamOptions, PeerId, Stream, StreamHandler, StreamHandlerOptions, StreamHandlerRecord, StreamMiddleware, Topology, TypedEventTarget } from '@libp2p/interface'
import type { ConnectionManager, Registrar } from '@libp2p/interface-internal'

/** The remote may finish its proof a moment before us: its first streams wait this long for ours. */
export const PROOF_GRACE_MS = 1_000

/** Streams of strangers that may wait so at once. */
const MAX_WAITING = 64

const OPEN_TIMEOUT_MS = 5_000
const MAX_REOPENS = 6
/** How often it is tried to go over to a direct connection, and how long apart. */
const MAX_MOVES = 4
const MOVE_PAUSE_MS = 2_000

export interface GatedRegistrarInit {
  /** wire name of a protocol, for hosts that serve several rooms (default: the protocol itself) */
  wireName?(protocol: string): string
  coalesceMs?: number
  /** bytes that may wait for one slow peer (default 8 MiB) */
  maxBacklogBytes?: number
  /** ms a peer may take nothing before it is cut off (default 10,000) */
  stallMs?: number
  /** bytes a second and at once that one peer may send (defaults 4 MiB, 16 MiB) */
  bytesPerSecond?: number
  burstBytes?: number
  /** ms between two tries to go over to a direct connection (default 2,000) */
  movePauseMs?: number
  /** ms of unbroken sending beyond that rate after which a peer counts as flooding (default 10,000) */
  floodMs?: number
  /** streams to a peer go over another connection: what was written last may be lost with the old one */
  onMoved?(peer: string): void
  /** a peer that stalled or flooded */
  onOffender?(peer: string, reason: string): void
}

export interface GatedComponents {
  registrar: Registrar
  /** opens a stream for this room on a host that serves several */
  openStream? (connection: Connection, protocol: string, options?: NewStreamOptions): Promise<Stream>
  connectionManager: Pick<ConnectionManager, 'getConnections'>
  events: TypedEventTarget<Libp2pEvents>
}

/** A stream of this room's to a peer. */
export async function openStream (components: Pick<GatedComponents, 'openStream'>, connection: Connection, protocol: string, options?: NewStreamOptions): Promise<Stream> {
  // libp2p's own components throw when asked for what they do not have
  return 'openStream' in components && components.openStream != null ? components.openStream(connection, protocol, options) : connection.newStream([protocol], options)
}

/** The best open connection: direct before relayed, older before newer, the same one at both ends. */
export function bestConnection ({ connectionManager }: Pick<GatedComponents, 'connectionManager'>, peer: string): Connection | undefined {
  return connectionManager.getConnections()
    .filter(connection => connection.status === 'open' && connection.remotePeer.toString() === peer)
    .sort((a, b) => Number(a.limits != null) - Number(b.limits != null) || a.timeline.open - b.timeline.open)[0]
}

/**
 * A handler that sees proven members only. Others' streams are reset after {@link PROOF_GRACE_MS},
 * before a byte of ours has been written to them.
 */
export function memberOnly (membership: Membership, handler: StreamHandler, graceMs: number = PROOF_GRACE_MS): StreamHandler {
  let waiting = 0

  return async (stream, connection) => {
    const peer = connection.remotePeer.toString()

    if (!membership.isMember(peer)) {
      const mayWait = waiting < MAX_WAITING
      waiting++
      const member = mayWait && await membership.whenMember(peer, graceMs)
      waiting--

      if (!member) {
        stream.abort(new StrangerError('The peer has not proved membership.'))
        return
      }
    }

    await handler(stream, connection)
  }
}

/**
 * A registrar in which only proven members exist: topologies hear of a peer when it joins and when
 * it leaves, and streams are paced in both directions (see gated-stream.ts). For gossipsub, which
 * would otherwise tell its subscriptions to everyone.
 */
export class GatedRegistrar implements Registrar {
  readonly #components: GatedComponents
  readonly #membership: Membership
  readonly #init: GatedRegistrarInit
  readonly #topologies = new Map<string, { protocol: string, topology: Topology }>()
  readonly #outbound = new Map<string, { stream: CoalescingStream, connection: Connection }>()
  readonly #opening: Opening
  /** opened, and not yet taken: gossipsub opens one stream after the other, and waits for each */
  readonly #ready = new Map<string, Opened>()
  readonly #inbound = new Map<string, Set<Stream>>()
  readonly #rates = new Map<string, TokenBucket>()
  readonly #reopens = new Map<string, number>()
  #ids = 0

  constructor (components: GatedComponents, membership: Membership, init: GatedRegistrarInit = {}) {
    this.#components = components
    this.#membership = membership
    this.#init = init
    this.#opening = new Opening({
      best: peer => bestConnection(this.#components, peer),
      open: async (connection, signal) => this.#open(connection, this.#protocol, signal)
    })
  }

  /** The largest number of bytes that wait for one peer. */
  get backlog (): number {
    let most = 0

    for (const { stream } of this.#outbound.values()) {
      most = Math.max(most, stream.backlog)
    }

    return most
  }

  /** Bytes that wait for one peer; Infinity where there is no stream to it. */
  backlogOf (peer: string): number {
    return this.#outbound.get(peer)?.stream.backlog ?? Infinity
  }

  /** What waits for one peer is urgent. */
  hurry (peer: string): void {
    this.#outbound.get(peer)?.stream.hurry()
  }

  /** A peer has sent this envelope, and needs it from nobody. */
  heldBy (peer: string, envelope: Uint8Array): void {
    this.#outbound.get(peer)?.stream.heldByPeer(envelope)
  }

  getProtocols (): string[] {
    return this.#components.registrar.getProtocols()
  }

  getHandler (protocol: string): StreamHandlerRecord {
    return this.#components.registrar.getHandler(this.#wire(protocol))
  }

  getTopologies (protocol: string): Topology[] {
    return [...this.#topologies.values()].filter(entry => entry.protocol === protocol).map(entry => entry.topology)
  }

  async handle (protocol: string, handler: StreamHandler, options?: StreamHandlerOptions): Promise<void> {
    const gated = memberOnly(this.#membership, async (stream, connection) => {
      this.#track(stream, connection.remotePeer.toString())
      await handler(this.#paced(stream, protocol, connection.remotePeer.toString()), this.#gatedConnection(connection))
    })

    await this.#components.registrar.handle(this.#wire(protocol), gated, options)
  }

  async unhandle (protocol: string, options?: AbortOptions): Promise<void> {
    await this.#components.registrar.unhandle(this.#wire(protocol), options)
  }

  use (protocol: string, middleware: StreamMiddleware[]): void {
    this.#components.registrar.use(this.#wire(protocol), middleware)
  }

  unuse (protocol: string): void {
    this.#components.registrar.unuse(this.#wire(protocol))
  }

  getMiddleware (protocol: string): StreamMiddleware[] {
    return this.#components.registrar.getMiddleware(this.#wire(protocol))
  }

  async register (protocol: string, topology: Topology): Promise<string> {
    if (this.#topologies.size === 0) {
      this.#membership.addEventListener('join', this.#onJoin)
      this.#membership.addEventListener('leave', this.#onLeave)
      this.#components.events.addEventListener('connection:open', this.#onConnection)
    }

    const id = `gated-${this.#ids++}`
    this.#topologies.set(id, { protocol, topology })
    this.#membership.members().forEach(peer => { this.#connect(peer) })

    return id
  }

  unregister (id: string): void {
    this.#topologies.delete(id)

    if (this.#topologies.size === 0) {
      this.#membership.removeEventListener('join', this.#onJoin)
      this.#membership.removeEventListener('leave', this.#onLeave)
      this.#components.events.removeEventListener('connection:open', this.#onConnection)
      this.#opening.clear()
      this.#ready.forEach(({ raw }) => { raw.abort(new StrangerError('No longer needed.')) })
      this.#ready.clear()
    }
  }

  readonly #onJoin = (event: CustomEvent<{ peer: string }>): void => {
    this.#connect(event.detail.peer)
  }

  readonly #onLeave = (event: CustomEvent<{ peer: string }>): void => {
    const { peer } = event.detail
    const entry = this.#outbound.get(peer)
    const peerId = this.#peerIds.get(peer)
    const inbound = [...this.#inbound.get(peer) ?? []]

    for (const topology of this.#distinct()) {
      peerId != null && topology.onDisconnect?.(peerId)
    }

    const gone = new StrangerError('The peer is no longer a member.')
    this.#opening.cancel(peer)
    this.#ready.get(peer)?.raw.abort(gone)
    this.#ready.delete(peer)
    entry?.stream.abort(gone)
    inbound.forEach(stream => { stream.abort(gone) })
    this.#outbound.delete(peer)
    this.#inbound.delete(peer)
    this.#rates.delete(peer)
    this.#reopens.delete(peer)
    this.#peerIds.delete(peer)
  }

  readonly #peerIds = new Map<string, PeerId>()

  /** A relayed connection has become a direct one: go on over that. */
  readonly #onConnection = (event: CustomEvent<Connection>): void => {
    this.#opening.better(event.detail)
    this.#goOver(event.detail, MAX_MOVES)
  }

  #goOver (connection: Connection, tries: number): void {
    const entry = this.#outbound.get(connection.remotePeer.toString())

    if (entry == null || entry.connection.limits == null || connection.limits != null || connection.status !== 'open') {
      return
    }

    this.#open(connection, entry.stream.protocol)
      .then(raw => {
        if (this.#outbound.get(connection.remotePeer.toString()) !== entry) {
          raw.abort(new StrangerError('The peer left.'))
          return
        }

        entry.connection = connection
        entry.stream.moveTo(raw)
        this.#watch(raw, connection.remotePeer)
        this.#init.onMoved?.(connection.remotePeer.toString())
      })
      .catch(async () => {
        // a busy peer answers late; what stays with a relay ends with it
        if (tries > 1) {
          await delay(this.#init.movePauseMs ?? MOVE_PAUSE_MS)
          this.#goOver(connection, tries - 1)
        }
      })
      .catch(() => {})
  }

  #wire (protocol: string): string {
    return this.#init.wireName?.(protocol) ?? protocol
  }

  #distinct (): Set<Topology> {
    return new Set([...this.#topologies.values()].map(entry => entry.topology))
  }

  get #protocol (): string {
    return [...this.#topologies.values()][0]?.protocol ?? ''
  }

  /** Topologies hear of a peer when there is a stream to it. */
  #connect (peer: string): void {
    if (this.#outbound.has(peer) || this.#ready.has(peer)) {
      this.#tell(peer)
    } else if (!this.#opening.has(peer)) {
      this.#opening.open(peer).then(opened => {
        this.#ready.set(peer, opened)
        this.#tell(peer)
      }).catch(() => { this.#again(peer) })
    }
  }

  #tell (peer: string): void {
    const connection = bestConnection(this.#components, peer)

    if (connection == null) {
      return
    }

    this.#peerIds.set(peer, connection.remotePeer)

    for (const topology of this.#distinct()) {
      topology.onConnect?.(connection.remotePeer, this.#gatedConnection(connection))
    }
  }

  #gatedConnection (connection: Connection): Connection {
    const peer = connection.remotePeer.toString()
    this.#peerIds.set(peer, connection.remotePeer)
    const gated = {
      id: connection.id,
      remotePeer: connection.remotePeer,
      remoteAddr: connection.remoteAddr,
      direction: connection.direction,
      limits: connection.limits,
      get status () {
        return connection.status
      },
      newStream: async (protocols: string | string[]): Promise<Stream> => {
        const protocol = Array.isArray(protocols) ? protocols[0] : protocols
        const { raw, connection: best } = this.#take(peer) ?? await this.#openNow(peer)
        const stream = new CoalescingStream(raw, protocol, {
          coalesceMs: this.#init.coalesceMs ?? COALESCE_MS,
          maxBacklogBytes: this.#init.maxBacklogBytes ?? 8 * 1024 * 1024,
          stallMs: this.#init.stallMs ?? 10_000,
          onStall: err => { this.#init.onOffender?.(peer, `stalled: ${err.message}`) }
        })
        this.#outbound.set(peer, { stream, connection: best })
        this.#watch(raw, connection.remotePeer)
        // the direct one may have come while this was being opened
        this.#goOver(bestConnection(this.#components, peer) ?? best, MAX_MOVES)

        // gossipsub uses these methods of a stream and no others
        return stream as unknown as Stream
      }
    }

    return gated as unknown as Connection
  }

  /** What was opened ahead, if it still holds. */
  #take (peer: string): Opened | undefined {
    const ready = this.#ready.get(peer)
    this.#ready.delete(peer)
    return ready?.raw.status === 'open' ? ready : undefined
  }

  /** Asked for where nothing was opened ahead. One stream is enough: what is being opened already is told of when it is. */
  async #openNow (peer: string): Promise<Opened> {
    if (this.#opening.has(peer)) {
      throw new NotOpenedError('The stream is being opened already.')
    }
    return this.#opening.open(peer)
  }

  async #open (connection: Connection, protocol: string, signal?: AbortSignal): Promise<Stream> {
    // a peer that does not answer must not hold up the rest
    const signals = [AbortSignal.timeout(OPEN_TIMEOUT_MS), ...(signal == null ? [] : [signal])]
    return openStream(this.#components, connection, this.#wire(protocol), { signal: AbortSignal.any(signals), runOnLimitedConnection: true })
  }

  /** Gossipsub does not reopen a stream while its peer stays connected: tell it that the peer is there. */
  #watch (raw: Stream, peerId: PeerId): void {
    const peer = peerId.toString()
    const opened = Date.now()

    raw.addEventListener('close', () => {
      if (this.#outbound.get(peer)?.stream.raw !== raw) {
        return
      }

      this.#outbound.delete(peer)
      Date.now() - opened > 60_000 && this.#reopens.delete(peer)
      this.#again(peer)
    }, { once: true })
  }

  /** Tries again, ever later, while the peer is a member. */
  #again (peer: string): void {
    const tries = this.#reopens.get(peer) ?? 0

    if (tries < MAX_REOPENS && this.#membership.isMember(peer)) {
      this.#reopens.set(peer, tries + 1)
      delay(100 * 2 ** tries).then(() => {
        if (this.#topologies.size > 0 && this.#membership.isMember(peer) && !this.#outbound.has(peer)) {
          this.#connect(peer)
        }
      }, () => {})
    }
  }

  #track (stream: Stream, peer: string): void {
    const streams = this.#inbound.get(peer) ?? new Set()
    this.#inbound.set(peer, streams)
    streams.add(stream)
    stream.addEventListener('close', () => {
      streams.delete(stream)
    }, { once: true })
  }

  #paced (stream: Stream, protocol: string, peer: string): Stream {
    let rate = this.#rates.get(peer)

    if (rate == null) {
      rate = new TokenBucket({
        capacity: this.#init.burstBytes ?? 16 * 1024 * 1024,
        perSecond: this.#init.bytesPerSecond ?? 4 * 1024 * 1024
      })
      this.#rates.set(peer, rate)
    }

    const reader = new PacedReader(stream, protocol, {
      rate,
      onHeldBack: ms => {
        ms > (this.#init.floodMs ?? 10_000) && this.#init.onOffender?.(peer, 'flood')
      }
    })

    return reader as unknown as Stream
  }
}

export function gatedRegistrar (components: GatedComponents, membership: Membership, init?: GatedRegistrarInit): GatedRegistrar {
  return new GatedRegistrar(components, membership, init)
}
