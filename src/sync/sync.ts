import { SyncProtocolError } from './errors.ts'
import { FRAME_DONE, FRAME_HELLO, FRAME_RECONCILE, MAX_WANT_IDS, frame, helloFrame, readHello, wantFrame } from './frame.ts'
import { idKey } from './id-key.ts'
import { Negentropy } from './negentropy.ts'
import { FRAME_LIMIT, FrameStream, itemsSince, receiveMessages, sendMessages, serve } from './session.ts'
import type { Sync, SyncProgress, SyncSource } from './sync-api.ts'
import type { AbortOptions, Stream } from '@libp2p/interface'

const MAX_ROUNDS = 256
/** IDs asked for at once: a cut costs at most so much. */
const WANT_CHUNK = 8_192

class MemberSync implements Sync {
  readonly #source: SyncSource
  /** asked of some member now: no other is asked for the same */
  readonly #inFlight = new Set<string>()

  constructor (source: SyncSource) {
    this.#source = source
  }

  async run (stream: Stream, peer: string, options: AbortOptions & { onProgress?(progress: SyncProgress): void } = {}): Promise<SyncProgress> {
    const source = this.#source
    const frames = new FrameStream(stream, options)
    const progress: SyncProgress = { peer, missing: 0, received: 0, sent: 0, done: false }
    const tell = (): void => { options.onProgress?.({ ...progress }) }
    try {
      await frames.write(helloFrame(source.since()))
      const greeting = await frames.read()
      if (greeting.kind !== FRAME_HELLO) {
        throw new SyncProtocolError('A greeting was expected')
      }
      const { have, need } = await this.#reconcile(frames, Math.max(source.since(), readHello(greeting.body)))
      progress.missing = need.length
      if (need.length > 0) {
        tell()
      }
      // ranges come in ascending time: the newest is what people look at first
      need.reverse()
      await this.#fetch(frames, need, peer, received => {
        progress.received += received
        progress.missing = Math.max(0, progress.missing - received)
        tell()
      })
      if (have.length > 0) {
        progress.sent = await sendMessages(frames, source, have.reverse())
        if ((await frames.read()).kind !== FRAME_DONE) {
          throw new SyncProtocolError('The end of the exchange was expected')
        }
      }
      progress.done = true
      tell()
      await frames.close()
      return progress
    } catch (error) {
      frames.abort(error as Error)
      throw error
    }
  }

  async #reconcile (frames: FrameStream, since: number): Promise<{ have: Uint8Array[], need: Uint8Array[] }> {
    const negentropy = new Negentropy(itemsSince(this.#source, since), { frameLimit: FRAME_LIMIT })
    const have: Uint8Array[] = []
    const need: Uint8Array[] = []
    let next: Uint8Array | undefined = negentropy.initiate()
    for (let round = 0; next != null; round++) {
      if (round >= MAX_ROUNDS) {
        throw new SyncProtocolError('Reconciliation does not come to an end')
      }
      await frames.write(frame(FRAME_RECONCILE, next))
      const answer = await frames.read()
      if (answer.kind !== FRAME_RECONCILE) {
        throw new SyncProtocolError('An answer to the reconciliation was expected')
      }
      const difference = negentropy.reconcile(answer.body)
      have.push(...difference.have)
      need.push(...difference.need)
      next = difference.next
    }
    return { have, need }
  }

  async #fetch (frames: FrameStream, ids: Uint8Array[], peer: string, onBatch: (received: number) => void): Promise<number> {
    let added = 0
    for (let i = 0; i < ids.length; i += WANT_CHUNK) {
      // what came meanwhile or is on its way from somebody else is not asked for again
      const chunk = ids.slice(i, i + Math.min(WANT_CHUNK, MAX_WANT_IDS)).filter(id => !this.#inFlight.has(idKey(id)) && !this.#source.has(id))
      if (chunk.length === 0) {
        continue
      }
      const keys = chunk.map(idKey)
      keys.forEach(key => { this.#inFlight.add(key) })
      try {
        await frames.write(wantFrame(chunk))
        added += await receiveMessages(frames, this.#source, new Set(keys), peer, onBatch)
      } finally {
        keys.forEach(key => { this.#inFlight.delete(key) })
      }
    }
    return added
  }

  async serve (stream: Stream, peer: string, options: AbortOptions = {}): Promise<void> {
    const frames = new FrameStream(stream, options)
    try {
      await serve(frames, this.#source, peer)
      await frames.close()
    } catch (error) {
      frames.abort(error as Error)
      throw error
    }
  }

  async fetch (stream: Stream, ids: Uint8Array[], peer: string, options: AbortOptions = {}): Promise<number> {
    const frames = new FrameStream(stream, options)
    try {
      const added = await this.#fetch(frames, ids, peer, () => {})
      await frames.close()
      return added
    } catch (error) {
      frames.abort(error as Error)
      throw error
    }
  }
}

/**
 * Exchange of what members hold, over one member stream at a time: set reconciliation (negentropy),
 * then the messages themselves. Resumable: whatever arrived before a cut is not asked for again.
 */
export function createSync (source: SyncSource): Sync {
  return new MemberSync(source)
}
