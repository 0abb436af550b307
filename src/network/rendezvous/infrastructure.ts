import { peerIdFromString } from '@libp2p/peer-id'
import { BoundedSet } from '../limits.ts'
import type { Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

const FIRST_RETRY_MS = 500
const MAX_RETRY_MS = 60_000
const DIAL_TIMEOUT_MS = 15_000
/** How often a connection that should be there is looked at. */
const CHECK_MS = 15_000
/** Who was here at least so long is worth looking for at once when lost. */
const STEADY_MS = 10_000
/** Peers that serve us and are remembered as such: whoever speaks the DHT can become one. */
export const MAX_SERVING = 256

export interface InfrastructureInit {
  libp2p: Pick<Libp2p, 'dial' | 'getConnections'>
  addresses: Multiaddr[]
  log (message: string): void
}

/** One node that was named, under all its addresses. */
interface Kept {
  addresses: Multiaddr[]
  peer?: string
  failures: number
  dialling: boolean
  /** ms of performance.now() */
  since: number
  timer?: ReturnType<typeof setTimeout>
}

/** Keeps connections to the bootstrap nodes: DHT servers and relays that the person or the profile named. */
export class Infrastructure {
  readonly #init: InfrastructureInit
  readonly #stopped = new AbortController()
  readonly #kept: Kept[] = []
  readonly #serving = new BoundedSet<string>({ max: MAX_SERVING })

  constructor (init: InfrastructureInit) {
    this.#init = init
  }

  /** Does not wait for anybody to answer. */
  start (): void {
    if (this.#kept.length > 0) {
      return
    }
    for (const address of this.#init.addresses) {
      const peer = peerOf(address)
      const known = this.#kept.find(kept => peer != null && kept.peer === peer)
      if (known != null) {
        known.addresses.push(address)
      } else {
        this.#kept.push({ addresses: [address], peer, failures: 0, dialling: false, since: 0 })
      }
    }
    this.#kept.forEach(kept => { this.#keep(kept) })
  }

  /** It was named, or it showed that it serves a DHT. */
  has (peer: string): boolean {
    return this.#serving.has(peer) || this.#kept.some(kept => kept.peer === peer)
  }

  serves (peer: string): void { this.#serving.add(peer) }

  /** Try all that are not connected now. */
  refresh (): void {
    for (const kept of this.#kept) {
      kept.failures = 0
      this.#keep(kept)
    }
  }

  /** A connection closed: who was named is looked for again, at once when it had been here for a while. */
  lost (peer: string): void {
    const kept = this.#kept.find(each => each.peer === peer)
    if (kept == null || kept.dialling || this.#connected(kept) || kept.since === 0) {
      return
    }
    kept.failures = performance.now() - kept.since < STEADY_MS ? kept.failures + 1 : 0
    kept.since = 0
    this.#retry(kept, 'connection lost')
  }

  #retry (kept: Kept, reason: string): void {
    const delay = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, kept.failures - 1))
    this.#init.log(`bootstrap ${String(kept.addresses[0])}: ${reason}; again in ${delay} ms`)
    this.#later(kept, delay)
  }

  #later (kept: Kept, delay: number): void {
    clearTimeout(kept.timer)
    if (!this.#stopped.signal.aborted) {
      kept.timer = setTimeout(() => { this.#keep(kept) }, delay * (0.75 + Math.random() / 2))
    }
  }

  #keep (kept: Kept): void {
    // one attempt at a time, whoever asks for it
    if (this.#stopped.signal.aborted || kept.dialling) {
      return
    }
    clearTimeout(kept.timer)
    if (this.#connected(kept)) {
      kept.since ||= performance.now()
      this.#later(kept, CHECK_MS)
      return
    }
    kept.dialling = true
    this.#connect(kept).then(() => {
      kept.dialling = false
      this.#later(kept, CHECK_MS)
    }, error => {
      kept.dialling = false
      kept.failures++
      this.#retry(kept, String(error))
    }).catch(() => {})
  }

  #connected (kept: Kept): boolean {
    return kept.peer != null && this.#init.libp2p.getConnections(peerIdFromString(kept.peer)).length > 0
  }

  async #connect (kept: Kept): Promise<void> {
    const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)])
    const connection = await this.#init.libp2p.dial(kept.addresses, { signal })
    kept.peer = connection.remotePeer.toString()
    kept.since = performance.now()
  }

  stop (): void {
    this.#stopped.abort()
    this.#kept.forEach(({ timer }) => { clearTimeout(timer) })
  }
}

/** The last peer an address names: behind a relay it is not the first. */
export function peerOf (address: Multiaddr): string | undefined {
  return address.getComponents().filter(({ name }) => name === 'p2p').pop()?.value
}
