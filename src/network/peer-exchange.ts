import { pacedFrames } from '../streams/index.ts'
import { MAX_RECORD_CONTACTS, decodeContacts, encodeContacts } from '../wire/index.ts'
import { BoundedMap } from './limits.ts'
import type { FoundHost } from './rendezvous/rendezvous.ts'
import type { RecordContact } from '../wire/index.ts'
import type { Stream } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Members whose addresses are kept to be told to others. */
export const MAX_CONTACTS = 128
const MAX_FRAME_BYTES = 16 * 1024
const TIMEOUT_MS = 5_000

/** Thrown for an answer that no honest member gives. */
export class InvalidContactsError extends Error {
  static name = 'InvalidContactsError'
  name = 'InvalidContactsError'
}

export interface PeerExchangeInit {
  self: string
  addresses (): Multiaddr[]
  /** proven and connected now */
  members (): string[]
  open (peer: string): Promise<Stream>
  /** a member says where somebody is */
  onFound (host: FoundHost): void
  /** a proven member said where it is itself */
  onContact (host: FoundHost): void
  log (message: string): void
}

/** Members tell each other their own addresses and those of members they know, so that the mesh closes. */
export class PeerExchange {
  readonly #init: PeerExchangeInit
  readonly #contacts = new BoundedMap<string, RecordContact>({ max: MAX_CONTACTS })

  constructor (init: PeerExchangeInit) {
    this.#init = init
  }

  #known (asker: string): Uint8Array {
    const now = Date.now()
    const own: RecordContact = { peer: this.#init.self, addresses: this.#init.addresses().slice(0, 8), time: now }
    const others = this.#init.members().flatMap(peer => {
      const contact = peer === asker ? undefined : this.#contacts.get(peer)
      return contact == null ? [] : [contact]
    })
    return encodeContacts([own, ...others].slice(0, MAX_RECORD_CONTACTS))
  }

  #heard (bytes: Uint8Array, teller: string): void {
    const contacts = decodeContacts(bytes)
    if (contacts == null) {
      throw new InvalidContactsError('What a member said about others cannot be read.')
    }
    for (const contact of contacts) {
      if (contact.peer === this.#init.self || contact.addresses.length === 0) {
        continue
      }
      // what a member says of itself is kept and told on; what it says of others is only tried
      if (contact.peer === teller) {
        this.#contacts.set(teller, { ...contact, time: Date.now() })
        this.#init.onContact(contact)
      } else {
        this.#init.onFound(contact)
      }
    }
  }

  /** Asks a member whom it knows, and tells it whom we know. */
  async ask (peer: string): Promise<void> {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const stream = await this.#init.open(peer)
    try {
      const frames = pacedFrames(stream, { maxDataLength: MAX_FRAME_BYTES })
      await frames.write(this.#known(peer), { signal })
      this.#heard((await frames.read({ signal })).subarray(), peer)
      await stream.close({ signal })
    } catch (error) {
      stream.abort(error as Error)
      this.#init.log(`peer exchange with ${peer}: ${String(error)}`)
    }
  }

  /**
   * @throws {InvalidContactsError} and what breaks a stream
   */
  async answer (stream: Stream, peer: string): Promise<void> {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const frames = pacedFrames(stream, { maxDataLength: MAX_FRAME_BYTES })
    this.#heard((await frames.read({ signal })).subarray(), peer)
    await frames.write(this.#known(peer), { signal })
    await stream.close({ signal })
  }
}
