import { yamux } from '@chainsafe/libp2p-yamux'
import type { StreamMuxerFactory } from '@libp2p/interface'

/** Largest receive window of a stream; a whole attachment chunk fits. */
const MAX_STREAM_WINDOW_BYTES = 1024 * 1024

/** Inside of the library, as far as it is mended here. */
interface MendedMuxer {
  _newStream (...args: unknown[]): { sendWindowUpdate (): void, abort (error: Error): void }
}

/**
 * Yamux whose streams end alone. The library announces a new stream in a microtask; if the connection
 * closes before that, the error is nobody's and would end the process: any peer could do that to us.
 */
export function muxer (): () => StreamMuxerFactory {
  return () => {
    const factory = yamux({ streamOptions: { maxStreamWindowSize: MAX_STREAM_WINDOW_BYTES } })() as StreamMuxerFactory
    return {
      protocol: factory.protocol,
      createStreamMuxer: connection => {
        const made = factory.createStreamMuxer(connection)
        const mended = made as unknown as MendedMuxer
        const newStream = mended._newStream.bind(made)
        mended._newStream = (...args) => {
          const stream = newStream(...args)
          const sendWindowUpdate = stream.sendWindowUpdate.bind(stream)
          stream.sendWindowUpdate = () => {
            try {
              sendWindowUpdate()
            } catch (error) {
              try {
                stream.abort(error as Error)
              } catch {
                // it is as closed as it can be
              }
            }
          }
          return stream
        }
        return made
      }
    }
  }
}
