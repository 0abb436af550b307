import { peerIdFromString } from '@libp2p/peer-id'
import { TypedEventEmitter } from 'main-event'
import { asksNeighbours, isLoopbackAddress } from './addresses.ts'
import { carrierOf } from './carriers/carriers.ts'
import { DirectWay } from './direct-way.ts'
import { memberOnly } from './gated-registrar.ts'
import { BoundedMap, BoundedSet } from './limits.ts'
import { PeerExchange } from './peer-exchange.ts'
import { bootstrapOf } from './rendezvous/dht.ts'
import { MemberDialer, withPeer } from './rendezvous/dialer.ts'
import { Infrastructure, peerOf } from './rendezvous/infrastructure.ts'
import { ProviderRecords } from './rendezvous/provider-records.ts'
import { SealedRecords } from './rendezvous/sealed-records.ts'
import { Seeker } from './rendezvous/seeker.ts'
import type { Announcement, Compartment, CompartmentEvents, CompartmentInit, ConnectionInfo, EpochEntry } from './compartment-api.ts'
import type { Gossip } from './gossip.ts'
import type { Liveness } from './liveness.ts'
import type { Membership } from './membership.ts'
import type { Rendezvous } from './rendezvous/rendezvous.ts'
import type { RoomServices } from './room-services.ts'
import type { HostLease } from './shared-host.ts'
import type { Stem } from './stem.ts'
import type { AbortOptions, Connection, Libp2p, PeerId, Stream } from '@libp2p/interface'
import type { KadDHT } from '@libp2p/kad-dht'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Thrown when a stream is asked for to somebody who is not a connected member. */
export class NotConnectedError extends Error {
  static name = 'NotConnectedError'
  name = 'NotConnectedError'
}

/** A stranger has so long to prove that it is a member. */
export const STRANGER_TIMEOUT_MS = 10_000
/** Streams of one protocol that one member may have open with us. */
export const MAX_MEMBER_STREAMS = 32
const BAN_MS = 3_600_000
/** How often open streams are counted. */
const SWEEP_MS = 2_000
/** A member's stream may arrive a moment before its proof is read. */
export const PROOF_GRACE_MS = 1_000
const MEMBER_VALUE = 100
/** Neighbours keep an mDNS answer so long. */
const MDNS_LIFETIME_MS = 120_000
/** Members ask each other again whom they know at this interval. */
const EXCHANGE_MS = 60_000

interface HostServices {
  liveness: Liveness
  room?: RoomServices
  ownDht?: KadDHT
  aminoDht?: KadDHT
}

/** One room's life on a host. Made by {@link compartmentsOf}. */
export class RoomCompartment extends TypedEventEmitter<CompartmentEvents> implements Compartment {
  readonly #init: CompartmentInit
  readonly #libp2p: Libp2p<any>
  readonly #lease: HostLease
  readonly #services: RoomServices
  readonly #membership: Membership
  readonly #gossip: Gossip
  readonly #stem: Stem
  readonly #rendezvous: Rendezvous[] = []
  readonly #dialer: MemberDialer
  readonly #infrastructure: Infrastructure
  readonly #seekers: Seeker[]
  readonly #exchange: PeerExchange
  readonly #directWay: DirectWay
  readonly #stopped = new AbortController()
  readonly #met = new BoundedSet<string>({ max: 256, ttl: 2_000 })
  readonly #banned: BoundedMap<string, number>
  readonly #dhts: KadDHT[]
  readonly #timers = new Set<ReturnType<typeof setTimeout>>()
  readonly #handlers = new Map<string, (stream: Stream, peer: string) => void | Promise<void>>()
  readonly #served = new Set<string>()
  #epoch?: number
  #running = false

  constructor (init: CompartmentInit, lease: HostLease, banned: BoundedMap<string, number>) {
    super()
    this.#init = init
    const { libp2p } = lease
    this.#lease = lease
    this.#libp2p = libp2p
    this.#banned = banned
    const services = libp2p.services as HostServices
    this.#services = lease.services
    this.#membership = lease.services.membership
    this.#gossip = lease.services.gossip
    this.#stem = lease.services.stem
    lease.services.onOffender = (peer, reason) => { this.ban(peer, reason) }
    this.#dhts = [services.ownDht, services.aminoDht].filter(dht => dht != null)
    const log = (message: string): void => { init.network.log?.('debug', message) }
    const self = libp2p.peerId.toString()
    const rendezvous = { epochs: init.epochs, self, addresses: () => this.#announced() }
    if (services.ownDht != null) {
      this.#rendezvous.push(new SealedRecords(services.ownDht, rendezvous))
    }
    if (services.aminoDht != null) {
      this.#rendezvous.push(new ProviderRecords(services.aminoDht, rendezvous))
    }
    this.#dialer = new MemberDialer({ libp2p, members: () => this.members().length, connected: peer => { this.#meetHere(peer) }, log })
    this.#infrastructure = lease.infrastructure ?? new Infrastructure({ libp2p, addresses: bootstrapOf(init.network), log })
    // one for each DHT: a look-up that takes long in one must not keep the other waiting
    this.#seekers = this.#rendezvous.map((each, i) => new Seeker({ rendezvous: each, members: () => this.members().length, ready: () => (this.#dhts[i] as any).routingTable?.size > 0, log }))
    this.#directWay = new DirectWay(libp2p, log)
    this.#exchange = new PeerExchange({
      self,
      addresses: () => this.#announced(),
      members: () => this.members(),
      open: async peer => this.open(peer, 'peers'),
      onFound: host => { this.#dialer.add(host) },
      onContact: host => {
        this.#directWay.consider(host, this.#stopped.signal)
        this.safeDispatchEvent('contact', { detail: { peer: host.peer, addresses: host.addresses.map(a => withPeer(a, host.peer)) } })
      },
      log
    })
    this.#epoch = init.epochs.find(entry => entry.current)?.epoch
  }

  #seek (announce: boolean): void { this.#seekers.forEach(seeker => { seeker.refresh(announce) }) }

  get peerId (): string { return this.#libp2p.peerId.toString() }
  addresses (): Multiaddr[] { return this.#libp2p.getMultiaddrs() }
  members (): string[] { return this.#membership.members() }
  announcements (): Announcement[] {
    return [
      ...this.#rendezvous.flatMap(each => each.announcements()),
      ...(asksNeighbours(this.#init.network) ? [{ where: 'mdns' as const, key: '', sealed: false, until: Date.now() + MDNS_LIFETIME_MS }] : [])
    ]
  }

  /** What members are told: loopback only when there is nothing else, or a private network of this machine is meant. */
  #announced (): Multiaddr[] {
    const all = this.addresses()
    const { listen, bootstrap } = this.#init.network
    if ([...listen ?? [], ...bootstrap ?? []].some(isLoopbackAddress)) {
      return all
    }
    const elsewhere = all.filter(address => !isLoopbackAddress(address))
    return elsewhere.length > 0 ? elsewhere : all
  }

  async start (): Promise<void> {
    if (this.#running) {
      return
    }
    this.#running = true
    this.#membership.addEventListener('join', event => { this.#joined(event.detail.peer) })
    this.#membership.addEventListener('leave', event => {
      this.safeDispatchEvent('member:leave', { detail: event.detail })
      this.#seek(false)
    })
    this.#gossip.addEventListener('heard', event => { this.safeDispatchEvent('heard', { detail: event.detail }) })
    // a shared host goes on when this room is left
    const { signal } = this.#stopped
    this.#libp2p.addEventListener('connection:open', event => { this.#opened(event.detail) }, { signal })
    this.#libp2p.addEventListener('connection:close', event => {
      this.#changed(event.detail)
      const peer = event.detail.remotePeer.toString()
      this.#infrastructure.lost(peer)
      if (this.#libp2p.getConnections(event.detail.remotePeer).length === 0) {
        this.#dialer.lost(peer)
      }
    }, { signal })
    this.#libp2p.addEventListener('peer:identify', event => { this.#identified(event.detail.peerId, event.detail.protocols) }, { signal })
    this.#libp2p.addEventListener('self:peer:update', () => {
      this.safeDispatchEvent('address:change', { detail: {} })
      this.#seek(true)
    }, { signal })
    // only where mDNS may ask the local network
    this.#libp2p.addEventListener('peer:discovery', event => {
      if (this.#init.network.profile === 'lan') {
        this.#dialer.add({ peer: event.detail.id.toString(), addresses: event.detail.multiaddrs })
      }
    }, { signal })
    for (const each of this.#rendezvous) {
      each.addEventListener('found', event => { this.#dialer.add(event.detail) })
    }
    this.handle('peers', async (stream, peer) => this.#exchange.answer(stream, peer))
    await this.#lease.start()
    await Promise.all([...this.#handlers.keys()].map(async name => this.#serve(name)))
    for (const address of this.#init.contacts) {
      const peer = peerOf(address)
      if (peer != null) {
        this.#dialer.add({ peer, addresses: [address] }, true)
      }
    }
    this.#infrastructure.start()
    this.#seekers.forEach(seeker => { seeker.start() })
    if (this.#lease.infrastructure != null) {
      this.#catchUp()
    }
    this.#exchangeLater()
    this.#sweepLater()
  }

  #identified (peer: PeerId, protocols: string[]): void {
    const serving = this.#dhts.filter(dht => protocols.includes((dht as any).protocol))
    if (serving.length > 0) {
      // kad-dht passes over a server whose addresses it has not heard yet, and does not come back to it
      serving.forEach(dht => { (dht as any).routingTable.add(peer).catch(() => {}) })
      this.#infrastructure.serves(peer.toString())
      this.#later(50, () => { this.#seek(false) })
    }
  }

  /** Who was connected before this room had the host. */
  #catchUp (): void {
    for (const connection of this.#libp2p.getConnections()) {
      this.#leaveStranger(connection)
      this.#libp2p.peerStore.get(connection.remotePeer).then(({ protocols }) => { this.#identified(connection.remotePeer, protocols) }, () => {})
    }
  }

  #sweepLater (): void {
    this.#later(SWEEP_MS, () => {
      const open = new Map<string, number>()
      for (const connection of this.#libp2p.getConnections()) {
        const peer = connection.remotePeer.toString()
        open.set(peer, (open.get(peer) ?? 0) + connection.streams.length)
      }
      open.forEach((streams, peer) => { this.#services.conduct.holds(peer, streams) })
      this.#sweepLater()
    })
  }

  /** On a shared host somebody of this room may be connected for another one: ask, as if we had dialled. */
  #meetHere (peer: string): void {
    const [connection] = this.#connectionsTo(peer)
    if (this.#lease.shared && connection != null && !this.#membership.isMember(peer) && this.#met.add(peer)) {
      this.#membership.prove(connection, { signal: this.#stopped.signal }).catch(() => {})
    }
  }

  #exchangeLater (): void {
    this.#later(EXCHANGE_MS * (0.75 + Math.random() / 2), () => {
      const members = this.members()
      if (members.length > 0) {
        this.#exchange.ask(members[Math.floor(Math.random() * members.length)]).catch(() => {})
      }
      this.#exchangeLater()
    })
  }

  #joined (peer: string): void {
    this.safeDispatchEvent('member:join', { detail: { peer } })
    this.#libp2p.peerStore.merge(peerIdFromString(peer), { tags: { 'undertone-member': { value: MEMBER_VALUE } } }).catch(() => {})
    // who dialled asks; the answer tells both
    const connection = this.#connectionsTo(peer)[0]
    if (connection?.direction === 'outbound') {
      this.#exchange.ask(peer).catch(() => {})
    }
  }

  #connectionsTo (peer: string): Connection[] {
    return this.#libp2p.getConnections(peerIdFromString(peer)).filter(connection => connection.status === 'open')
      .sort((a, b) => Number(a.limits != null) - Number(b.limits != null))
  }

  #opened (connection: Connection): void {
    this.#changed(connection)
    this.#leaveStranger(connection)
  }

  #leaveStranger (connection: Connection): void {
    const peer = connection.remotePeer.toString()
    this.#later(this.#init.strangerTimeoutMs ?? STRANGER_TIMEOUT_MS, () => {
      // infrastructure is what we dialled for its services; nobody else has business here
      const serves = connection.direction === 'outbound' && this.#infrastructure.has(peer)
      if (connection.status !== 'open' || this.#membership.isMember(peer) || serves || this.#lease.isNeeded(peer)) {
        return
      }
      if (connection.direction === 'outbound' && this.#relaysForUs(peer)) {
        this.#leaveStranger(connection)
        return
      }
      this.#dialer.forget(peer)
      connection.close().catch(() => {})
    })
  }

  /** Somebody is reached through it, or we are. */
  #relaysForUs (peer: string): boolean {
    const via = `/p2p/${peer}/p2p-circuit`
    return [...this.addresses(), ...this.#libp2p.getConnections().map(connection => connection.remoteAddr)].some(address => address.toString().includes(via))
  }

  #changed (connection: Connection): void {
    this.safeDispatchEvent('connection:change', { detail: { peer: connection.remotePeer.toString() } })
  }

  connections (): ConnectionInfo[] {
    const proxied = this.#init.network.proxy != null || this.#init.network.profile === 'tor'
    const ours = (peer: string): boolean => this.#membership.isMember(peer) || !this.#lease.isNeeded(peer)
    return this.#libp2p.getConnections().filter(connection => ours(connection.remotePeer.toString())).map(connection => ({
      peer: connection.remotePeer.toString(),
      carrier: carrierOf(connection.remoteAddr, proxied),
      limited: connection.limits != null,
      member: this.#membership.isMember(connection.remotePeer.toString()),
      direction: connection.direction,
      address: connection.remoteAddr.toString()
    }))
  }

  setEpochs (epochs: EpochEntry[]): void {
    this.#lease.setEpochs(epochs)
    this.#membership.setEpochs(epochs)
    this.#gossip.setEpochs(epochs)
    this.#stem.setEpochs(epochs)
    this.#rendezvous.forEach(each => { each.setEpochs(epochs) })
    const current = epochs.find(entry => entry.current)?.epoch
    if (current !== this.#epoch) {
      this.#epoch = current
      this.#seek(true)
    }
  }

  async publish (envelope: Uint8Array, options: AbortOptions & { epoch?: number, stem?: boolean } = {}): Promise<{ peers: number }> {
    const via = options.stem === false ? undefined : (bytes: Uint8Array, epoch: number) => this.#stem.take(bytes, epoch)
    return this.#gossip.publish(envelope, { signal: options.signal, epoch: options.epoch, via })
  }

  #protocol (name: string): string { return `/undertone/${name}/1.0.0` }

  handle (name: string, handler: (stream: Stream, peer: string) => void | Promise<void>): void {
    this.#handlers.set(name, handler)
    if (this.#libp2p.status === 'started') {
      this.#serve(name).catch(error => { this.#init.network.log?.('error', `serving ${name}: ${String(error)}`) })
    }
  }

  async #serve (name: string): Promise<void> {
    if (this.#served.has(name)) {
      return
    }
    this.#served.add(name)
    const { registrar, conduct } = this.#services
    await registrar.handle(this.#protocol(name), memberOnly(this.#membership, async (stream, connection) => {
      const peer = connection.remotePeer.toString()
      try {
        await this.#handlers.get(name)?.(stream, peer)
      } catch (error) {
        conduct.failed(peer, error)
        stream.abort(error as Error)
      }
    }), { maxInboundStreams: MAX_MEMBER_STREAMS, maxOutboundStreams: MAX_MEMBER_STREAMS, runOnLimitedConnection: true })
  }

  async open (peer: string, name: string, options: AbortOptions = {}): Promise<Stream> {
    const [connection] = this.#membership.isMember(peer) ? this.#connectionsTo(peer) : []
    if (connection == null) {
      throw new NotConnectedError('This member is not connected now. Try again when it is here.')
    }
    return this.#lease.open(connection, this.#protocol(name), { ...options, runOnLimitedConnection: true, maxOutboundStreams: MAX_MEMBER_STREAMS })
  }

  ban (peer: string, reason: string, forMs = BAN_MS): void {
    this.#init.network.log?.('info', `dropped ${peer} for ${Math.round(forMs / 1000)} s: ${reason}`)
    this.#banned.set(peer, performance.now() + forMs)
    this.#dialer.forget(peer)
    this.#libp2p.hangUp(peerIdFromString(peer)).catch(() => {})
  }

  refresh (): void {
    const { liveness } = this.#libp2p.services as HostServices
    liveness.woken()
    this.#infrastructure.refresh()
    this.#dialer.refresh()
    this.#seek(true)
  }

  #later (ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      if (this.#running) {
        act()
      }
    }, ms)
    this.#timers.add(timer)
  }

  async stop (): Promise<void> {
    this.#running = false
    this.#stopped.abort()
    this.#timers.forEach(timer => { clearTimeout(timer) })
    this.#seekers.forEach(seeker => { seeker.stop() })
    this.#dialer.stop()
    this.#infrastructure.stop()
    await this.#lease.stop()
  }
}
