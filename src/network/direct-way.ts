import { peerIdFromString } from '@libp2p/peer-id'
import { BoundedMap } from './limits.ts'
import { withPeer } from './rendezvous/dialer.ts'
import type { FoundHost } from './rendezvous/rendezvous.ts'
import type { Connection, Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

const DIAL_TIMEOUT_MS = 15_000
/** One try at a time for each member, and not more often. */
const RETRY_MS = 20_000
/** Whoever dialled over the relay also lets it carry the signals; the other end only if there is no direct way by then. Two at once would be two connections. */
export const LEAVE_TO_DIALLER_MS = 2_000

/** Goes on without the relay: all but what only a relay carries. WebRTC uses it for its signals alone. */
function isDirect (address: Multiaddr): boolean {
  return !isRelayed(address) || /\/webrtc(\/|$)/.test(address.toString())
}

function isRelayed (address: Multiaddr): boolean { return address.toString().includes('/p2p-circuit') }

function isWhole (connection: Connection): boolean { return connection.limits == null }

/** Turns relayed connections to members, which are limited and seen by the relay, into direct ones where there is a way. */
export class DirectWay {
  readonly #libp2p: Pick<Libp2p, 'dial' | 'getConnections'>
  readonly #tried = new BoundedMap<string, true>({ max: 256, ttl: RETRY_MS })
  readonly #log: (message: string) => void
  readonly #waitMs: number

  constructor (libp2p: Pick<Libp2p, 'dial' | 'getConnections'>, log: (message: string) => void, waitMs = LEAVE_TO_DIALLER_MS) {
    this.#libp2p = libp2p
    this.#log = log
    this.#waitMs = waitMs
  }

  /** A member has said where it can be dialled. */
  consider ({ peer, addresses }: FoundHost, signal: AbortSignal): void {
    const connections = this.#open(peer)
    const direct = addresses.filter(isDirect)
    if (connections.length === 0 || connections.some(isWhole) || direct.length === 0 || this.#tried.has(peer)) {
      return
    }
    this.#tried.set(peer, true)
    if (connections.some(({ direction }) => direction === 'outbound') || direct.some(address => !isRelayed(address))) {
      this.#dial(peer, direct, signal)
      return
    }
    const timer = setTimeout(() => { this.#open(peer).some(isWhole) || this.#dial(peer, direct, signal) }, this.#waitMs)
    signal.addEventListener('abort', () => { clearTimeout(timer) }, { once: true })
  }

  #open (peer: string): Connection[] { return this.#libp2p.getConnections(peerIdFromString(peer)).filter(({ status }) => status === 'open') }

  #dial (peer: string, direct: Multiaddr[], signal: AbortSignal): void {
    this.#libp2p.dial(direct.map(address => withPeer(address, peer)), { force: true, signal: AbortSignal.any([signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)]) }).catch(error => {
      this.#log(`no direct way to ${peer}: ${String(error)}`)
    })
  }
}
