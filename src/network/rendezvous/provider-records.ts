import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import * as Digest from 'multiformats/hashes/digest'
import { toString } from 'uint8arrays'
import { sha256 } from '../../crypto/index.ts'
import { DhtRendezvous } from './dht-rendezvous.ts'
import type { RendezvousInit } from './rendezvous.ts'
import type { EpochKeys } from '../../crypto/index.ts'
import type { AbortOptions } from '@libp2p/interface'
import type { KadDHT } from '@libp2p/kad-dht'

/** Servers of the IPFS DHT keep provider records for 48 hours (libp2p kad-dht specification). */
const PROVIDER_LIFETIME_MS = 48 * 3_600_000
/** Longest one look-up or announcement may take. */
const QUERY_TIMEOUT_MS = 30_000
const SHA2_256 = 0x12

/**
 * Rendezvous over the public IPFS DHT (Amino): members provide a CID derived from the epoch's
 * rendezvous key. Servers can read the addresses of who provides it, not what it stands for.
 */
export class ProviderRecords extends DhtRendezvous {
  constructor (dht: KadDHT, init: RendezvousInit) {
    super(dht, init, QUERY_TIMEOUT_MS)
  }

  async announce (options: AbortOptions = {}): Promise<void> {
    const entry = this.current
    if (entry == null || this.init.addresses().length === 0) {
      return
    }
    const cid = cidOf(entry.keys)
    for await (const event of this.dht.provide(cid, { signal: this.limited(options) })) {
      void event
    }
    // it would be provided again and again after its epoch
    await this.dht.cancelReprovide(cid)
    this.announced({ where: 'dht-amino', key: toString(cid.multihash.digest, 'hex'), sealed: false, until: this.now() + PROVIDER_LIFETIME_MS })
  }

  async find (options: AbortOptions = {}): Promise<void> {
    await Promise.allSettled(this.near().map(async ({ keys }) => {
      for await (const event of this.dht.findProviders(cidOf(keys), { signal: this.limited(options) })) {
        if (event.name !== 'PROVIDER' && event.name !== 'PEER_RESPONSE') {
          continue
        }
        for (const provider of event.providers) {
          const peer = provider.id.toString()
          if (peer !== this.init.self) {
            this.safeDispatchEvent('found', { detail: { peer, addresses: provider.multiaddrs } })
          }
        }
      }
    }))
  }
}

/** CIDv1, raw, SHA-256 of the rendezvous key: to servers a block like any other. */
function cidOf (keys: EpochKeys): CID {
  return CID.createV1(raw.code, Digest.create(SHA2_256, sha256(keys.rendezvous)))
}
