import { peerIdFromString } from '@libp2p/peer-id'
import type { Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

const FIRST_RETRY_MS = 500
const MAX_RETRY_MS = 60_000
const DIAL_TIMEOUT_MS = 15_000

export interface InfrastructureInit {
  libp2p: Pick<Libp2p, 'dial' | 'getConnections'>
  addresses: Multiaddr[]
  log (message: string): void
}

/** Keeps connections to the bootstrap nodes: DHT servers and relays that the person or the profile named. */
export class Infrastructure {
  readonly #init: InfrastructureInit
  readonly #stopped = new AbortController()
  readonly #timers = new Set<ReturnType<typeof setTimeout>>()
  readonly peers = new Set<string>()
  #groups: Multiaddr[][] = []

  constructor (init: InfrastructureInit) {
    this.#init = init
  }

  /** Does not wait for anybody to answer. */
  start (): void {
    const groups = new Map<string, Multiaddr[]>()
    for (const address of this.#init.addresses) {
      const peer = peerOf(address)
      const name = peer ?? address.toString()
      groups.set(name, [...groups.get(name) ?? [], address])
      if (peer != null) {
        this.peers.add(peer)
      }
    }
    this.#groups = [...groups.values()]
    this.#groups.forEach(group => { this.#keep(group, 0) })
  }

  /** Try all that are not connected now. */
  refresh (): void {
    this.#timers.forEach(timer => { clearTimeout(timer) })
    this.#timers.clear()
    this.#groups.forEach(group => { this.#keep(group, 0) })
  }

  #keep (group: Multiaddr[], failures: number): void {
    if (this.#stopped.signal.aborted) {
      return
    }
    this.#connect(group).then(() => 0, error => {
      this.#init.log(`bootstrap ${String(group[0])}: ${String(error)}`)
      return failures + 1
    }).then(failed => {
      const delay = failed === 0 ? MAX_RETRY_MS / 4 : Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (failed - 1))
      const timer = setTimeout(() => {
        this.#timers.delete(timer)
        this.#keep(group, failed)
      }, delay * (0.75 + Math.random() / 2))
      this.#timers.add(timer)
      if (this.#stopped.signal.aborted) {
        clearTimeout(timer)
      }
    }).catch(() => {})
  }

  async #connect (group: Multiaddr[]): Promise<void> {
    const peer = peerOf(group[0])
    if (peer != null && this.#init.libp2p.getConnections(peerIdFromString(peer)).length > 0) {
      return
    }
    const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)])
    const connection = await this.#init.libp2p.dial(group, { signal })
    this.peers.add(connection.remotePeer.toString())
  }

  stop (): void {
    this.#stopped.abort()
    this.#timers.forEach(timer => { clearTimeout(timer) })
  }
}

/** The last peer an address names: behind a relay it is not the first. */
export function peerOf (address: Multiaddr): string | undefined {
  return address.getComponents().filter(({ name }) => name === 'p2p').pop()?.value
}
