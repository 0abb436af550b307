import { peerIdFromString } from '@libp2p/peer-id'
import { BoundedMap } from './limits.ts'
import { withPeer } from './rendezvous/dialer.ts'
import type { FoundHost } from './rendezvous/rendezvous.ts'
import type { Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

const DIAL_TIMEOUT_MS = 15_000
/** One try at a time for each member, and not more often. */
const RETRY_MS = 20_000

/** Goes on without the relay: all but what only a relay carries. WebRTC uses it for its signals alone. */
function isDirect (address: Multiaddr): boolean {
  const text = address.toString()
  return !text.includes('/p2p-circuit') || /\/webrtc(\/|$)/.test(text)
}

/** Turns relayed connections to members, which are limited and seen by the relay, into direct ones where there is a way. */
export class DirectWay {
  readonly #libp2p: Pick<Libp2p, 'dial' | 'getConnections'>
  readonly #tried = new BoundedMap<string, true>({ max: 256, ttl: RETRY_MS })
  readonly #log: (message: string) => void

  constructor (libp2p: Pick<Libp2p, 'dial' | 'getConnections'>, log: (message: string) => void) {
    this.#libp2p = libp2p
    this.#log = log
  }

  /** A member has said where it can be dialled. */
  consider ({ peer, addresses }: FoundHost, signal: AbortSignal): void {
    const connections = this.#libp2p.getConnections(peerIdFromString(peer)).filter(connection => connection.status === 'open')
    const direct = addresses.filter(isDirect)
    if (connections.length === 0 || connections.some(connection => connection.limits == null) || direct.length === 0 || this.#tried.has(peer)) {
      return
    }
    this.#tried.set(peer, true)
    this.#libp2p.dial(direct.map(address => withPeer(address, peer)), { force: true, signal: AbortSignal.any([signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)]) }).catch(error => {
      this.#log(`no direct way to ${peer}: ${String(error)}`)
    })
  }
}
