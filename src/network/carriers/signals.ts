import type { Connection, Stream, StreamHandler } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

/** A proof may be under way when the signals begin. */
const PROOF_WAIT_MS = 5_000
/** Streams of strangers that may wait so at once. */
const MAX_WAITING = 64
/** Bound on own candidates that wait for the other side's answer. */
const MAX_HELD = 64
/** The answer is in force so long after it was read. */
const ANSWER_TAKEN_MS = 10

/** Thrown when somebody who is no member is asked for a WebRTC connection. */
export class SignalsRefusedError extends Error {
  static name = 'SignalsRefusedError'
  name = 'SignalsRefusedError'
}

/** Whether a peer is a member; waits so long for its proof. */
export type IsMember = (peer: string, withinMs: number) => Promise<boolean>

/**
 * WebRTC by a relay's signals, between members only: the signals carry addresses of the local network,
 * and whoever reaches us through a relay could ask for them.
 */
export function memberSignals (transport: (components: any) => any, isMember: IsMember = async () => true): (components: any) => any {
  const opened = (connection: Connection): Pick<Connection, 'newStream'> => ({
    newStream: async (protocols, options) => {
      if (!await isMember(connection.remotePeer.toString(), PROOF_WAIT_MS)) {
        throw new SignalsRefusedError('This peer has not proved that it is a member, and is told no address.')
      }
      return partedWith(answerFirst(await connection.newStream(protocols, options)))
    }
  })
  let waiting = 0
  const admitted = async (peer: string): Promise<boolean> => {
    waiting++
    try {
      return await isMember(peer, waiting > MAX_WAITING ? 0 : PROOF_WAIT_MS)
    } finally {
      waiting--
    }
  }
  return components => transport(overlaid(components, {
    registrar: () => overlaid(components.registrar, {
      handle: () => async (protocol: string, handler: StreamHandler, options: any) => components.registrar.handle(protocol, async (stream: Stream, connection: Connection) => {
        if (!await admitted(connection.remotePeer.toString())) {
          stream.abort(new SignalsRefusedError('The peer has not proved membership.'))
          return
        }
        await handler(partedWith(stream), connection)
      }, options)
    }),
    connectionManager: () => overlaid(components.connectionManager, {
      getConnections: () => (peer: any) => components.connectionManager.getConnections(peer).map(opened)
    }),
    transportManager: () => overlaid(components.transportManager, {
      dial: () => async (address: any, options: any) => opened(await components.transportManager.dial(address, options))
    })
  }))
}

/** An object with some properties replaced; the others are its own. */
function overlaid (object: any, properties: Record<string, () => unknown>): any {
  return new Proxy(object, {
    get: (from, name) => {
      const replaced = typeof name === 'string' && Object.hasOwn(properties, name) ? properties[name] : undefined
      const value = replaced == null ? from[name] : replaced()
      return replaced == null && typeof value === 'function' ? value.bind(from) : value
    }
  })
}

/**
 * Holds our candidates back until the other side has answered. libdatachannel lets its ICE start before
 * it has noted the certificate that the answer names; a listener that knows our candidates by then and
 * is near connects in that moment, and the handshake fails (seen on one machine: every second time).
 */
function answerFirst (stream: Stream): Stream {
  const send = stream.send.bind(stream)
  const held: Array<Uint8Array | Uint8ArrayList> = []
  let answered = false
  stream.send = data => {
    if (answered || held.length >= MAX_HELD || !isCandidate(data.subarray())) {
      return send(data)
    }
    held.push(data)
    return true
  }
  stream.addEventListener('message', () => {
    setTimeout(() => {
      answered = true
      for (const data of held.splice(0)) {
        // the connection is made or given up: what closes a stream may stand between two of them
        if (stream.writeStatus !== 'writable') {
          return
        }
        send(data)
      }
    }, ANSWER_TAKEN_MS)
  }, { once: true })
  return stream
}

/**
 * Nobody waits until the signals' stream has ended. Both ends close it when they are connected; where the relay died in that
 * moment one of them gave up a connection that was made, and the other spoke to nobody for a minute.
 */
function partedWith (stream: Stream): Stream {
  const close = stream.close.bind(stream)
  stream.close = async options => { close(options).catch(error => { stream.abort(error) }) }
  return stream
}

/** Length (a varint), then protobuf field 1: 2 is a candidate. */
function isCandidate (frame: Uint8Array): boolean {
  const from = frame.findIndex(byte => byte < 0x80) + 1
  return frame[from] === 0x08 && frame[from + 1] === 0x02
}
