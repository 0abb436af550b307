import { bootstrapOf } from './rendezvous/dht.ts'
import { Infrastructure } from './rendezvous/infrastructure.ts'
import type { CompartmentInit, NetworkInit } from './compartment-api.ts'
import type { BoundedMap } from './limits.ts'
import type { RoomServices, RoomServicesInit } from './room-services.ts'
import type { Libp2p } from '@libp2p/interface'

/** A host that no room came for in this time ends: what waits for nobody is only seen. */
export const SPARE_LIFETIME_MS = 600_000

/** A host made for one room. */
export interface RoomHost {
  libp2p: Libp2p<any>
  services: RoomServices
  banned: BoundedMap<string, number>
}

/** A host that was started before its room was known. */
export interface StartedHost extends RoomHost {
  infrastructure: Infrastructure
  /** from now on it judges envelopes as its room does */
  adopt (validate: CompartmentInit['validate']): void
}

export interface SpareHostInit {
  network: NetworkInit
  make (init: RoomServicesInit): Promise<RoomHost>
}

/**
 * The next room's host, started while somebody still types which room that is: it has found its
 * helpers and its place at a relay by then. It holds no keys, serves one room in the end like any
 * other host, and its transport peer ID has been seen nowhere before.
 */
export class SpareHost {
  readonly #init: SpareHostInit
  #waiting?: Promise<StartedHost>
  #timer?: ReturnType<typeof setTimeout>

  constructor (init: SpareHostInit) {
    this.#init = init
  }

  prepare (): void {
    if (this.#waiting == null) {
      this.#waiting = this.#start()
      // who cannot start ahead of time says why when a room asks
      this.#waiting.catch(() => { this.#waiting = undefined })
      this.#timer = setTimeout(() => { this.stop().catch(() => {}) }, SPARE_LIFETIME_MS)
    }
  }

  async #start (): Promise<StartedHost> {
    const { network } = this.#init
    const room: { validate: CompartmentInit['validate'] } = { validate: () => 'ignore' }
    const host = await this.#init.make({ network, epochs: [], validate: (envelope, context) => room.validate(envelope, context) })
    const infrastructure = new Infrastructure({ libp2p: host.libp2p, addresses: bootstrapOf(network), log: message => { network.log?.('debug', message) } })
    await host.libp2p.start()
    infrastructure.start()
    return { ...host, infrastructure, adopt: validate => { room.validate = validate } }
  }

  /** The host that waits, if there is one; it is the caller's from now on. */
  async take (): Promise<StartedHost | undefined> {
    const waiting = this.#waiting
    this.#waiting = undefined
    clearTimeout(this.#timer)
    return waiting?.catch(() => undefined)
  }

  async stop (): Promise<void> {
    const host = await this.take()
    if (host != null) {
      host.infrastructure.stop()
      await host.libp2p.stop()
    }
  }
}
