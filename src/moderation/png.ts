/** Pixels of pictures that are decoded; larger ones are not looked at. */
export const MAX_PIXELS = 16_000_000

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10]
/** samples a pixel by colour type (W3C PNG, third edition, §11.2.1) */
const SAMPLES: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

export interface Picture { pixels: Uint8Array, width: number, height: number }

interface Header { width: number, height: number, depth: number, colour: number, samples: number, stride: number }

function readHeader (view: DataView, at: number): Header | undefined {
  const [width, height] = [view.getUint32(at), view.getUint32(at + 4)]
  const [depth, colour, compression, filter, interlace] = [8, 9, 10, 11, 12].map(offset => view.getUint8(at + offset))
  const samples = SAMPLES[colour]
  // interlaced ones come seven times over; hardly anybody makes them
  if (samples == null || ![1, 2, 4, 8, 16].includes(depth) || compression !== 0 || filter !== 0 || interlace !== 0 || width === 0 || height === 0 || width * height > MAX_PIXELS) {
    return undefined
  }
  return { width, height, depth, colour, samples, stride: Math.ceil(width * samples * depth / 8) }
}

/** Inflates to exactly `length` bytes; what would become more is given up before it does. */
async function inflate (parts: Uint8Array[], length: number): Promise<Uint8Array | undefined> {
  const inflated = new Uint8Array(length)
  let at = 0
  const reader = new Blob(parts as BlobPart[]).stream().pipeThrough(new DecompressionStream('deflate')).getReader()
  try {
    while (true) {
      const { value, done } = await reader.read()
      if (done) {
        return at === length ? inflated : undefined
      }
      if (at + value.length > length) {
        return undefined
      }
      inflated.set(value, at)
      at += value.length
    }
  } catch {
    return undefined
  } finally {
    await reader.cancel().catch(() => {})
  }
}

/** Undoes a row's filter (§9.2); the row above is undone already. */
function unfilter (rows: Uint8Array, { height, stride, depth, samples }: Header): boolean {
  const step = Math.max(1, depth * samples / 8)
  for (let y = 0; y < height; y++) {
    const start = y * (stride + 1) + 1
    const above = start - stride - 1
    const kind = rows[start - 1]
    if (kind > 4) {
      return false
    }
    for (let x = 0; x < stride; x++) {
      const left = x < step ? 0 : rows[start + x - step]
      const up = y === 0 ? 0 : rows[above + x]
      const corner = x < step || y === 0 ? 0 : rows[above + x - step]
      rows[start + x] += kind === 0 ? 0 : kind === 1 ? left : kind === 2 ? up : kind === 3 ? (left + up) >> 1 : paeth(left, up, corner)
    }
  }
  return true
}

function paeth (left: number, up: number, corner: number): number {
  const [toLeft, toUp, toCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)]
  return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner
}

function paint (rows: Uint8Array, header: Header, palette: Uint8Array, alphas: Uint8Array): Uint8Array {
  const { width, height, depth, colour, samples, stride } = header
  const pixels = new Uint8Array(width * height * 4)
  const most = 2 ** Math.min(depth, 8) - 1
  for (let y = 0; y < height; y++) {
    const start = y * (stride + 1) + 1
    const sample = (index: number): number => depth >= 8 ? rows[start + index * depth / 8] : rows[start + (index * depth >> 3)] >> (8 - depth - (index * depth & 7)) & most
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4
      if (colour === 3) {
        const entry = sample(x)
        pixels.set([palette[entry * 3] ?? 0, palette[entry * 3 + 1] ?? 0, palette[entry * 3 + 2] ?? 0, alphas[entry] ?? 255], at)
        continue
      }
      const first = Math.round(sample(x * samples) * 255 / most)
      const grey = colour === 0 || colour === 4
      pixels[at] = first
      pixels[at + 1] = grey ? first : sample(x * samples + 1)
      pixels[at + 2] = grey ? first : sample(x * samples + 2)
      pixels[at + 3] = colour === 4 ? sample(x * samples + 1) : colour === 6 ? sample(x * samples + 3) : 255
    }
  }
  return pixels
}

/**
 * Pixels of a PNG (W3C PNG, third edition), RGBA. Undefined for what is none, is damaged, interlaced,
 * or has more than MAX_PIXELS: nothing is allocated for a size that is only claimed.
 */
export async function readPng (bytes: Uint8Array): Promise<Picture | undefined> {
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) {
    return undefined
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const data: Uint8Array[] = []
  let header: Header | undefined
  let palette: Uint8Array = new Uint8Array()
  let alphas: Uint8Array = new Uint8Array()
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at)
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    const body = bytes.subarray(at + 8, at + 8 + length)
    if (body.length !== length || kind === 'IEND') {
      break
    }
    if (kind === 'IHDR' && length === 13) {
      header = readHeader(view, at + 8)
    } else if (kind === 'PLTE') {
      palette = body
    } else if (kind === 'tRNS') {
      alphas = body
    } else if (kind === 'IDAT') {
      data.push(body)
    }
    at += length + 12
  }
  if (header == null || data.length === 0) {
    return undefined
  }
  const rows = await inflate(data, header.height * (header.stride + 1))
  return rows == null || !unfilter(rows, header)
    ? undefined
    : { pixels: paint(rows, header, palette, header.colour === 3 ? alphas : new Uint8Array()), width: header.width, height: header.height }
}
