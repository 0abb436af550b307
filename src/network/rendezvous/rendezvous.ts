import type { Announcement, EpochEntry } from '../compartment-api.ts'
import type { AbortOptions, TypedEventTarget } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** A host that may be a member; whether it is, only its proof tells. */
export interface FoundHost {
  /** transport peer ID */
  peer: string
  addresses: Multiaddr[]
}

export interface RendezvousEvents {
  found: CustomEvent<FoundHost>
}

/** One way in which the hosts of a room find each other. */
export interface Rendezvous extends TypedEventTarget<RendezvousEvents> {
  setEpochs (epochs: EpochEntry[]): void
  /** Tell members where we are, for the current epoch. */
  announce (options?: AbortOptions): Promise<void>
  /** Look for members; each is told by an event as soon as it is known. */
  find (options?: AbortOptions): Promise<void>
  /** What was told to whom. */
  announcements (): Announcement[]
}

/** What a rendezvous needs to know of the host it speaks for. */
export interface RendezvousInit {
  epochs: EpochEntry[]
  /** own transport peer ID */
  self: string
  /** own addresses that others can dial */
  addresses (): Multiaddr[]
  now? (): number
}
