import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { BoundedMap } from '../limits.ts'
import type { FoundHost } from './rendezvous.ts'
import type { Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Members that one host connects to of its own accord; others may connect to it on top. Idle connections are what a room costs. */
export const MEMBER_TARGET = 8
/** Connections to hosts of the invite or the cache are made beyond that: the eight may all be one attacker's. */
export const LASTING_BEYOND_TARGET = 2
/** Hosts remembered as perhaps members, because a record or a member named them. */
export const MAX_CANDIDATES = 256
/** Hosts that the invite or the cache named: kept apart, so that no flood of names pushes them out. */
export const MAX_LASTING = 64
const MAX_PARALLEL_DIALS = 6
/** Of these, how many at most go to hosts that records name: an attacker's may hang until the time limit. */
const MAX_FOUND_DIALS = 4
const DIAL_TIMEOUT_MS = 10_000
const FIRST_RETRY_MS = 1_000
const MAX_RETRY_MS = 60_000
/** A connection that broke sooner counts as a dial that failed: its other end may not want it. */
const STEADY_MS = 30_000
/** … up to as many: whoever could be reached is waited for four seconds, not a minute. */
const MAX_BREAKS = 3

interface Candidate extends FoundHost {
  failures: number
  /** when a dial of ours last reached it, ms of performance.now() */
  reached?: number
  /** not dialled again before, ms of performance.now() */
  notBefore: number
  /** from the invite, the cache or the settings: tried again for ever */
  lasting: boolean
  /** addresses of the invite, the cache or the settings: nobody else says where to knock without a name */
  named: Multiaddr[]
  /** who answers at its address now, if that is somebody else */
  as?: string
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
  readonly #found = new BoundedMap<string, Candidate>({ max: MAX_CANDIDATES })
  readonly #lasting = new BoundedMap<string, Candidate>({ max: MAX_LASTING })
  readonly #dialling = new Set<string>()
  readonly #stopped = new AbortController()
  #timer?: ReturnType<typeof setTimeout>

  constructor (init: DialerInit) {
    this.#init = init
  }

  get size (): number { return this.#found.size + this.#lasting.size }

  #get (peer: string): Candidate | undefined { return this.#lasting.get(peer) ?? this.#found.get(peer) }

  add (host: FoundHost, lasting = false): void {
    if (host.peer === this.#init.libp2p.peerId.toString() || host.addresses.length === 0) {
      return
    }
    const known = this.#get(host.peer)
    const lasts = lasting || known?.lasting === true
    // what the invite says of a host is not replaced by what somebody else says of it
    const addresses = lasts && !lasting ? merge(known?.addresses.slice(0, KEPT_ADDRESSES) ?? [], merge(host.addresses, known?.addresses ?? [])) : merge(host.addresses, known?.addresses ?? [])
    if (lasts) {
      this.#found.delete(host.peer)
    }
    (lasts ? this.#lasting : this.#found).set(host.peer, {
      peer: host.peer,
      addresses,
      failures: known?.failures ?? 0,
      reached: known?.reached,
      notBefore: known != null && addresses.length === known.addresses.length ? known.notBefore : 0,
      lasting: lasts,
      named: lasting ? merge(host.addresses, known?.named ?? []) : known?.named ?? [],
      as: known?.as
    })
    this.#dial()
  }

  /** It turned out to be somebody else. */
  forget (peer: string): void {
    this.#found.delete(peer)
    this.#lasting.delete(peer)
  }

  /** Its last connection is gone: it is tried again soon, and later each time where connections do not last. */
  lost (peer: string): void {
    const candidate = this.#get(peer)
    if (candidate != null) {
      const now = performance.now()
      candidate.failures = candidate.reached == null || now - candidate.reached > STEADY_MS ? 0 : Math.min(MAX_BREAKS, candidate.failures + 1)
      candidate.notBefore = now + retryDelay(candidate.failures)
      this.#dial()
    }
  }

  /** Try everybody again now. */
  refresh (): void {
    for (const peer of this.#known()) {
      const candidate = this.#get(peer)
      if (candidate != null) {
        candidate.notBefore = 0
      }
    }
    this.#dial()
  }

  /**
   * Who was named by an invite or is remembered comes first: whoever fills the records of a room can
   * make everybody else's names come late. Else in no order: all are told of the same few first, and
   * would crowd around them.
   */
  #known (): string[] { return [...shuffled([...this.#lasting.keys()]), ...shuffled([...this.#found.keys()])] }

  #dial (): void {
    clearTimeout(this.#timer)
    if (this.#stopped.signal.aborted) {
      return
    }
    const now = performance.now()
    let next = Infinity
    for (const peer of this.#known()) {
      const candidate = this.#get(peer) as Candidate
      const target = candidate.lasting ? MEMBER_TARGET + LASTING_BEYOND_TARGET : MEMBER_TARGET
      if (this.#init.members() + this.#dialling.size >= target || this.#dialling.size >= MAX_PARALLEL_DIALS) {
        break
      }
      if (this.#dialling.has(peer) || (!candidate.lasting && this.#lasting.size > 0 && this.#foundDials() >= MAX_FOUND_DIALS)) {
        continue
      }
      const here = [peer, candidate.as].find(each => each != null && this.#init.libp2p.getConnections(peerIdFromString(each)).length > 0)
      if (here != null) {
        this.#init.connected?.(here)
        continue
      }
      if (candidate.notBefore > now) {
        next = Math.min(next, candidate.notBefore)
        continue
      }
      this.#try(candidate).catch(() => {})
    }
    if (this.#init.members() < MEMBER_TARGET || next < Infinity) {
      this.#timer = setTimeout(() => { this.#dial() }, Math.min(MAX_RETRY_MS, Math.max(250, next - now)))
    }
  }

  #foundDials (): number { return [...this.#dialling].filter(peer => this.#get(peer)?.lasting !== true).length }

  async #try (candidate: Candidate): Promise<void> {
    const { peer } = candidate
    this.#dialling.add(peer)
    try {
      const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)])
      await this.#byName(candidate, signal).catch(async error => this.#whoeverIsThere(candidate, signal, error))
    } catch (error) {
      this.#init.log(`dial ${peer}: ${String(error)}`)
      candidate.failures++
      candidate.notBefore = performance.now() + retryDelay(candidate.failures)
      if (!candidate.lasting && candidate.failures > 4) {
        this.#found.delete(peer)
      }
    } finally {
      this.#dialling.delete(peer)
      this.#dial()
    }
  }

  async #byName (candidate: Candidate, signal: AbortSignal): Promise<void> {
    await this.#init.libp2p.dial(candidate.addresses.map(address => withPeer(address, candidate.peer)), { signal })
    candidate.reached = performance.now()
    candidate.notBefore = candidate.reached + FIRST_RETRY_MS
  }

  /** Hosts have another peer ID after each start: somebody else may be a member at the address that the invite named, and only a member can prove that. */
  async #whoeverIsThere (candidate: Candidate, signal: AbortSignal, error: unknown): Promise<void> {
    const addresses = candidate.named.flatMap(withoutPeer)
    if (addresses.length === 0) {
      throw error
    }
    const { remotePeer } = await this.#init.libp2p.dial(addresses, { signal })
    candidate.as = remotePeer.toString()
    // it may be a stranger: no sooner again than somebody who does not answer
    candidate.failures++
    candidate.notBefore = performance.now() + retryDelay(candidate.failures)
  }

  stop (): void {
    this.#stopped.abort()
    clearTimeout(this.#timer)
  }
}

function retryDelay (failures: number): number {
  return Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 6)) * (0.75 + Math.random() / 2)
}

/** An address where somebody listens, whoever it is; nothing for what goes over a relay, which needs the name. */
function withoutPeer (address: Multiaddr): Multiaddr[] {
  const text = address.toString()
  return /\/p2p-circuit|\/webrtc(\/|$)/.test(text) ? [] : [multiaddr(text.replace(/\/p2p\/[^/]+$/, ''))]
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
/** Of what an invite says, so much stays whatever others say. */
const KEPT_ADDRESSES = 4

/** Newest first, without doubles. */
function merge (newer: Multiaddr[], older: Multiaddr[]): Multiaddr[] {
  const seen = new Set<string>()
  return [...newer, ...older].filter(address => {
    const text = address.toString()
    return !seen.has(text) && seen.add(text)
  }).slice(0, MAX_ADDRESSES)
}
