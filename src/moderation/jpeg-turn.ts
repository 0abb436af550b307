import type { Picture } from './png.ts'

const ORIENTATION = 0x0112
const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0]

/** How a JPEG wants to be turned when it is shown: 1 (as it is) to 8, Exif 2.32 §4.6.4. */
export function orientationOf (bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    for (let at = 2; bytes[at] === 0xff && bytes[at + 1] !== 0xda; at += 2 + view.getUint16(at + 2)) {
      if (bytes[at + 1] === 0xe1 && EXIF.every((byte, i) => bytes[at + 4 + i] === byte)) {
        return inTiff(view, at + 10)
      }
    }
  } catch {
    // cut off: as it is
  }
  return 1
}

function inTiff (view: DataView, start: number): number {
  const little = view.getUint16(start) === 0x4949
  const directory = start + view.getUint32(start + 4, little)
  const count = view.getUint16(directory, little)
  for (let i = 0; i < count; i++) {
    const field = directory + 2 + i * 12
    if (view.getUint16(field, little) === ORIENTATION) {
      const value = view.getUint16(field + 8, little)
      return value >= 1 && value <= 8 ? value : 1
    }
  }
  return 1
}

/** A picture as it is shown. */
export function turned ({ pixels, width, height }: Picture, orientation: number): Picture {
  if (orientation === 1) {
    return { pixels, width, height }
  }
  const lies = orientation >= 5
  const [wide, high] = lies ? [height, width] : [width, height]
  const from = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height)
  const to = new Uint32Array(width * height)
  const [fromRight, fromBelow] = [[2, 3, 7, 8].includes(orientation), [3, 4, 6, 7].includes(orientation)]
  for (let y = 0; y < high; y++) {
    for (let x = 0; x < wide; x++) {
      const [column, row] = lies ? [y, x] : [x, y]
      to[y * wide + x] = from[(fromBelow ? height - 1 - row : row) * width + (fromRight ? width - 1 - column : column)]
    }
  }
  return { pixels: new Uint8Array(to.buffer), width: wide, height: high }
}
