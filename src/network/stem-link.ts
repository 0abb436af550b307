import { drained } from '../streams/index.ts'
import { soon } from './gated-pace.ts'
import { QUIET_MS } from './gated-stream.ts'
import { stemHeader } from './stem-frame.ts'
import type { StemFrame } from './stem-frame.ts'
import type { Stream } from '@libp2p/interface'

/** Most bytes of one write. */
const WRITE_BYTES = 64 * 1024
/** Bytes that may wait for a successor; beyond, relayed envelopes are gossiped instead. */
export const MAX_LINK_BYTES = 4 * 1024 * 1024
/** A successor that takes nothing for so long is none. */
const STALL_MS = 5_000

export interface StemLinkInit {
  open (): Promise<Stream>
  /** the successor cannot be reached, or does not take what it is given */
  onLost (): void
}

/** The long-lived stream to one successor: batched, in order, bounded. */
export class StemLink {
  readonly #init: StemLinkInit
  #queue: StemFrame[] = []
  #bytes = 0
  #stream?: Stream
  #cancel?: () => void
  #draining = false
  #wroteAt = -Infinity
  #ended = false

  constructor (init: StemLinkInit) {
    this.#init = init
    init.open().then(stream => {
      if (this.#ended) {
        stream.abort(new Error('No longer needed.'))
        return
      }
      this.#stream = stream
      stream.addEventListener('close', () => { this.#lost() }, { once: true })
      this.#flush()
    }, () => { this.#lost() })
  }

  /** bytes that the successor has not taken */
  get backlog (): number { return this.#bytes + (this.#stream?.writeBufferLength ?? 0) }

  /** Answers false when there is no room. Own envelopes always have some: their window bounds them. */
  send (frame: StemFrame, own: boolean): boolean {
    if (this.#ended || (!own && this.backlog > MAX_LINK_BYTES)) {
      return false
    }
    this.#queue.push(frame)
    this.#bytes += frame.envelope.byteLength
    if (this.#cancel == null) {
      const now = performance.now()
      // each hop counts: the first frame goes at once, those of the same moment follow in one write
      if (now - this.#wroteAt > QUIET_MS && this.#stream != null) {
        this.#flush()
      } else {
        this.#cancel = soon(() => { this.#flush() })
      }
      this.#wroteAt = now
    }
    return true
  }

  #flush (): void {
    this.#cancel?.()
    this.#cancel = undefined
    const stream = this.#stream
    if (stream == null) {
      return
    }
    while (this.#queue.length > 0 && !this.#draining && !this.#ended) {
      if (stream.writableNeedsDrain) {
        this.#waitForDrain(stream)
        return
      }
      const parts: Uint8Array[] = []
      let bytes = 0
      while (this.#queue.length > 0 && bytes < WRITE_BYTES) {
        const frame = this.#queue.shift() as StemFrame
        parts.push(stemHeader(frame), frame.envelope)
        bytes += frame.envelope.byteLength
      }
      this.#bytes -= bytes
      try {
        stream.send(concat(parts))
      } catch (error) {
        stream.abort(error as Error)
        this.#lost()
      }
    }
  }

  #waitForDrain (stream: Stream): void {
    this.#draining = true
    drained(stream, AbortSignal.timeout(STALL_MS)).then(() => {
      this.#draining = false
      this.#flush()
    }, error => {
      stream.abort(error)
      this.#lost()
    })
  }

  #lost (): void {
    if (!this.#ended) {
      this.#end()
      this.#init.onLost()
    }
  }

  #end (): void {
    this.#ended = true
    this.#cancel?.()
    this.#queue = []
    this.#bytes = 0
  }

  /** Sends what waits, then ends the stream; nobody is told. */
  close (): void {
    this.#flush()
    const stream = this.#stream
    this.#end()
    stream?.close({ signal: AbortSignal.timeout(STALL_MS) }).catch(error => { stream.abort(error) })
  }
}

function concat (parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0))
  let offset = 0
  for (const part of parts) {
    all.set(part, offset)
    offset += part.byteLength
  }
  return all
}
