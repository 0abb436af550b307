/** Thrown when a picture cannot be read through to its end, so that nobody can say what else is in it. */
export class UnreadablePictureError extends Error {
  static name = 'UnreadablePictureError'
  name = 'UnreadablePictureError'
}

/** A picture without what its camera or editor wrote into it, and the kinds of things that were left out. */
export interface CleanPicture { data: Uint8Array, removed: string[] }

const EXIF = ascii('Exif\0\0')
const ICC = ascii('ICC_PROFILE\0')
const JFIF = ascii('JFIF\0')
const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
/** Chunks that decide what a PNG looks like (PNG third edition §11; APNG). */
const PNG_SHOWN = new Set('IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs hIST sPLT cICP mDCV cLLI acTL fcTL fdAT'.split(' '))
const WEBP_SHOWN = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP'])
/** Flags of VP8X that announce EXIF and XMP. */
const WEBP_METADATA = 0x08 | 0x04

function ascii (text: string): Uint8Array { return Uint8Array.from(text, char => char.charCodeAt(0)) }

function begins (data: Uint8Array, start: Uint8Array, at = 0): boolean {
  return data.length >= at + start.length && start.every((byte, i) => data[at + i] === byte)
}

function textAt (data: Uint8Array, at: number): string { return String.fromCharCode(...data.subarray(at, at + 4)) }

/**
 * A JPEG, PNG or WebP without place, camera, time, comments, previews and whatever was appended to it;
 * what it looks like (colours, how it is turned) stays. Other bytes come back as they are.
 *
 * @throws {UnreadablePictureError} for one of these that is damaged
 */
export function withoutMetadata (data: Uint8Array): CleanPicture {
  try {
    if (begins(data, Uint8Array.of(0xff, 0xd8, 0xff))) {
      return cleanJpeg(data)
    }
    if (begins(data, PNG)) {
      return cleanPng(data)
    }
    if (textAt(data, 0) === 'RIFF' && textAt(data, 8) === 'WEBP') {
      return cleanWebp(data)
    }
  } catch (error) {
    if (error instanceof RangeError) {
      throw new UnreadablePictureError('This picture is damaged, and what else is in it cannot be removed. Choose another one, or send it as it is.')
    }
    throw error
  }
  return { data, removed: [] }
}

/** ITU-T T.81: segments, then entropy-coded data in which 0xff is followed by 0 or a restart marker. */
function cleanJpeg (data: Uint8Array): CleanPicture {
  const view = viewOf(data)
  const kept: Uint8Array[] = [data.subarray(0, 2)]
  const removed = new Set<string>()
  let at = 2
  for (;;) {
    if (view.getUint8(at) !== 0xff) {
      throw new RangeError('no marker')
    }
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) {
      at++
      continue
    }
    if (marker === 0xd9) {
      kept.push(data.subarray(at, at + 2))
      if (at + 2 < data.length) {
        removed.add('appended')
      }
      return { data: concat(kept), removed: [...removed] }
    }
    const end = at + 2 + view.getUint16(at + 2)
    if (end > data.length || end < at + 4) {
      throw new RangeError('a segment is cut off')
    }
    const segment = data.subarray(at, end)
    const { keep, kind } = jpegSegment(marker, segment)
    if (keep != null) {
      kept.push(keep)
    }
    if (kind != null) {
      removed.add(kind)
    }
    at = end
    if (marker === 0xda) {
      const from = at
      while (view.getUint8(at) !== 0xff || view.getUint8(at + 1) === 0 || (view.getUint8(at + 1) & 0xf8) === 0xd0) {
        at++
      }
      kept.push(data.subarray(from, at))
    }
  }
}

function jpegSegment (marker: number, segment: Uint8Array): { keep?: Uint8Array, kind?: string } {
  const is = (name: Uint8Array): boolean => begins(segment, name, 4)
  if (marker === 0xfe) {
    return { kind: 'comment' }
  }
  if (marker === 0xe1) {
    const turned = is(EXIF) ? orientationOf(segment.subarray(4 + EXIF.length)) : 1
    return { keep: turned === 1 ? undefined : onlyOrientation(turned), kind: is(EXIF) ? 'exif' : 'xmp' }
  }
  if (marker === 0xe0 && is(JFIF) && segment.length >= 18) {
    // a preview may show what was cut from the picture
    const head = segment.slice(0, 18)
    head.set([0, 16], 2)
    head.set([0, 0], 16)
    return { keep: head, kind: segment.length > 18 ? 'preview' : undefined }
  }
  // Adobe's segment says how colours are coded
  const isShown = marker < 0xe0 || marker > 0xef || marker === 0xee || (marker === 0xe2 && is(ICC))
  return isShown ? { keep: segment } : { kind: 'application' }
}

/** Tag 0x0112 of the first directory (TIFF 6.0); 1 when it is not there. */
function orientationOf (tiff: Uint8Array): number {
  try {
    const view = viewOf(tiff)
    const little = view.getUint16(0) === 0x4949
    const directory = view.getUint32(4, little)
    for (let i = 0; i < view.getUint16(directory, little); i++) {
      const entry = directory + 2 + 12 * i
      if (view.getUint16(entry, little) === 0x0112) {
        const turned = view.getUint16(entry + 8, little)
        return turned >= 1 && turned <= 8 ? turned : 1
      }
    }
  } catch {
    // damaged: then nobody turns it by it either
  }
  return 1
}

/** A segment that says how the picture is turned, and nothing else. */
function onlyOrientation (turned: number): Uint8Array {
  const tiff = Uint8Array.of(0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turned, 0, 0, 0, 0, 0, 0)
  const length = 2 + EXIF.length + tiff.length
  return concat([Uint8Array.of(0xff, 0xe1, length >> 8, length & 0xff), EXIF, tiff])
}

/** Length ‖ type ‖ data ‖ CRC, up to IEND. */
function cleanPng (data: Uint8Array): CleanPicture {
  const view = viewOf(data)
  const kept: Uint8Array[] = [PNG]
  const removed = new Set<string>()
  for (let at = PNG.length; ;) {
    const end = at + 12 + view.getUint32(at)
    const type = textAt(data, at + 4)
    if (end > data.length) {
      throw new RangeError('a chunk is cut off')
    }
    if (PNG_SHOWN.has(type)) {
      kept.push(data.subarray(at, end))
    } else {
      removed.add(type === 'eXIf' ? 'exif' : type === 'tIME' ? 'time' : 'text')
    }
    at = end
    if (type === 'IEND') {
      if (at < data.length) {
        removed.add('appended')
      }
      return { data: concat(kept), removed: [...removed] }
    }
  }
}

/** RIFF: FourCC ‖ length ‖ data, padded to even lengths (RFC 9649 §2). */
function cleanWebp (data: Uint8Array): CleanPicture {
  const view = viewOf(data)
  const end = 8 + view.getUint32(4, true)
  if (end > data.length) {
    throw new RangeError('cut off')
  }
  const kept: Uint8Array[] = []
  const removed = new Set<string>(data.length > end + end % 2 ? ['appended'] : [])
  for (let at = 12; at < end;) {
    const length = view.getUint32(at + 4, true)
    const next = at + 8 + length + length % 2
    if (at + 8 + length > end) {
      throw new RangeError('a chunk is cut off')
    }
    const type = textAt(data, at)
    if (WEBP_SHOWN.has(type)) {
      const chunk = data.slice(at, next)
      if (type === 'VP8X') {
        chunk[8] &= ~WEBP_METADATA
      }
      kept.push(chunk)
    } else {
      removed.add(type === 'EXIF' ? 'exif' : type === 'XMP ' ? 'xmp' : 'application')
    }
    at = next
  }
  const head = data.slice(0, 12)
  viewOf(head).setUint32(4, 4 + kept.reduce((sum, { length }) => sum + length, 0), true)
  return { data: concat([head, ...kept]), removed: [...removed] }
}

// without a library: a page loads this file alone, when there is a picture to send
function concat (parts: Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

function viewOf (data: Uint8Array): DataView { return new DataView(data.buffer, data.byteOffset, data.byteLength) }
