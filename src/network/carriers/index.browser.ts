/**
 * The carriers of a browser host: WebRTC to browsers (signalled over a relay) and to desktop nodes
 * (certificate hash in the address), WebSockets to relays. A page cannot be dialled at an address of
 * its own: it listens through relays.
 */
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { webRTC, webRTCDirect } from '@libp2p/webrtc'
import { webSockets } from '@libp2p/websockets'
import { mayDialFrom } from '../dialable.ts'
import { NotSupportedByCarrierError } from './errors.ts'
import { remembersInit } from './init-channel.ts'
import { joinWrites } from './joined-writes.ts'
import { withDialableRelays } from './relay-addresses.ts'
import { rested } from './rested.ts'
import { memberSignals } from './signals.ts'
import type { Carriers } from './carriers.ts'
import type { IsMember } from './signals.ts'
import type { NetworkInit } from '../compartment-api.ts'
import type { Transport } from '@libp2p/interface'

// before libp2p makes one
'RTCPeerConnection' in globalThis && remembersInit(RTCPeerConnection.prototype)

/** A page that came over https may open no plain WebSocket but to this machine: the browser refuses, and says so each time. */
function securely (carrier: (components: any) => Transport): (components: any) => Transport {
  return components => {
    const transport = carrier(components)
    const filter = transport.dialFilter.bind(transport)
    transport.dialFilter = addresses => filter(addresses).filter(address => mayDialFrom(globalThis.location?.protocol, address.toString()))
    return transport
  }
}

/**
 * @throws {NotSupportedByCarrierError} for a proxy: a page cannot choose one, the browser can
 */
export function createCarriers (network: NetworkInit, identity: string, isMember?: IsMember): Carriers {
  if (network.proxy != null) {
    throw new NotSupportedByCarrierError('A web page cannot choose its own proxy. Set the proxy in the browser (Tor Browser has one), or use the desktop node.')
  }
  // no STUN server hears of us unless the person named one
  const rtcConfiguration = { iceServers: (network.stun ?? []).map(urls => ({ urls })) }
  return {
    transports: [
      rested(securely(joinWrites(webSockets()))),
      withDialableRelays(circuitRelayTransport()),
      memberSignals(webRTC({ rtcConfiguration }), isMember),
      webRTCDirect({ rtcConfiguration })
    ],
    listen: network.listen?.map(String) ?? ['/webrtc'],
    discovery: [],
    relayed: true,
    relays: false,
    resolves: true
  }
}
