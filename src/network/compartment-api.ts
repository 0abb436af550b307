import type { EpochKeys } from '../crypto/index.ts'
import type { HostCertificate } from '../crypto/relay-certificate.ts'
import type { AbortOptions, Startable, Stream, TypedEventTarget } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** One epoch a compartment serves now. The engine pushes a new window before a boundary. */
export interface EpochEntry {
  epoch: number
  keys: EpochKeys
  /** exactly one entry is current: what is said now is sealed under it */
  current: boolean
}

export type Profile = 'public' | 'private' | 'lan' | 'tor'
export type DhtMode = 'own' | 'amino' | 'off'

/** How bytes leave the machine. Shared by all compartments of an engine. */
export interface NetworkInit {
  profile: Profile
  dht: DhtMode
  /** when given (even empty), nothing else is contacted */
  bootstrap?: Multiaddr[]
  /** when given (even empty), nothing else is opened; a fixed port that is taken falls back to port 0 of the same address */
  listen?: Multiaddr[]
  /** told to others besides what is opened, by the host that has the fixed ports of `listen`: a TLS proxy or a router leads from there to here */
  announce?: Multiaddr[]
  /** for `/tls/ws` in `listen`: a certificate that browsers trust, and its key (PEM) */
  tls?: { cert: string, key: string }
  /** for `/webrtc-direct` in `listen`, instead of one that is made anew at each start and every fortnight */
  certificate?: HostCertificate
  /** ports to open where any would do, by carrier (see portsOf): where others were told to find this host */
  ports?: Record<string, number>
  /** `socks5://host:port`; every compartment uses its own SOCKS credentials */
  proxy?: string
  /** most connections of one compartment (default 32) */
  maxConnections?: number
  /** serve one libp2p host to all rooms (less memory, less privacy) */
  sharedHost?: boolean
  /** STUN servers for WebRTC; none when left out */
  stun?: string[]
  /** Dandelion++ stem before gossip (default true) */
  stem?: boolean
  log?(level: 'error' | 'warn' | 'info' | 'debug', message: string): void
}

export type Validity = 'accept' | 'ignore' | 'reject'

export interface EnvelopeContext {
  epoch: number
  /** who brought it */
  peer: string
  /** called as soon as it is certain to be accepted, before anybody here is told of it: others wait for what we pass on */
  onward? (): void
}

export interface CompartmentInit {
  network: NetworkInit
  epochs: EpochEntry[]
  /** addresses from the invite and from the cache of peers met; dialled besides the DHT */
  contacts: Multiaddr[]
  /**
   * The room's judgement of an envelope, called at most once per envelope while it is remembered,
   * with bounded concurrency. 'reject' penalises the forwarder, 'ignore' does not.
   */
  validate (envelope: Uint8Array, context: EnvelopeContext): Validity | Promise<Validity>
  /** take part in rendezvous over the DHT (false: invite and cache only) */
  dht?: boolean
  /** ms within which whoever connects must prove that it is a member (default 10,000) */
  strangerTimeoutMs?: number
}

export interface ConnectionInfo {
  peer: string
  /** 'tcp' | 'ws' | 'wss' | 'webrtc' | 'webrtc-direct' | 'relay' | 'tor' | 'memory' */
  carrier: string
  /** relayed, with limits on bytes and time */
  limited: boolean
  /** proved membership of this room */
  member: boolean
  direction: 'inbound' | 'outbound'
  address: string
}

/** What a compartment tells the network at large, for the privacy ledger. */
export interface Announcement {
  where: 'dht-own' | 'dht-amino' | 'mdns' | 'relay'
  /** opaque key as its servers see it, hex */
  key: string
  /** true when the record's content is sealed to members */
  sealed: boolean
  until: number
}

export interface CompartmentEvents {
  /** a peer proved membership and can be sent gossip and member streams */
  'member:join': CustomEvent<{ peer: string }>
  'member:leave': CustomEvent<{ peer: string }>
  'connection:change': CustomEvent<{ peer: string }>
  /** another member acknowledged or repeated an envelope we published; hex SHA-256 of the envelope */
  heard: CustomEvent<{ envelope: string }>
  /** addresses of a proven member worth remembering */
  contact: CustomEvent<{ peer: string, addresses: Multiaddr[] }>
  'address:change': CustomEvent<{}>
}

/** The network side of one room: host, carriers, rendezvous, membership, gossip. */
export interface Compartment extends Startable, TypedEventTarget<CompartmentEvents> {
  /** disposable transport peer ID */
  readonly peerId: string
  addresses (): Multiaddr[]
  connections (): ConnectionInfo[]
  /** transport peer IDs that proved membership and are connected now */
  members (): string[]
  announcements (): Announcement[]
  setEpochs (epochs: EpochEntry[]): void
  /**
   * Stem, then gossip. Resolves when the envelope has been handed to the network; waits (bounded
   * window of unacknowledged envelopes) when members cannot keep up. With no member connected it
   * resolves to `{ peers: 0 }` and the caller keeps the message for sync.
   */
  publish (envelope: Uint8Array, options?: AbortOptions & { epoch?: number, stem?: boolean }): Promise<{ peers: number }>
  /** serve a protocol to proven members only; the name becomes `/undertone/<name>/1.0.0` */
  handle (name: string, handler: (stream: Stream, peer: string) => void | Promise<void>): void
  /** open a stream to a proven member */
  open (peer: string, name: string, options?: AbortOptions): Promise<Stream>
  /** drop a peer that broke the rules; it is not redialled or accepted for `forMs` */
  ban (peer: string, reason: string, forMs?: number): void
  /** look for members again now (after sleep, network change, or when the person asks) */
  refresh (): void
}
