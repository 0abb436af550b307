/** dHash: N. Krawetz, "Kind of Like That", hackerfactor.com, 21 January 2013. 8 rows of 9 greys: 64 differences. */
export const HASH_COLUMNS = 9
export const HASH_ROWS = 8
/** Bits by which two hashes may differ and still be of one picture; by chance two of a million do. */
export const IMAGE_DISTANCE = 10

/**
 * Perceptual hash of a picture, 16 hex digits: a bit per neighbouring pair of greys, row by row from
 * the top left, set where the left one is brighter. Re-encoding, scaling and small changes of colour
 * move few bits.
 *
 * @param greys - 72 greys, 9 a row (see greysOf)
 */
export function imageHash (greys: ArrayLike<number>): string {
  let hash = 0n
  for (let row = 0; row < HASH_ROWS; row++) {
    for (let column = 0; column < HASH_COLUMNS - 1; column++) {
      const at = row * HASH_COLUMNS + column
      hash = hash << 1n | (greys[at] > greys[at + 1] ? 1n : 0n)
    }
  }
  return hash.toString(16).padStart(16, '0')
}

/** A picture of one colour, or that only grows lighter or darker, has the hash of every other such picture. */
export function isTelling (hash: string): boolean {
  let ones = 0
  for (let rest = BigInt(`0x${hash}`); rest > 0n; rest &= rest - 1n) {
    ones++
  }
  return ones > 3 && ones < 61
}

/** Luma (ITU-R BT.601) of a pixel on white, times 255,000. */
function luma (pixels: ArrayLike<number>, at: number): number {
  const alpha = pixels[at + 3]
  return alpha * (299 * pixels[at] + 587 * pixels[at + 1] + 114 * pixels[at + 2]) + (255 - alpha) * 255_000
}

/**
 * 9 × 8 greys of a picture: means over equal parts of it.
 *
 * @param pixels - RGBA, 4 bytes a pixel, row by row
 * @param width - pixels, at least 1
 * @param height - pixels, at least 1
 */
export function greysOf (pixels: ArrayLike<number>, width: number, height: number): number[] {
  const greys: number[] = []
  for (let row = 0; row < HASH_ROWS; row++) {
    const top = Math.floor(row * height / HASH_ROWS)
    const bottom = Math.max(top + 1, Math.floor((row + 1) * height / HASH_ROWS))
    for (let column = 0; column < HASH_COLUMNS; column++) {
      const left = Math.floor(column * width / HASH_COLUMNS)
      const right = Math.max(left + 1, Math.floor((column + 1) * width / HASH_COLUMNS))
      let sum = 0
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) {
          sum += luma(pixels, (y * width + x) * 4)
        }
      }
      greys.push(Math.round(sum / ((bottom - top) * (right - left) * 255_000)))
    }
  }
  return greys
}
