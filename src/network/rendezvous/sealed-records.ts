import { toString } from 'uint8arrays'
import { sha256 } from '../../crypto/index.ts'
import { MAX_RECORD_CONTACTS, RECORD_SLOTS, openRecord, recordKey, recordSequence, sealRecord } from '../../wire/index.ts'
import { DhtRendezvous } from './dht-rendezvous.ts'
import type { RendezvousInit } from './rendezvous.ts'
import type { EpochKeys } from '../../crypto/index.ts'
import type { RecordContact } from '../../wire/index.ts'
import type { AbortOptions } from '@libp2p/interface'
import type { KadDHT } from '@libp2p/kad-dht'

/** Who has not announced itself for so long is gone. */
const CONTACT_LIFETIME_MS = 30 * 60_000
/** Longest one look-up or announcement may take. */
const QUERY_TIMEOUT_MS = 20_000
const NONCE_BYTES = 24

/**
 * Rendezvous over our own DHT: members keep a few sealed records per epoch, under keys that only
 * they can derive. A server sees 4,096 random bytes, signed by a key it has never seen before.
 */
export class SealedRecords extends DhtRendezvous {
  constructor (dht: KadDHT, init: RendezvousInit) {
    super(dht, init, QUERY_TIMEOUT_MS)
  }

  async announce (options: AbortOptions = {}): Promise<void> {
    const keys = this.current?.keys
    const addresses = this.init.addresses()
    if (keys == null || addresses.length === 0) {
      return
    }
    const { self } = this.init
    const slot = sha256(new TextEncoder().encode(self))[0] % RECORD_SLOTS
    const key = recordKey(keys, slot)
    const signal = this.limited(options)
    const now = this.now()
    const value = await this.#read(key, keys, signal)
    const others = (value == null ? [] : openRecord(keys, value) ?? []).filter(contact => contact.peer !== self && contact.time > now - CONTACT_LIFETIME_MS)
    const own: RecordContact = { peer: self, addresses: addresses.slice(0, 8), time: now }
    const nonce = globalThis.crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
    const sealed = await sealRecord(keys, slot, [own, ...others].slice(0, MAX_RECORD_CONTACTS), Math.max(now, (value == null ? 0 : recordSequence(value)) + 1), nonce)
    for await (const event of this.dht.put(key, sealed, { signal })) {
      void event
    }
    this.announced({ where: 'dht-own', key: toString(key.subarray(-32), 'hex'), sealed: true, until: now + CONTACT_LIFETIME_MS })
  }

  async find (options: AbortOptions = {}): Promise<void> {
    const signal = this.limited(options)
    await Promise.allSettled(this.near().flatMap(({ keys }) => Array.from({ length: RECORD_SLOTS }, async (_, slot) => this.#read(recordKey(keys, slot), keys, signal))))
  }

  /** Reads one slot; everybody in any copy of it is told at once, the newest copy is returned. */
  async #read (key: Uint8Array, keys: EpochKeys, signal: AbortSignal): Promise<Uint8Array | undefined> {
    let newest: Uint8Array | undefined
    const take = (value: Uint8Array): void => {
      const contacts = openRecord(keys, value)
      if (contacts == null) {
        return
      }
      for (const contact of contacts) {
        if (contact.peer !== this.init.self && contact.time > this.now() - CONTACT_LIFETIME_MS) {
          this.safeDispatchEvent('found', { detail: { peer: contact.peer, addresses: contact.addresses } })
        }
      }
      if (newest == null || recordSequence(value) > recordSequence(newest)) {
        newest = value
      }
    }
    try {
      for await (const event of this.dht.get(key, { signal })) {
        if (event.name === 'PEER_RESPONSE' && event.record != null) {
          take(event.record.value)
        } else if (event.name === 'VALUE') {
          take(event.value)
        }
      }
    } catch (error) {
      // a copy that could not be corrected is no reason to lose what was read
      if (newest == null) {
        throw error
      }
    }
    return newest
  }
}
