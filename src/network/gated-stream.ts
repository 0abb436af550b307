import { Uint8ArrayList } from 'uint8arraylist'
import { drained, lengthPrefix, StalledPeerError } from '../streams/index.ts'
import { LazyCredit } from './gated-credit.ts'
import { delay, soon } from './gated-pace.ts'
import { nonceKey, splitRpc } from './gated-rpc.ts'
import type { RpcPart } from './gated-rpc.ts'
import type { EnvelopeKey } from './gossip-id.ts'
import type { TokenBucket } from './limits.ts'
import type { AbortOptions, EventHandler, MessageStreamEvents, Stream } from '@libp2p/interface'

/** RPCs to one peer wait this long for company, 0: until what has arrived is handled; one write then carries them all. */
export const COALESCE_MS = 0

/** A stream or link that wrote nothing for so long writes what is urgent at once; in company it waits for more. */
export const QUIET_MS = 3

/** Enough bytes to go at once. */
const FLUSH_BYTES = 16 * 1024

/** Most payload bytes of one merged RPC; one 64 KiB envelope may exceed it alone. */
const MERGED_BYTES = 64 * 1024

/** Most messages of one merged RPC; below gossipsub's own decoding limit. */
const MERGED_MESSAGES = 256

/** Bytes read but not yet handled before the sender is told to pause. */
const READ_AHEAD_BYTES = 64 * 1024

/** Envelopes remembered as held by the peer; as many as may cross in both directions at once. */
export const MAX_HELD = 1_024

interface Frame {
  parts: RpcPart[]
  bytes: number
}

export interface CoalescingStreamInit {
  coalesceMs: number
  /** bytes that may wait for a slow peer; beyond that it is cut off */
  maxBacklogBytes: number
  /** a peer that takes nothing for so long is cut off */
  stallMs: number
  onStall(err: Error): void
}

/**
 * What gossipsub gets to write to instead of the stream itself. It writes one RPC per message and peer
 * and looks at no back-pressure; here RPCs of one moment become one, because protobuf's repeated fields
 * concatenate, and what a slow peer has not taken yet is counted.
 */
export class CoalescingStream {
  /** set by gossipsub; the bound that counts is `maxBacklogBytes` */
  maxWriteBufferLength?: number
  readonly protocol: string
  readonly #init: CoalescingStreamInit
  readonly #listeners: Array<Parameters<Stream['addEventListener']>> = []
  #raw: Stream
  #parts: RpcPart[] = []
  #bytes = 0
  #cancel?: () => void
  #draining = false
  #flushedAt = -Infinity
  /** what the peer has itself: beginnings of envelopes, oldest first */
  readonly #held = new Set<EnvelopeKey>()

  constructor (raw: Stream, protocol: string, init: CoalescingStreamInit) {
    this.#raw = raw
    this.protocol = protocol
    this.#init = init
  }

  /** bytes accepted that the muxer has not taken */
  get backlog (): number {
    return this.#bytes + this.#raw.writeBufferLength
  }

  get raw (): Stream {
    return this.#raw
  }

  addEventListener <K extends keyof MessageStreamEvents> (type: K, listener: EventHandler<MessageStreamEvents[K]>, options?: boolean | AddEventListenerOptions): void {
    this.#listeners.push([type as any, listener as any, options])
    this.#raw.addEventListener(type, listener, options)
  }

  /**
   * The peer has just sent this envelope: what waits here of the same name is not sent to it. Half of
   * what would cross on a link does not, and a false name spares nobody but its sender.
   */
  heldByPeer (envelope: Uint8Array): void {
    if (this.#held.size >= MAX_HELD) {
      this.#held.delete(this.#held.values().next().value as EnvelopeKey)
    }

    this.#held.add(nonceKey(envelope))
  }

  /** Takes one length-prefixed RPC. */
  send (data: Uint8Array | Uint8ArrayList): boolean {
    if (this.backlog > this.#init.maxBacklogBytes) {
      this.#cut(new StalledPeerError(`${this.backlog} bytes wait for a peer that does not take them.`))
      throw new StalledPeerError('The peer was cut off because it could not keep up.')
    }

    const body = data.subarray(prefixLength(data))

    this.#parts.push(...splitRpc(body))
    this.#bytes += body.byteLength

    if (this.#bytes >= FLUSH_BYTES) {
      this.#flush()
    } else {
      this.#cancel ??= soon(() => { this.#flush() }, this.#init.coalesceMs)
    }

    return true
  }

  /** Sends now what waits for company, unless something was sent just now. */
  hurry (): void {
    if (performance.now() - this.#flushedAt > QUIET_MS) {
      this.#flush()
    }
  }

  /** Goes on over another stream to the same peer; what was written to the old one still arrives. */
  moveTo (raw: Stream): void {
    this.#flush()
    const old = this.#raw
    this.#listeners.forEach(([type, listener]) => { old.removeEventListener(type, listener) })
    this.#raw = raw
    this.#listeners.forEach(args => { raw.addEventListener(...args) })
    old.close({ signal: AbortSignal.timeout(this.#init.stallMs) }).catch(err => { old.abort(err) })
  }

  async close (options?: AbortOptions): Promise<void> {
    this.#flush()
    await this.#raw.close(options ?? { signal: AbortSignal.timeout(1000) })
  }

  abort (err: Error): void {
    this.#cancel?.()
    this.#parts = []
    this.#bytes = 0
    this.#raw.abort(err)
  }

  #flush (): void {
    this.#cancel?.()
    this.#cancel = undefined

    if (this.#draining || this.#parts.length === 0) {
      return
    }

    if (this.#raw.writeStatus !== 'writable') {
      this.#parts = []
      this.#bytes = 0
      return
    }

    if (this.#raw.writableNeedsDrain) {
      this.#waitForDrain()
      return
    }

    this.#flushedAt = performance.now()
    const frames = merged(this.#parts.filter(({ key }) => key == null || !this.#held.has(key)))
    const list = new Uint8ArrayList()
    this.#parts = []
    this.#bytes = 0

    for (const frame of frames) {
      list.append(lengthPrefix(frame.bytes))
      list.appendAll(frame.parts.map(({ bytes }) => bytes))
    }

    if (frames.length === 0) {
      return
    }

    try {
      this.#raw.send(list)
    } catch (err: any) {
      this.#raw.abort(err)
    }
  }

  #waitForDrain (): void {
    this.#draining = true
    drained(this.#raw, AbortSignal.timeout(this.#init.stallMs))
      .then(() => {
        this.#draining = false
        this.#flush()
      }, err => {
        this.#draining = false
        this.#cut(err)
      })
  }

  #cut (err: Error): void {
    if (this.#raw.status === 'open') {
      this.abort(err)
      this.#init.onStall(err)
    }
  }
}

export interface PacedReaderInit {
  /** bytes a peer may send */
  rate: TokenBucket
  /** told for how many ms the peer has been held back without a break */
  onHeldBack(ms: number): void
}

/**
 * What gossipsub gets to read from instead of the stream itself, whose iterator buffers without a
 * bound. Nothing is read ahead of what has been handled, so a slow validator slows its sender down.
 */
export class PacedReader {
  readonly protocol: string
  readonly #raw: Stream
  readonly #init: PacedReaderInit

  constructor (raw: Stream, protocol: string, init: PacedReaderInit) {
    this.#raw = raw
    this.protocol = protocol
    this.#init = init
  }

  async close (options?: AbortOptions): Promise<void> {
    await this.#raw.close(options)
  }

  abort (err: Error): void {
    this.#raw.abort(err)
  }

  async * [Symbol.asyncIterator] (): AsyncGenerator<Uint8Array | Uint8ArrayList> {
    const raw = this.#raw
    let queue: Array<Uint8Array | Uint8ArrayList> = []
    let bytes = 0
    let ended = false
    let failure: Error | undefined
    let heldBack = 0
    const credit = new LazyCredit(raw)
    let wake = (): void => {}

    const onMessage = (event: { data: Uint8Array | Uint8ArrayList }): void => {
      queue.push(event.data)
      bytes += event.data.byteLength

      if (bytes > READ_AHEAD_BYTES && raw.readStatus === 'readable') {
        raw.pause()
      }

      wake()
    }
    const onEnd = (): void => {
      ended = true
      wake()
    }
    const onClose = (event: { error?: Error }): void => {
      failure = event.error
      onEnd()
    }

    raw.addEventListener('message', onMessage)
    raw.addEventListener('remoteCloseWrite', onEnd)
    raw.addEventListener('close', onClose)

    try {
      while (true) {
        if (queue.length === 0) {
          if (raw.readStatus === 'paused') {
            raw.resume()
            credit.withhold()
          }

          // resuming may have delivered what was held at once
          if (queue.length === 0) {
            if (ended || raw.remoteWriteStatus === 'closed') {
              break
            }

            await new Promise<void>(resolve => { wake = resolve })
            continue
          }
        }

        const batch = queue.length === 1 ? queue[0] : new Uint8ArrayList(...queue)
        queue = []
        bytes = 0
        const rest = this.#init.rate.debit(batch.byteLength)
        yield batch
        credit.handled(batch.byteLength)

        if (rest > 0) {
          heldBack += rest
          this.#init.onHeldBack(heldBack)
          await delay(rest)
        } else {
          heldBack = 0
        }
      }

      if (failure != null) {
        throw failure
      }
    } finally {
      raw.removeEventListener('message', onMessage)
      raw.removeEventListener('remoteCloseWrite', onEnd)
      raw.removeEventListener('close', onClose)
    }
  }
}

/** RPCs of messages only become one, as far as the reader's limits let them. */
function merged (parts: RpcPart[]): Frame[] {
  const frames: Frame[] = []

  for (const part of parts) {
    const last = frames[frames.length - 1]

    if (part.key != null && last?.parts[0].key != null && last.bytes + part.bytes.byteLength <= MERGED_BYTES && last.parts.length < MERGED_MESSAGES) {
      last.parts.push(part)
      last.bytes += part.bytes.byteLength
    } else {
      frames.push({ parts: [part], bytes: part.bytes.byteLength })
    }
  }

  return frames
}

function prefixLength (data: Uint8Array | Uint8ArrayList): number {
  let length = 1

  while ((data instanceof Uint8Array ? data[length - 1] : data.get(length - 1)) >= 0x80) {
    length++
  }

  return length
}
