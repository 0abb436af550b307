import { byteStream } from '@libp2p/utils'
import { Uint8ArrayList } from 'uint8arraylist'
import { drained } from './drained.ts'
import { lengthPrefix } from './length-prefix.ts'
import type { AbortOptions, Stream } from '@libp2p/interface'

/** Bytes that may have arrived before anybody reads them; then the peer is asked to wait. */
export const READ_AHEAD_BYTES = 256 * 1024
/** Over WebRTC a peer cannot be asked to wait: whoever sends so much more than is read is cut off. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024
/** A length in as many bytes is beyond every frame. */
const MAX_LENGTH_BYTES = 4

/** Thrown when a peer announces a frame larger than any frame of this protocol. */
export class FrameLengthError extends Error {
  static name = 'FrameLengthError'
  name = 'FrameLengthError'
}

export interface PacedBytes {
  /** exactly so many bytes; rejects when the stream ends first */
  read (options: AbortOptions & { bytes: number }): Promise<Uint8ArrayList>
  /** resolves when the peer is ready for more */
  write (bytes: Uint8Array | Uint8ArrayList, options?: AbortOptions): Promise<void>
  /** gives the stream back, with what was not read */
  unwrap (): Stream
}

/** @param options.maxBufferSize - bytes after which a peer that does not wait when asked to is cut off (default 4 MiB) */
export function pacedBytes (stream: Stream, { maxBufferSize = MAX_UNREAD_BYTES }: { maxBufferSize?: number } = {}): PacedBytes {
  const bytes = byteStream(stream, { maxBufferSize })
  // arrived and not read yet
  let ahead = 0
  // what the present read asks for
  let wanted = 0
  let resuming = false

  const pace = (): void => {
    if (stream.readStatus === 'readable' && ahead >= wanted && ahead > READ_AHEAD_BYTES) {
      stream.pause()
    } else if (stream.readStatus === 'paused' && (ahead < wanted || ahead <= READ_AHEAD_BYTES / 2)) {
      // a pause while it hands over what lies there would be undone when it has done so
      resuming = true
      stream.resume()
      resuming = false
      pace()
    }
  }
  const onMessage = ({ data }: { data: { byteLength: number } }): void => {
    ahead += data.byteLength
    !resuming && pace()
  }
  stream.addEventListener('message', onMessage)

  return {
    read: async options => {
      wanted = options.bytes
      pace()
      try {
        const read = await bytes.read(options)
        ahead -= read.byteLength
        return read
      } finally {
        wanted = 0
        pace()
      }
    },
    write: async (data, { signal } = {}) => {
      signal?.throwIfAborted()
      stream.send(data)
      // one window may be less than one write: what is left waits for the next
      while (stream.writableNeedsDrain) {
        await drained(stream, signal)
      }
    },
    unwrap: () => {
      stream.removeEventListener('message', onMessage)
      stream.readStatus === 'paused' && stream.resume()
      return bytes.unwrap()
    }
  }
}

export interface PacedFrames {
  read (options?: AbortOptions): Promise<Uint8ArrayList>
  write (bytes: Uint8Array, options?: AbortOptions): Promise<void>
}

/**
 * Frames after their length as an unsigned varint, as libp2p's protocols have it.
 *
 * @param options.maxDataLength - bytes of the largest frame taken from the peer
 */
export function pacedFrames (stream: Stream, { maxDataLength }: { maxDataLength: number }): PacedFrames {
  const bytes = pacedBytes(stream, { maxBufferSize: Math.max(MAX_UNREAD_BYTES, 4 * maxDataLength) })

  return {
    read: async options => {
      let length = 0

      for (let i = 0; ; i++) {
        const [byte] = (await bytes.read({ ...options, bytes: 1 })).subarray()
        length += (byte & 0x7f) * 2 ** (7 * i)

        if (length > maxDataLength || i === MAX_LENGTH_BYTES) {
          throw new FrameLengthError(`A frame has at most ${maxDataLength} bytes.`)
        }

        if (byte < 0x80) {
          break
        }
      }

      return length === 0 ? new Uint8ArrayList() : bytes.read({ ...options, bytes: length })
    },
    write: async (data, options) => bytes.write(new Uint8ArrayList(lengthPrefix(data.byteLength), data), options)
  }
}
