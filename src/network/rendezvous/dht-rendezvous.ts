import { TypedEventEmitter } from 'main-event'
import type { Rendezvous, RendezvousEvents, RendezvousInit } from './rendezvous.ts'
import type { Announcement, EpochEntry } from '../compartment-api.ts'
import type { AbortOptions } from '@libp2p/interface'
import type { KadDHT } from '@libp2p/kad-dht'

const MAX_ANNOUNCEMENTS = 16

/** What both kinds of rendezvous over a DHT share: the epochs they speak for, and what was told to whom. */
export abstract class DhtRendezvous extends TypedEventEmitter<RendezvousEvents> implements Rendezvous {
  protected readonly dht: KadDHT
  protected readonly init: RendezvousInit
  readonly #timeout: number
  readonly #announced = new Map<string, Announcement>()
  #epochs: EpochEntry[]

  /**
   * @param timeout - longest one look-up or announcement may take, ms
   */
  constructor (dht: KadDHT, init: RendezvousInit, timeout: number) {
    super()
    this.dht = dht
    this.init = init
    this.#timeout = timeout
    this.#epochs = init.epochs
  }

  protected now (): number { return (this.init.now ?? Date.now)() }

  setEpochs (epochs: EpochEntry[]): void { this.#epochs = epochs }

  protected get current (): EpochEntry | undefined { return this.#epochs.find(each => each.current) }

  /** The current epoch and its neighbours, the current one first: a clock may be on the other side of a boundary. */
  protected near (): EpochEntry[] {
    const current = this.current?.epoch ?? 0
    return this.#epochs.filter(({ epoch }) => Math.abs(epoch - current) <= 1).sort((a, b) => Number(b.current) - Number(a.current))
  }

  announcements (): Announcement[] {
    return [...this.#announced.values()].filter(each => each.until > this.now())
  }

  protected announced (announcement: Announcement): void {
    this.#announced.delete(announcement.key)
    this.#announced.set(announcement.key, announcement)
    if (this.#announced.size > MAX_ANNOUNCEMENTS) {
      this.#announced.delete(this.#announced.keys().next().value as string)
    }
  }

  protected limited ({ signal }: AbortOptions): AbortSignal {
    const timeout = AbortSignal.timeout(this.#timeout)
    return signal == null ? timeout : AbortSignal.any([signal, timeout])
  }

  abstract announce (options?: AbortOptions): Promise<void>
  abstract find (options?: AbortOptions): Promise<void>
}
