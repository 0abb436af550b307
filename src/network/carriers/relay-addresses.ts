import { isNetworkAddress } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'

/**
 * The circuit relay transport, listening under addresses that somebody can dial only. A relay that we
 * reached by WebRTC has no address of its own on that connection; libp2p would announce it all the
 * same, and then fail to read what it announced.
 */
export function withDialableRelays (transport: (components: any) => any): (components: any) => any {
  return components => {
    const circuit = transport(components)
    const create = circuit.createListener.bind(circuit)
    circuit.createListener = (options: any) => {
      const listener = create(options)
      const added = listener.addedRelay.bind(listener)
      listener.addedRelay = (relay: any) => {
        const { reservation } = relay.details
        reservation.addrs = reservation.addrs.filter((bytes: Uint8Array) => isNetworkAddress(multiaddr(bytes)))
        added(relay)
      }
      return listener
    }
    return circuit
  }
}
