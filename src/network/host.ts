import { circuitRelayServer } from '@libp2p/circuit-relay-v2'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { createLibp2p } from 'libp2p'
import { createCarriers } from './carriers/index.ts'
import { encryption } from './encryption.ts'
import { liveness } from './liveness.ts'
import { muxer } from './muxer.ts'
import type { NetworkInit } from './compartment-api.ts'
import type { Libp2p, PeerId, PrivateKey, ServiceMap } from '@libp2p/interface'

/** Every node says the same of itself: not its version, not its browser. */
const AGENT = 'undertone/1'
export const MAX_CONNECTIONS = 32

export interface HostInit<T extends ServiceMap> {
  network: NetworkInit
  services: { [name in keyof T]: (components: any) => T[name] }
  /** default: a fresh one */
  privateKey?: PrivateKey
  maxConnections?: number
  /** neither dialled nor accepted */
  isBanned? (peer: PeerId): boolean
  /** take a port of one's own, for those who must be found again there */
  listen?: string[]
  /** the host of a room: who is a member, answered within so long (default 2,000 ms). It relays for these alone, and gives its addresses to nobody else */
  isMember? (peer: string, withinMs?: number): Promise<boolean>
}

/** What a member's host relays for other members, at most: enough to meet and to talk while there is no direct way. */
export const MEMBER_RELAY_LIMITS = Object.freeze({ reservations: 12, bytes: 4n * 1024n * 1024n, durationMs: 300_000 })

function memberRelay (): (components: any) => unknown {
  return circuitRelayServer({
    maxInboundHopStreams: 32,
    maxOutboundStopStreams: 64,
    reservations: {
      maxReservations: MEMBER_RELAY_LIMITS.reservations,
      defaultDurationLimit: MEMBER_RELAY_LIMITS.durationMs,
      defaultDataLimit: MEMBER_RELAY_LIMITS.bytes
    }
  })
}

/**
 * Identify, for the hosts of rooms: whoever connects is told the protocols, and no address. Members tell
 * each other theirs after their proof; ours may name the member that relays for us, or a local network.
 */
function quietIdentify (): (components: any) => unknown {
  return components => {
    const addressManager = { getAddresses: () => [], addObservedAddr: (address: any) => components.addressManager.addObservedAddr(address) }
    return identify({ runOnConnectionOpen: true })(new Proxy(components, { get: (from, name) => name === 'addressManager' ? addressManager : from[name] }))
  }
}

/** A libp2p node, not yet started, that gives nobody more than its addresses and a disposable peer ID. */
export async function createHost<T extends ServiceMap> (init: HostInit<T>): Promise<Libp2p<T>> {
  const { network } = init
  const privateKey = init.privateKey ?? await generateKeyPair('Ed25519')
  const carriers = createCarriers(network, privateKey.publicKey.toString().slice(-16), init.isMember)
  const maxConnections = init.maxConnections ?? network.maxConnections ?? MAX_CONNECTIONS
  const isBanned = init.isBanned ?? (() => false)
  const { isMember } = init
  return createLibp2p<T>({
    start: false,
    privateKey,
    nodeInfo: { name: 'undertone', version: '1', userAgent: AGENT },
    addresses: {
      listen: init.listen ?? [...carriers.listen, ...(carriers.relayed ? ['/p2p-circuit'] : [])],
      appendAnnounce: carriers.announce,
      announceFilter: carriers.told
    },
    transports: carriers.transports,
    connectionEncrypters: [encryption()],
    streamMuxers: [muxer()],
    peerDiscovery: carriers.discovery,
    connectionGater: {
      // rooms on a LAN or on one machine are as good as others
      denyDialMultiaddr: () => false,
      denyDialPeer: isBanned,
      denyInboundEncryptedConnection: isBanned,
      denyOutboundEncryptedConnection: isBanned,
      ...(isMember == null
        ? {}
        : {
            denyInboundRelayReservation: async peer => !await isMember(peer.toString()),
            denyOutboundRelayedConnection: async peer => !await isMember(peer.toString())
          })
    },
    connectionManager: {
      maxConnections,
      // many honest people share one address
      inboundConnectionThreshold: Math.max(100, maxConnections),
      maxIncomingPendingConnections: 100,
      dialTimeout: 10_000,
      ...(carriers.resolves ? {} : { resolvers: {} })
    },
    // its ping closes connections of a busy process, which are the healthy ones (measured); ours has more patience
    connectionMonitor: { enabled: false },
    transportManager: { faultTolerance: 1 },
    services: {
      identify: isMember == null ? identify({ runOnConnectionOpen: true }) : quietIdentify(),
      ping: ping(),
      liveness: liveness(),
      ...(isMember != null && carriers.relays ? { memberRelay: memberRelay() } : {}),
      ...init.services
    } as any
  })
}
