import { TypedEventEmitter } from 'main-event'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import * as Digest from 'multiformats/hashes/digest'
import { toString } from 'uint8arrays'
import { sha256 } from '../../crypto/index.ts'
import type { Announcement, EpochEntry } from '../compartment-api.ts'
import type { Rendezvous, RendezvousEvents, RendezvousInit } from './rendezvous.ts'
import type { EpochKeys } from '../../crypto/index.ts'
import type { AbortOptions } from '@libp2p/interface'
import type { KadDHT } from '@libp2p/kad-dht'

/** Servers of the IPFS DHT keep provider records for 48 hours (libp2p kad-dht specification). */
const PROVIDER_LIFETIME_MS = 48 * 3_600_000
const QUERY_TIMEOUT_MS = 30_000
const SHA2_256 = 0x12
const MAX_ANNOUNCEMENTS = 16

/**
 * Rendezvous over the public IPFS DHT (Amino): members provide a CID derived from the epoch's
 * rendezvous key. Servers can read the addresses of who provides it, not what it stands for.
 */
export class ProviderRecords extends TypedEventEmitter<RendezvousEvents> implements Rendezvous {
  readonly #dht: KadDHT
  readonly #init: RendezvousInit
  readonly #now: () => number
  readonly #announced = new Map<string, Announcement>()
  #epochs: EpochEntry[]

  constructor (dht: KadDHT, init: RendezvousInit) {
    super()
    this.#dht = dht
    this.#init = init
    this.#now = init.now ?? Date.now
    this.#epochs = init.epochs
  }

  setEpochs (epochs: EpochEntry[]): void { this.#epochs = epochs }

  announcements (): Announcement[] {
    return [...this.#announced.values()].filter(each => each.until > this.#now())
  }

  async announce (options: AbortOptions = {}): Promise<void> {
    const entry = this.#epochs.find(each => each.current)
    if (entry == null || this.#init.addresses().length === 0) {
      return
    }
    const cid = cidOf(entry.keys)
    for await (const event of this.#dht.provide(cid, { signal: limited(options) })) {
      void event
    }
    // it would be provided again and again after its epoch
    await this.#dht.cancelReprovide(cid)
    const key = toString(cid.multihash.digest, 'hex')
    this.#announced.delete(key)
    this.#announced.set(key, { where: 'dht-amino', key, sealed: false, until: this.#now() + PROVIDER_LIFETIME_MS })
    if (this.#announced.size > MAX_ANNOUNCEMENTS) {
      this.#announced.delete(this.#announced.keys().next().value as string)
    }
  }

  async find (options: AbortOptions = {}): Promise<void> {
    const current = this.#epochs.find(entry => entry.current)?.epoch ?? 0
    const near = this.#epochs.filter(entry => Math.abs(entry.epoch - current) <= 1)
    await Promise.allSettled(near.map(async entry => {
      for await (const event of this.#dht.findProviders(cidOf(entry.keys), { signal: limited(options) })) {
        if (event.name !== 'PROVIDER' && event.name !== 'PEER_RESPONSE') {
          continue
        }
        for (const provider of event.providers) {
          const peer = provider.id.toString()
          if (peer !== this.#init.self) {
            this.safeDispatchEvent('found', { detail: { peer, addresses: provider.multiaddrs } })
          }
        }
      }
    }))
  }
}

/** CIDv1, raw, SHA-256 of the rendezvous key: to servers a block like any other. */
export function cidOf (keys: EpochKeys): CID {
  return CID.createV1(raw.code, Digest.create(SHA2_256, sha256(keys.rendezvous)))
}

function limited ({ signal }: AbortOptions): AbortSignal {
  const timeout = AbortSignal.timeout(QUERY_TIMEOUT_MS)
  return signal == null ? timeout : AbortSignal.any([signal, timeout])
}
