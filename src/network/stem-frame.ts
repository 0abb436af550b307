import { SIZE_CLASSES } from '../wire/index.ts'

/** Index of the size class (1 byte), epoch (4 bytes, big-endian), then the envelope. */
export const STEM_HEADER_BYTES = 5

/** Thrown for bytes that are no frame of the stem protocol. */
export class InvalidStemFrameError extends Error {
  static name = 'InvalidStemFrameError'
  name = 'InvalidStemFrameError'
}

export interface StemFrame {
  epoch: number
  envelope: Uint8Array
}

/** Header of a frame; the envelope follows as it is. */
export function stemHeader ({ epoch, envelope }: StemFrame): Uint8Array {
  const header = new Uint8Array(STEM_HEADER_BYTES)
  header[0] = SIZE_CLASSES.indexOf(envelope.byteLength)
  new DataView(header.buffer).setUint32(1, epoch)
  return header
}

/** Takes frames out of a byte stream; keeps at most one unfinished frame (64 KiB). */
export class StemFrameReader {
  #rest: Uint8Array = new Uint8Array(0)

  /**
   * @throws {InvalidStemFrameError}
   */
  push (chunk: Uint8Array): StemFrame[] {
    let bytes = chunk
    if (this.#rest.byteLength > 0) {
      bytes = new Uint8Array(this.#rest.byteLength + chunk.byteLength)
      bytes.set(this.#rest)
      bytes.set(chunk, this.#rest.byteLength)
    }
    const frames: StemFrame[] = []
    let offset = 0
    while (offset < bytes.byteLength) {
      const size = SIZE_CLASSES[bytes[offset]]
      if (size == null) {
        throw new InvalidStemFrameError(`${bytes[offset]} is no size class of an envelope.`)
      }
      const end = offset + STEM_HEADER_BYTES + size
      if (end > bytes.byteLength) {
        break
      }
      const epoch = new DataView(bytes.buffer, bytes.byteOffset + offset + 1, 4).getUint32(0)
      // copied: an envelope may be remembered for long, what it arrived in may not
      frames.push({ epoch, envelope: bytes.slice(offset + STEM_HEADER_BYTES, end) })
      offset = end
    }
    this.#rest = bytes.slice(offset)
    return frames
  }
}
