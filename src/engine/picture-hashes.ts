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

  /** Looks at a picture's bytes; undefined for what only a page can decode. */
  async look (message: SignedMessage, data: Uint8Array): Promise<string | undefined> {
    const known = this.of(message)
    // a page that opens no picture does not load this
    const picture = known == null ? await (await import('../moderation/png.ts')).readPng(data) : undefined
    if (picture == null) {
      return known
    }
    const hash = imageHash(greysOf(picture.pixels, picture.width, picture.height))
    this.note(message, hash)
    return hash
  }

  clear (): void { this.#hashes.clear() }
}
