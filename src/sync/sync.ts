import { Claims } from './claims.ts'
import { SyncProtocolError } from './errors.ts'
import { FRAME_DONE, FRAME_HELLO, FRAME_RECONCILE, frame, helloFrame, readHello, wantFrame } from './frame.ts'
import { Negentropy } from './negentropy.ts'
import { FRAME_LIMIT, FrameStream, itemsSince, receiveMessages, sendMessages, serve } from './session.ts'
import { STANDING_TIME } from './sync-api.ts'
import type { Claim } from './claims.ts'
import type { Needed } from './negentropy.ts'
import type { Sync, SyncProgress, SyncResult, SyncSource } from './sync-api.ts'
import type { AbortOptions, Stream } from '@libp2p/interface'

const MAX_ROUNDS = 256
/** The member has the next at hand while the answer to one is on its way. */
const WANTS_UNDER_WAY = 2
/** IDs asked for at once: a cut costs at most as many as are under way, and another member may take the others. */
const WANT_CHUNK = 2_048
/** … and at first: about what fills a screen, and a batch. */
const FIRST_WANT = 256
/** IDs that one member may claim to have and we lack. */
export const MAX_NEEDED_IDS = 500_000
/** How ranges are split: for a few missing messages half the traffic of the reference's 16 and 32, and two more turns. */
const SPLITTING = { branching: 4, leaf: 4, firstBranching: 16 }

class MemberSync implements Sync {
  readonly #source: SyncSource
  readonly #claims: Claims
  readonly #maxNeeded: number

  constructor (source: SyncSource, claims: Claims, maxNeeded: number) {
    this.#source = source
    this.#claims = claims
    this.#maxNeeded = maxNeeded
  }

  async run (stream: Stream, peer: string, options: AbortOptions & { since?: number, onProgress?(progress: SyncProgress): void } = {}): Promise<SyncResult> {
    const source = this.#source
    const frames = new FrameStream(stream, options)
    const progress: SyncProgress = { peer, missing: 0, received: 0, sent: 0, done: false }
    const tell = (): void => { options.onProgress?.({ ...progress }) }
    try {
      const from = Math.max(source.since(), options.since ?? 0)
      const { since, wants, allowed } = await this.#greet(frames, peer, from)
      const { have, need } = await this.#reconcile(frames, Math.max(from, since, allowed), wants)
      source.compared?.(peer, have)
      progress.missing = need.length
      if (need.length > 0) {
        tell()
      }
      const unmet: string[] = []
      await this.#fetch(frames, need, peer, options, received => {
        progress.received += received
        progress.missing = Math.max(0, progress.missing - received)
        tell()
      }, unmet)
      progress.missing = 0
      if (have.length > 0) {
        progress.sent = await sendMessages(frames, source, have.reverse(), allowed)
        if ((await frames.read()).kind !== FRAME_DONE) {
          throw new SyncProtocolError('The end of the exchange was expected.')
        }
      }
      progress.done = true
      tell()
      await frames.close()
      return { ...progress, unmet }
    } catch (error) {
      frames.abort(error as Error)
      throw error
    }
  }

  /** Both say what they are interested in, and show since when they have been in the room. */
  async #greet (frames: FrameStream, peer: string, from: number): Promise<{ since: number, wants: number, allowed: number }> {
    const source = this.#source
    await frames.write(helloFrame(from, undefined, source.proofs?.(peer)))
    const greeting = await frames.read()
    if (greeting.kind !== FRAME_HELLO) {
      throw new SyncProtocolError('A greeting was expected.')
    }
    const { since, wants, proofs } = readHello(greeting.body)
    return { since, wants, allowed: source.allows?.(peer, proofs) ?? 0 }
  }

  /** What only we have and they want, ascending; what only they have, in the order in which it is asked for. */
  async #reconcile (frames: FrameStream, since: number, wants: number): Promise<{ have: string[], need: string[] }> {
    const negentropy = new Negentropy(itemsSince(this.#source, since), { frameLimit: FRAME_LIMIT, ...SPLITTING, cuts: [STANDING_TIME + 1] })
    const have: string[] = []
    const need: Needed[] = []
    let next: Uint8Array | undefined = negentropy.initiate()
    for (let round = 0; next != null; round++) {
      if (round >= MAX_ROUNDS) {
        throw new SyncProtocolError('Reconciliation does not come to an end.')
      }
      await frames.write(frame(FRAME_RECONCILE, next))
      const answer = await frames.read()
      if (answer.kind !== FRAME_RECONCILE) {
        throw new SyncProtocolError('An answer to the reconciliation was expected.')
      }
      const difference = negentropy.reconcile(answer.body)
      for (const { id, time } of difference.have) {
        if (time === STANDING_TIME || time >= wants) {
          have.push(id)
        }
      }
      for (const needed of difference.need) {
        need.push(needed)
      }
      if (need.length > this.#maxNeeded) {
        throw new SyncProtocolError('A member claims to have more than any member can.')
      }
      next = difference.next
    }
    return { have, need: inOrder(need) }
  }

  /** Nothing is asked of this member while another is sending it. */
  async #fetch (frames: FrameStream, ids: string[], peer: string, options: AbortOptions, onBatch: (received: number) => void, unmet?: string[]): Promise<number> {
    const asked: Array<{ wanted: Map<string, string>, claim: Claim }> = []
    let left = ids
    let added = 0
    try {
      while (true) {
        const later: string[] = []
        const chunks = this.#chunks(left, later)
        let idle = true
        while (true) {
          while (asked.length < WANTS_UNDER_WAY) {
            const { value: wanted } = chunks.next()
            if (wanted == null) {
              break
            }
            const chunk = [...wanted.keys()]
            asked.push({ wanted, claim: this.#claims.take(chunk) })
            await frames.write(wantFrame(chunk))
          }
          const [first] = asked
          if (first == null) {
            break
          }
          idle = false
          added += await receiveMessages(frames, this.#source, first.wanted, peer, received => {
            asked.forEach(({ claim }) => { claim.progress() })
            onBatch(received)
          })
          first.wanted.forEach(id => { unmet?.push(id) })
          first.claim.release()
          asked.shift()
        }
        if (later.length === 0) {
          return added
        }
        idle && await this.#claims.change(options)
        left = later
      }
    } finally {
      asked.forEach(({ claim }) => { claim.release() })
    }
  }

  /** What is to be asked for at once, when it is: what came meanwhile is not, and what another member is sending is left for later. */
  * #chunks (ids: string[], later: string[]): Generator<Map<string, string>, undefined> {
    let wanted = new Map<string, string>()
    let most = FIRST_WANT
    for (const id of ids) {
      if (this.#source.has(id)) {
        continue
      }
      if (this.#claims.has(id)) {
        later.push(id)
        continue
      }
      wanted.set(id, id)
      if (wanted.size === most) {
        yield wanted
        wanted = new Map()
        most = WANT_CHUNK
      }
    }
    if (wanted.size > 0) {
      yield wanted
    }
  }

  async serve (stream: Stream, peer: string, options: AbortOptions & { onProgress?(progress: SyncProgress): void } = {}): Promise<void> {
    const frames = new FrameStream(stream, options)
    const progress: SyncProgress = { peer, missing: 0, received: 0, sent: 0, done: false }
    try {
      await serve(frames, this.#source, peer, (received, sent) => {
        if (received + sent > 0) {
          progress.received += received
          progress.sent += sent
          options.onProgress?.({ ...progress })
        }
      })
      await frames.close()
      if (progress.received + progress.sent > 0) {
        options.onProgress?.({ ...progress, done: true })
      }
    } catch (error) {
      frames.abort(error as Error)
      throw error
    }
  }

  async fetch (stream: Stream, ids: string[], peer: string, options: AbortOptions = {}): Promise<number> {
    const frames = new FrameStream(stream, options)
    try {
      if ((this.#source.proofs?.(peer).length ?? 0) > 0) {
        await this.#greet(frames, peer, this.#source.since())
      }
      const added = await this.#fetch(frames, ids, peer, options, () => {})
      await frames.close()
      return added
    } catch (error) {
      frames.abort(error as Error)
      throw error
    }
  }
}

/** What others are judged by comes first, then the newest: that is what people look at. */
function inOrder (need: Needed[]): string[] {
  const standing = need.filter(({ from }) => from <= STANDING_TIME)
  const dated = need.filter(({ from }) => from > STANDING_TIME).reverse()
  return [...standing, ...dated.sort((a, b) => b.from - a.from)].map(({ id }) => id)
}

/**
 * Exchange of what members hold, over one member stream at a time: set reconciliation (negentropy),
 * then the messages themselves. Resumable: whatever arrived before a cut is not asked for again.
 *
 * @param now - ms, for noticing a member that stalls
 */
export function createSync (source: SyncSource, now: () => number = () => performance.now(), { maxNeeded = MAX_NEEDED_IDS }: { maxNeeded?: number } = {}): Sync {
  return new MemberSync(source, new Claims(now), maxNeeded)
}
