import { circuitRelayServer } from '@libp2p/circuit-relay-v2'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { relayCertificate } from '../crypto/relay-certificate.ts'
import { createHost } from './host.ts'
import { aminoDht, bootstrapOf, ownDht } from './rendezvous/dht.ts'
import { Infrastructure } from './rendezvous/infrastructure.ts'
import type { NetworkInit } from './compartment-api.ts'
import type { Libp2p, Startable } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** What a volunteer gives, at most. */
export const RELAY_LIMITS = Object.freeze({
  reservations: 256,
  /** per reservation, both directions */
  bytes: 16n * 1024n * 1024n,
  /** ms one relayed connection lasts: enough to find a direct way, or to talk for a while */
  durationMs: 600_000,
  connections: 1_024
})

export interface RelayInit extends NetworkInit {
  /** 32 bytes; keeps the relay's peer ID and certificate, so that addresses in invites stay good */
  seed?: Uint8Array
}

/** A volunteer's node: relay and DHT server. It sees ciphertext and transport peer IDs. */
export interface Relay extends Startable {
  readonly peerId: string
  /** with the peer ID, ready to be somebody's `--bootstrap` */
  addresses (): Multiaddr[]
  connections (): number
}

class RelayNode implements Relay {
  readonly #libp2p: Libp2p
  readonly #infrastructure: Infrastructure

  constructor (libp2p: Libp2p, init: RelayInit) {
    this.#libp2p = libp2p
    this.#infrastructure = new Infrastructure({ libp2p, addresses: bootstrapOf(init), log: message => { init.log?.('debug', message) } })
  }

  get peerId (): string { return this.#libp2p.peerId.toString() }
  addresses (): Multiaddr[] { return this.#libp2p.getMultiaddrs().filter(address => !address.toString().includes('/p2p-circuit')) }
  connections (): number { return this.#libp2p.getConnections().length }

  async start (): Promise<void> {
    await this.#libp2p.start()
    this.#infrastructure.start()
  }

  async stop (): Promise<void> {
    this.#infrastructure.stop()
    await this.#libp2p.stop()
  }
}

/**
 * A relay, not yet started. It serves our own DHT always, and the IPFS DHT when it is to be part of
 * that or of a private network of its kind.
 */
export async function createRelay (init: RelayInit): Promise<Relay> {
  const amino = init.dht === 'amino' || init.bootstrap != null || init.listen != null
  const seed = init.seed ?? globalThis.crypto.getRandomValues(new Uint8Array(32))
  const libp2p = await createHost<any>({
    network: { ...init, certificate: relayCertificate(seed) },
    privateKey: await generateKeyPairFromSeed('Ed25519', seed),
    maxConnections: RELAY_LIMITS.connections,
    listen: init.listen?.map(String) ?? ['/ip4/0.0.0.0/tcp/0', '/ip4/0.0.0.0/tcp/0/ws', '/ip4/0.0.0.0/udp/0/webrtc-direct'],
    services: {
      relay: circuitRelayServer({
        maxInboundHopStreams: 128,
        maxOutboundStopStreams: 1_024,
        reservations: {
          maxReservations: RELAY_LIMITS.reservations,
          defaultDurationLimit: RELAY_LIMITS.durationMs,
          defaultDataLimit: RELAY_LIMITS.bytes
        }
      }),
      ownDht: ownDht(true),
      ...(amino ? { aminoDht: aminoDht(init, true) } : {})
    }
  })
  return new RelayNode(libp2p, init)
}
