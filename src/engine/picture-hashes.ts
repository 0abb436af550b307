import { toString } from 'uint8arrays'
import { greysOf, imageHash } from '../moderation/index.ts'
import { BoundedMap } from '../network/limits.ts'
import type { SignedMessage } from '../wire/index.ts'

/** Pictures whose perceptual hash is remembered. */
export const MAX_PICTURES = 20_000

/** Perceptual hashes of the pictures that were opened here, by content. What a sender says of its picture proves nothing, so nobody is asked. */
export class PictureHashes {
  readonly #hashes = new BoundedMap<string, string>({ max: MAX_PICTURES })

  of ({ body }: SignedMessage): string | undefined {
    return body.kind === 'attachment' ? this.#hashes.get(toString(body.hash, 'hex')) : undefined
  }

  note ({ body }: SignedMessage, hash: string): void {
    if (body.kind === 'attachment') {
      this.#hashes.set(toString(body.hash, 'hex'), hash)
    }
  }

  /** Looks at a picture's bytes; undefined for what cannot be decoded here. */
  async look (message: SignedMessage, data: Uint8Array): Promise<string | undefined> {
    const known = this.of(message)
    const greys = known == null ? await greysIn(data) : undefined
    if (greys == null) {
      return known
    }
    const hash = imageHash(greys)
    this.note(message, hash)
    return hash
  }

  clear (): void { this.#hashes.clear() }
}

/** What decodes pictures is not loaded where none is opened. */
async function greysIn (data: Uint8Array): Promise<number[] | undefined> {
  const { readPng } = await import('../moderation/png.ts')
  const png = await readPng(data)
  if (png != null) {
    return greysOf(png.pixels, png.width, png.height)
  }
  const { decodedGreys } = await import('../moderation/picture-decoder.ts')
  return decodedGreys(data)
}
