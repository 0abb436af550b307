/**
 * The carriers of a Node.js host: which transports it dials with and what it opens. The browser has
 * its own version of this module (package.json, "browser").
 */
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { tcp } from '@libp2p/tcp'
import { webRTC, webRTCDirect } from '@libp2p/webrtc'
import { webSockets } from '@libp2p/websockets'
import { socksTcp } from './socks.ts'
import type { Carriers } from './carriers.ts'
import type { NetworkInit } from '../compartment-api.ts'

/** Opened when nothing else is asked for: any free port on every interface. */
const EVERYWHERE = ['/ip4/0.0.0.0/tcp/0', '/ip4/0.0.0.0/tcp/0/ws', '/ip4/0.0.0.0/udp/0/webrtc-direct']

/**
 * @throws {InvalidProxyError}
 */
export function createCarriers (network: NetworkInit, identity: string): Carriers {
  if (network.proxy != null || network.profile === 'tor') {
    // nothing may leave around the proxy: no UDP, no listening, no look-ups of our own
    return { transports: [socksTcp({ proxy: network.proxy ?? 'socks5://127.0.0.1:9050', identity }), circuitRelayTransport()], listen: [], mdns: false, relayed: false }
  }
  return {
    transports: [
      tcp(),
      webSockets(),
      circuitRelayTransport(),
      // no STUN server hears of us
      webRTC({ rtcConfiguration: { iceServers: [] } }),
      webRTCDirect({ rtcConfiguration: { iceServers: [] } })
    ],
    listen: network.listen?.map(String) ?? EVERYWHERE,
    mdns: network.profile === 'lan',
    relayed: network.listen == null
  }
}
