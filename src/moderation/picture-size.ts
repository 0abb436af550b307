import { MAX_PIXELS } from './png.ts'

export interface ClaimedSize { kind: 'jpeg' | 'webp', width: number, height: number }

/** Scans of a JPEG: cameras and editors make up to a dozen; each costs the decoder a walk over the whole picture. */
export const MAX_SCANS = 64

const isWithin = (width: number, height: number): boolean => width > 0 && height > 0 && width * height <= MAX_PIXELS

/**
 * What a JPEG (ITU-T T.81) or WebP (RFC 9649) says of itself, read before any decoder sees it. Undefined
 * for other files, for more than MAX_PIXELS and for a JPEG of more than MAX_SCANS.
 */
export function claimedSize (bytes: Uint8Array): ClaimedSize | undefined {
  try {
    return bytes[0] === 0xff && bytes[1] === 0xd8 ? jpegSize(bytes) : webpSize(bytes)
  } catch {
    // it ends within a header
    return undefined
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function jpegSize (bytes: Uint8Array): ClaimedSize | undefined {
  const view = viewOf(bytes)
  let size: ClaimedSize | undefined
  let scans = 0
  for (let at = 2; at + 3 < bytes.length;) {
    const marker = bytes[at + 1]
    // entropy-coded data: a byte 0xff in it is followed by 0 or a restart
    if (bytes[at] !== 0xff || marker === 0 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd7)) {
      const next = bytes.indexOf(0xff, at + 1)
      at = next < 0 ? bytes.length : next
      continue
    }
    if (marker === 0xd9) {
      break
    }
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)]
      // a second frame could be larger than the first
      if (size != null || !isWithin(width, height)) {
        return undefined
      }
      size = { kind: 'jpeg', width, height }
    } else if (marker === 0xda && ++scans > MAX_SCANS) {
      return undefined
    }
    at += 2 + view.getUint16(at + 2)
  }
  return size
}

function webpSize (bytes: Uint8Array): ClaimedSize | undefined {
  const view = viewOf(bytes)
  const text = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4))
  if (text(0) !== 'RIFF' || text(8) !== 'WEBP') {
    return undefined
  }
  let largest: ClaimedSize | undefined
  for (let at = 12; at + 8 <= bytes.length;) {
    const kind = text(at)
    const body = at + 8
    const size = kind === 'VP8 '
      ? [view.getUint16(body + 6, true) & 0x3fff, view.getUint16(body + 8, true) & 0x3fff]
      : kind === 'VP8L'
        ? [(view.getUint32(body + 1, true) & 0x3fff) + 1, (view.getUint32(body + 1, true) >>> 14 & 0x3fff) + 1]
        : kind === 'VP8X'
          ? [(view.getUint32(body + 3, true) >>> 8) + 1, (view.getUint32(body + 6, true) >>> 8) + 1]
          : undefined
    if (size != null) {
      const [width, height] = size
      if (!isWithin(width, height)) {
        return undefined
      }
      if (largest == null || width * height > largest.width * largest.height) {
        largest = { kind: 'webp', width, height }
      }
    }
    const length = view.getUint32(at + 4, true)
    at = body + length + (length & 1)
  }
  return largest
}
