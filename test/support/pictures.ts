import { crc32, deflateSync } from 'node:zlib'

export type Paint = (x: number, y: number) => [number, number, number, number?]

/** A landscape of waves and edges, told by position so that it can be drawn at any size. */
export const scene: Paint = (x, y) => {
  const wave = Math.sin(x * 9 + 3 * Math.sin(y * 5)) * 60 + Math.cos(y * 7 - x * 2) * 50
  const edge = (x - 0.6) ** 2 + (y - 0.4) ** 2 < 0.05 ? 90 : 0
  return [128 + wave, 120 + wave * 0.8 - edge, 110 + edge]
}

export function pixelsOf (width: number, height: number, paint: Paint, change: (grey: number) => number = grey => grey): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [red, green, blue, alpha = 255] = paint((x + 0.5) / width, (y + 0.5) / height)
      pixels.set([change(red), change(green), change(blue), alpha], (y * width + x) * 4)
    }
  }
  return pixels
}

export function chunk (kind: string, body: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const named = Buffer.concat([Buffer.from(kind), body])
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, check])
}

/** A PNG whose rows use each filter in turn. */
export function png (width: number, height: number, header: { depth?: number, colour?: number, interlace?: number, claimed?: number } = {}, raw?: Uint8Array, more: Buffer[] = []): Uint8Array {
  const { depth = 8, colour = 6, interlace = 0, claimed = height } = header
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width)
  head.writeUInt32BE(claimed, 4)
  head.set([depth, colour, 0, 0, interlace], 8)
  const data = raw ?? filtered(pixelsOf(width, height, scene), width * 4, height)
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), ...more, chunk('IDAT', deflateSync(data)), chunk('IEND', Buffer.alloc(0))])
}

function filtered (pixels: Uint8Array | Uint8ClampedArray, stride: number, height: number): Uint8Array {
  const rows = new Uint8Array(height * (stride + 1))
  for (let y = 0; y < height; y++) {
    rows[y * (stride + 1)] = y % 5
    for (let x = 0; x < stride; x++) {
      const left = x < 4 ? 0 : pixels[y * stride + x - 4]
      const up = y === 0 ? 0 : pixels[(y - 1) * stride + x]
      const corner = x < 4 || y === 0 ? 0 : pixels[(y - 1) * stride + x - 4]
      const near = [left, up, corner].sort((a, b) => Math.abs(left + up - corner - a) - Math.abs(left + up - corner - b))[0]
      rows[y * (stride + 1) + 1 + x] = pixels[y * stride + x] - [0, left, up, (left + up) >> 1, near][y % 5]
    }
  }
  return rows
}
