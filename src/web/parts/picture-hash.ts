import { greysOf, imageHash } from '../../moderation/image-hash.ts'

/** Pictures are drawn this small before they are compared, pixels: enough for 9 × 8 greys. */
const DRAWN = 256

/** What a page decodes at most, at 4 bytes each: a file of 50 KB can claim gigabytes. */
const MAX_PIXELS = 50_000_000

/** Whether a picture leaves room for anything else: its size is read from its head, nothing is decoded. */
export async function isBearable (picture: Blob): Promise<boolean> {
  const image = new Image()
  image.src = URL.createObjectURL(picture)
  await new Promise(resolve => { image.onload = image.onerror = resolve })
  URL.revokeObjectURL(image.src)
  return image.naturalWidth * image.naturalHeight <= MAX_PIXELS
}

/** Perceptual hash of a picture that this browser can show. */
export async function pictureHash (picture: Blob): Promise<string | undefined> {
  try {
    const bitmap = await createImageBitmap(picture)
    const scale = Math.min(1, DRAWN / Math.max(bitmap.width, bitmap.height))
    const [width, height] = [bitmap.width, bitmap.height].map(each => Math.max(1, Math.round(each * scale)))
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
    if (context == null) {
      return undefined
    }
    context.imageSmoothingQuality = 'high'
    // a canvas keeps colours times alpha, and what is nearly transparent loses them
    context.fillStyle = '#fff'
    context.fillRect(0, 0, width, height)
    context.drawImage(bitmap, 0, 0, width, height)
    bitmap.close()
    return imageHash(greysOf(context.getImageData(0, 0, width, height).data, width, height))
  } catch {
    return undefined
  }
}
