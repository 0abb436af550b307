/**
 * The carriers of a Node.js host: which transports it dials with and what it opens. The browser has
 * its own version of this module (package.json, "browser").
 */
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { mdns } from '@libp2p/mdns'
import { tcp } from '@libp2p/tcp'
import { webRTC, webRTCDirect } from '@libp2p/webrtc'
import { webSockets } from '@libp2p/websockets'
import { asksNeighbours, proxyOf } from '../addresses.ts'
import { listenOf, toldOf } from '../listening.ts'
import { joinWrites } from './joined-writes.ts'
import { withDialableRelays } from './relay-addresses.ts'
import { memberSignals } from './signals.ts'
import { socksTcp, socksWebSockets } from './socks.ts'
import type { Carriers } from './carriers.ts'
import type { IsMember } from './signals.ts'
import type { NetworkInit } from '../compartment-api.ts'

/**
 * @throws {InvalidProxyError}
 */
export function createCarriers (network: NetworkInit, identity: string, isMember?: IsMember): Carriers {
  const proxy = proxyOf(network)
  if (proxy != null) {
    // nothing may leave around the proxy: no UDP, no listening, no look-ups of our own; others reach us through a relay
    const init = { proxy, identity }
    return { transports: [joinWrites(socksTcp(init)), joinWrites(socksWebSockets(init)), withDialableRelays(circuitRelayTransport())], listen: [], discovery: [], relayed: true, relays: false, resolves: false }
  }
  const listen = listenOf(network).map(String)
  return {
    transports: [
      joinWrites(tcp()),
      joinWrites(webSockets({ https: network.tls })),
      withDialableRelays(circuitRelayTransport()),
      // no STUN server hears of us unless the person named one, and then only while a member is dialled
      memberSignals(webRTC({ rtcConfiguration: { iceServers: (network.stun ?? []).map(urls => ({ urls })) } }), isMember),
      webRTCDirect({ rtcConfiguration: { iceServers: [] }, certificate: network.certificate })
    ],
    listen,
    // the tag of libp2p at large: it says that there is a program, not which; who names both ends wants nothing else
    discovery: asksNeighbours(network) ? [mdns()] : [],
    relayed: network.listen == null,
    relays: listen.some(address => !/\/p2p-circuit|^\/webrtc$/.test(address)),
    resolves: true,
    announce: network.announce?.map(String),
    told: toldOf(network)
  }
}
