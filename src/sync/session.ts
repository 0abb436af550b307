import { SIGNATURE_LENGTH, sha256Hex } from '../crypto/index.ts'
import { FrameLengthError, pacedFrames } from '../streams/index.ts'
import { SyncInterruptedError, SyncProtocolError } from './errors.ts'
import { BATCH_BYTES, FRAME_DONE, FRAME_HELLO, FRAME_MESSAGES, FRAME_RECONCILE, FRAME_WANT, MAX_FRAME_BYTES, frame, helloFrame, messagesFrame, readHello, readMessages, readWant } from './frame.ts'
import { ItemSet } from './item-set.ts'
import { Negentropy } from './negentropy.ts'
import { STANDING_TIME } from './sync-api.ts'
import type { FrameKind } from './frame.ts'
import type { SyncSource } from './sync-api.ts'
import type { PacedFrames } from '../streams/index.ts'
import type { AbortOptions, Stream } from '@libp2p/interface'

/** Reconciliation messages in one session: a set of 10 million items needs about ten. */
const MAX_ROUNDS = 256
/** IDs one session may ask us for. */
export const MAX_SERVED_IDS = 1_000_000
/** Messages of a session that we had already: a few cross on their way, more are a waste of our time. */
export const MAX_KNOWN = 4_096
/** Largest reconciliation message, bytes. */
export const FRAME_LIMIT = 256 * 1024
/** How ranges are split in answers. Lists of IDs end a turn early: here they pay for more than where the other side has to answer them. */
const SPLITTING = { branching: 4, leaf: 8 }
/** Messages handed out at once from the source. */
const CHUNK = 256

export interface Frame { kind: FrameKind, body: Uint8Array }

/** Frames over one stream, for either side. */
export class FrameStream {
  readonly #stream: Stream
  readonly #frames: PacedFrames
  readonly #signal?: AbortSignal

  constructor (stream: Stream, { signal }: AbortOptions) {
    this.#stream = stream
    this.#frames = pacedFrames(stream, { maxDataLength: MAX_FRAME_BYTES })
    this.#signal = signal
  }

  /** Resolves when the peer is ready for more. */
  async write (bytes: Uint8Array): Promise<void> {
    await this.#guarded(async () => this.#frames.write(bytes, { signal: this.#signal }))
  }

  /**
   * @throws {SyncProtocolError} for what is no frame
   * @throws {SyncInterruptedError} when the stream ends first
   */
  async read (): Promise<Frame> {
    const bytes = (await this.#guarded(async () => this.#frames.read({ signal: this.#signal }))).subarray()
    if (bytes.length === 0 || bytes[0] > FRAME_DONE) {
      throw new SyncProtocolError('This is not a sync frame.')
    }
    return { kind: bytes[0] as FrameKind, body: bytes.subarray(1) }
  }

  async #guarded<T> (act: () => Promise<T>): Promise<T> {
    // what lies ready would be read even then
    this.#signal?.throwIfAborted()
    try {
      return await act()
    } catch (error: any) {
      this.#signal?.throwIfAborted()
      if (error instanceof FrameLengthError) {
        throw new SyncProtocolError('A frame is larger than any frame.')
      }
      throw new SyncInterruptedError()
    }
  }

  async close (): Promise<void> { await this.#stream.close({ signal: this.#signal }) }
  abort (error: Error): void { this.#stream.abort(error) }
}

/** Items no older than both sides care for, and those of no time (`STANDING_TIME`), which everybody needs. */
export function itemsSince (source: SyncSource, since: number): ItemSet {
  const items = source.items()
  return new ItemSet(since <= STANDING_TIME ? items : items.filter(({ time }) => time === STANDING_TIME || time >= since))
}

/** Sends what is held of `ids` and not from before `since`, in the order given, in batches; what others wait for goes first. */
export async function sendMessages (frames: FrameStream, source: SyncSource, ids: string[], since: number): Promise<number> {
  const urgent = source.isUrgent == null ? [] : ids.filter(id => source.isUrgent?.(id) === true)
  const rest = urgent.length === 0 ? ids : ids.filter(id => source.isUrgent?.(id) !== true)
  let sent = 0
  let batch: Uint8Array[] = []
  let bytes = 0
  const flush = async (): Promise<void> => {
    if (batch.length > 0) {
      await frames.write(messagesFrame(batch))
      sent += batch.length
      batch = []
      bytes = 0
    }
  }
  for (const list of [urgent, rest]) {
    for (let i = 0; i < list.length; i += CHUNK) {
      for (const message of await source.get(list.slice(i, i + CHUNK), since)) {
        batch.push(message)
        bytes += message.length
        if (bytes >= BATCH_BYTES) {
          await flush()
        }
      }
    }
    await flush()
  }
  await frames.write(frame(FRAME_DONE))
  return sent
}

/** An answer of empty batches would never end. */
function someMessages (body: Uint8Array): Uint8Array[] {
  const messages = readMessages(body)
  if (messages.length === 0) {
    throw new SyncProtocolError('A batch holds at least one message.')
  }
  return messages
}

/**
 * Answers one member's stream until it is done. How much is still to come only the other side knows.
 *
 * @param onMoved - messages that were new here, and messages sent; called when either grows
 */
export async function serve (frames: FrameStream, source: SyncSource, peer: string, onMoved: (received: number, sent: number) => void): Promise<void> {
  let negentropy: Negentropy | undefined
  let rounds = 0
  let served = 0
  let known = 0
  // who shows nothing gets what every member may have
  let allowed = source.allows?.(peer, []) ?? 0
  while (true) {
    let next: Frame
    try {
      next = await frames.read()
    } catch (error) {
      if (error instanceof SyncInterruptedError) {
        return
      }
      throw error
    }
    switch (next.kind) {
      case FRAME_HELLO: {
        const hello = readHello(next.body)
        allowed = source.allows?.(peer, hello.proofs) ?? 0
        const since = Math.max(hello.since, source.shares(), allowed)
        negentropy = new Negentropy(itemsSince(source, since), { frameLimit: FRAME_LIMIT, ...SPLITTING })
        await frames.write(helloFrame(since, source.since(), source.proofs?.(peer)))
        break
      }
      case FRAME_RECONCILE:
        if (negentropy == null || ++rounds > MAX_ROUNDS) {
          throw new SyncProtocolError('Reconciliation does not come to an end.')
        }
        await frames.write(frame(FRAME_RECONCILE, negentropy.respond(next.body)))
        break
      case FRAME_WANT: {
        const ids = readWant(next.body)
        served += ids.length
        if (served > MAX_SERVED_IDS) {
          throw new SyncProtocolError('A member asks for more than there is.')
        }
        // who asks by ID gets no more than who compares
        onMoved(0, await sendMessages(frames, source, ids, Math.max(allowed, source.sharesWith?.(peer) ?? source.shares())))
        break
      }
      case FRAME_MESSAGES: {
        const counts = await source.accept(someMessages(next.body), peer)
        known += counts.known
        onMoved(counts.added, 0)
        if (counts.invalid > 0 || known > MAX_KNOWN) {
          throw new SyncProtocolError(counts.invalid > 0 ? 'A member sent messages that nobody signed.' : 'A member sends what is there again and again.')
        }
        break
      }
      case FRAME_DONE:
        await frames.write(frame(FRAME_DONE))
        break
    }
  }
}

/**
 * Reads batches until the end of one answer. Only what was asked for is taken.
 *
 * @param wanted - IDs as 64 hex digits each, by themselves: whoever holds the message holds that string, not another like it
 * @returns how many were added
 */
export async function receiveMessages (frames: FrameStream, source: SyncSource, wanted: Map<string, string>, peer: string, onBatch: (received: number) => void): Promise<number> {
  let added = 0
  while (true) {
    const { kind, body } = await frames.read()
    if (kind === FRAME_DONE) {
      return added
    }
    if (kind !== FRAME_MESSAGES) {
      throw new SyncProtocolError('Messages were expected.')
    }
    const messages = someMessages(body)
    const ids = messages.map(message => {
      const id = wanted.get(sha256Hex(message.subarray(SIGNATURE_LENGTH)))
      if (id == null || !wanted.delete(id)) {
        throw new SyncProtocolError('A member sent what it was not asked for.')
      }
      return id
    })
    const counts = await source.accept(messages, peer, ids)
    if (counts.invalid > 0) {
      throw new SyncProtocolError('A member sent messages that nobody signed.')
    }
    added += counts.added
    onBatch(messages.length)
  }
}
