import type { Multiaddr } from '@multiformats/multiaddr'

/** What a platform and its settings allow a host to use. */
export interface Carriers {
  /** libp2p transport factories */
  transports: Array<(components: any) => any>
  /** multiaddrs to open */
  listen: string[]
  /** libp2p peer discovery factories: mDNS where the local network may be asked */
  discovery: Array<(components: any) => any>
  /** keep a reservation on a relay, so that people behind a NAT can reach us */
  relayed: boolean
  /** can be dialled, and so relay for members who cannot */
  relays: boolean
  /** may look up names by itself */
  resolves: boolean
  /** told besides what is opened */
  announce?: string[]
  /** of its addresses and those of `announce`, which are told to others */
  told? (addresses: Multiaddr[]): Multiaddr[]
}

/** The word for how a connection to this address travels (compartment-api, `ConnectionInfo`). */
export function carrierOf (address: Multiaddr | string, proxied: boolean): string {
  const text = address.toString()
  // a WebRTC address names the relay that signalled it, but nothing passes there any more
  if (/\/webrtc(\/|$)/.test(text)) {
    return 'webrtc'
  }
  if (text.includes('/p2p-circuit')) {
    return 'relay'
  }
  if (text.includes('/webrtc-direct')) {
    return 'webrtc-direct'
  }
  if (proxied) {
    return 'tor'
  }
  if (/\/wss(\/|$)|\/tls\/ws(\/|$)/.test(text)) {
    return 'wss'
  }
  if (/\/ws(\/|$)/.test(text)) {
    return 'ws'
  }
  return text.startsWith('/memory') ? 'memory' : 'tcp'
}
