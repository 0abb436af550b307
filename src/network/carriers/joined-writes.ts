import { Uint8ArrayList } from 'uint8arraylist'
import type { MultiaddrConnection, Transport, Upgrader } from '@libp2p/interface'

/** The part of libp2p's connections that hands bytes to a socket. */
interface Sending {
  sendData (data: Uint8ArrayList): { sentBytes: number, canSendMore: boolean }
}

/**
 * A carrier that hands its socket one buffer at a time. Encryption gives a length, a ciphertext and a
 * tag apart, and libp2p's connections write each by itself: three or four system calls and packets
 * for one frame (bench/README.md).
 */
export function joinWrites<C> (carrier: (components: C) => Transport): (components: C) => Transport {
  return components => {
    const transport = carrier(components)
    const dial = transport.dial.bind(transport)
    const createListener = transport.createListener.bind(transport)
    transport.dial = async (address, options) => dial(address, { ...options, upgrader: joining(options.upgrader) })
    transport.createListener = options => createListener({ ...options, upgrader: joining(options.upgrader) })
    return transport
  }
}

function joining (upgrader: Upgrader): Upgrader {
  return {
    upgradeOutbound: async (connection: MultiaddrConnection, options: any) => upgrader.upgradeOutbound(joined(connection), options),
    upgradeInbound: async (connection: MultiaddrConnection, options: any) => upgrader.upgradeInbound(joined(connection), options),
    createInboundAbortSignal: signal => upgrader.createInboundAbortSignal(signal),
    getStreamMuxers: () => upgrader.getStreamMuxers(),
    getConnectionEncrypters: () => upgrader.getConnectionEncrypters()
  }
}

function joined (connection: MultiaddrConnection): MultiaddrConnection {
  const sending = connection as unknown as Sending
  const sendData = sending.sendData.bind(connection)
  sending.sendData = data => sendData(new Uint8ArrayList(data.subarray()))
  return connection
}
