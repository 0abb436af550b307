import { noise } from '@libp2p/noise'
import type { ConnectionEncrypter, MessageStream } from '@libp2p/interface'
import type { NoiseComponents } from '@libp2p/noise'
import type { Uint8ArrayList } from 'uint8arraylist'

/** Inside of the library, as far as it is mended here. */
interface Decoding {
  decoder?: { lengthDecoder? (data: Uint8Array | Uint8ArrayList): number }
}

/** Bytes of the length that stands before each of Noise's messages (libp2p noise spec, "Wire Format"). */
const LENGTH_BYTES = 2

/** One for all: its stack trace says nothing, and making one is dear. */
const MORE_TO_COME = new RangeError('The length has not arrived.')

/**
 * Noise that does not make an error of every read. The library's decoder asks for the next length until
 * it fails, which it does once for each read: stack traces were a twenty-fifth of the CPU of a room.
 */
export function encryption (): (components: NoiseComponents) => ConnectionEncrypter {
  return components => {
    const encrypter = noise()(components)
    const { secureInbound, secureOutbound } = encrypter
    encrypter.secureInbound = async (...args) => frugal(await secureInbound.apply(encrypter, args))
    encrypter.secureOutbound = async (...args) => frugal(await secureOutbound.apply(encrypter, args))
    return encrypter
  }
}

export function frugal<T extends { connection: MessageStream }> (secured: T): T {
  const { decoder } = secured.connection as Decoding
  const lengthOf = decoder?.lengthDecoder
  if (decoder != null && lengthOf != null) {
    decoder.lengthDecoder = data => {
      if (data.byteLength < LENGTH_BYTES) {
        throw MORE_TO_COME
      }
      return lengthOf(data)
    }
  }
  return secured
}
