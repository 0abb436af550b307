import { advance } from '../crypto/index.ts'
import type { AbortOptions } from '@libp2p/interface'

/** Steps between two turns of the event loop: about 25 ms with SHA-256 of the machine, not of JavaScript. */
export const WALK_SLICE = 2_048

/**
 * K(to) from K(from), as `advance`, for ways that may be long: a week of epochs of one second takes
 * seconds, in which everything else goes on.
 *
 * @throws {EpochRangeError} when one slice of the way does not exist
 */
export async function walkKey (key: Uint8Array, from: number, to: number, { signal }: AbortOptions = {}): Promise<Uint8Array> {
  let current = key.slice()
  try {
    for (let epoch = from; epoch < to;) {
      signal?.throwIfAborted()
      const next = Math.min(to, epoch + WALK_SLICE)
      const key = advance(current, epoch, next)
      current.fill(0)
      current = key.slice()
      key.fill(0)
      epoch = next
      if (epoch < to) {
        await new Promise(resolve => setTimeout(resolve))
      }
    }
    signal?.throwIfAborted()
    return current
  } catch (error) {
    current.fill(0)
    throw error
  }
}
