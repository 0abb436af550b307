import { peerIdFromString } from '@libp2p/peer-id'
import { BoundedMap } from '../limits.ts'
import type { FoundHost } from './rendezvous.ts'
import type { Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Members that one host connects to of its own accord; others may connect to it on top. Idle connections are what a room costs. */
export const MEMBER_TARGET = 8
/** Hosts remembered as perhaps members. */
export const MAX_CANDIDATES = 256
const MAX_PARALLEL_DIALS = 6
const DIAL_TIMEOUT_MS = 10_000
const FIRST_RETRY_MS = 1_000
const MAX_RETRY_MS = 60_000

interface Candidate extends FoundHost {
  failures: number
  /** not dialled again before, ms of performance.now() */
  notBefore: number
  /** from the invite, the cache or the settings: tried again for ever */
  lasting: boolean
}

export interface DialerInit {
  libp2p: Pick<Libp2p, 'dial' | 'getConnections' | 'peerId'>
  members (): number
  /** a host that may be a member is connected for another reason already */
  connected? (peer: string): void
  log (message: string): void
}

/** Dials hosts that may be members, with back-off, a few at a time, until there are enough. */
export class MemberDialer {
  readonly #init: DialerInit
  readonly #candidates = new BoundedMap<string, Candidate>({ max: MAX_CANDIDATES })
  readonly #dialling = new Set<string>()
  readonly #stopped = new AbortController()
  #timer?: ReturnType<typeof setTimeout>

  constructor (init: DialerInit) {
    this.#init = init
  }

  get size (): number { return this.#candidates.size }

  /** Known addresses of a host. */
  addressesOf (peer: string): Multiaddr[] { return this.#candidates.get(peer)?.addresses ?? [] }

  add (host: FoundHost, lasting = false): void {
    if (host.peer === this.#init.libp2p.peerId.toString() || host.addresses.length === 0) {
      return
    }
    const known = this.#candidates.get(host.peer)
    const addresses = merge(host.addresses, known?.addresses ?? [])
    this.#candidates.set(host.peer, {
      peer: host.peer,
      addresses,
      failures: known?.failures ?? 0,
      notBefore: known != null && addresses.length === known.addresses.length ? known.notBefore : 0,
      lasting: lasting || known?.lasting === true
    })
    this.#dial()
  }

  /** It turned out to be somebody else. */
  forget (peer: string): void { this.#candidates.delete(peer) }

  /** Try everybody again now. */
  refresh (): void {
    for (const peer of [...this.#candidates.keys()]) {
      const candidate = this.#candidates.get(peer)
      if (candidate != null) {
        candidate.notBefore = 0
      }
    }
    this.#dial()
  }

  #dial (): void {
    clearTimeout(this.#timer)
    if (this.#stopped.signal.aborted) {
      return
    }
    const now = performance.now()
    let next = Infinity
    // everybody is told of the same few first: in that order all would crowd around them
    for (const peer of shuffled([...this.#candidates.keys()])) {
      if (this.#init.members() + this.#dialling.size >= MEMBER_TARGET || this.#dialling.size >= MAX_PARALLEL_DIALS) {
        break
      }
      const candidate = this.#candidates.get(peer) as Candidate
      if (this.#dialling.has(peer)) {
        continue
      }
      if (this.#init.libp2p.getConnections(peerIdFromString(peer)).length > 0) {
        this.#init.connected?.(peer)
        continue
      }
      if (candidate.notBefore > now) {
        next = Math.min(next, candidate.notBefore)
        continue
      }
      this.#try(candidate).catch(() => {})
    }
    if (this.#init.members() < MEMBER_TARGET) {
      this.#timer = setTimeout(() => { this.#dial() }, Math.min(MAX_RETRY_MS, Math.max(250, next - now)))
    }
  }

  async #try (candidate: Candidate): Promise<void> {
    const { peer } = candidate
    this.#dialling.add(peer)
    try {
      const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)])
      await this.#init.libp2p.dial(candidate.addresses.map(address => withPeer(address, peer)), { signal })
      candidate.failures = 0
      candidate.notBefore = performance.now() + FIRST_RETRY_MS
    } catch (error) {
      this.#init.log(`dial ${peer}: ${String(error)}`)
      candidate.failures++
      const delay = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(candidate.failures - 1, 6))
      candidate.notBefore = performance.now() + delay * (0.75 + Math.random() / 2)
      if (!candidate.lasting && candidate.failures > 4) {
        this.#candidates.delete(peer)
      }
    } finally {
      this.#dialling.delete(peer)
      this.#dial()
    }
  }

  stop (): void {
    this.#stopped.abort()
    clearTimeout(this.#timer)
  }
}

export function withPeer (address: Multiaddr, peer: string): Multiaddr {
  const components = address.getComponents()
  return components[components.length - 1]?.name === 'p2p' ? address : address.encapsulate(`/p2p/${peer}`)
}

function shuffled <T> (items: T[]): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [items[i], items[j]] = [items[j], items[i]]
  }
  return items
}

const MAX_ADDRESSES = 8

/** Newest first, without doubles. */
function merge (newer: Multiaddr[], older: Multiaddr[]): Multiaddr[] {
  const seen = new Set<string>()
  return [...newer, ...older].filter(address => {
    const text = address.toString()
    return !seen.has(text) && seen.add(text)
  }).slice(0, MAX_ADDRESSES)
}
