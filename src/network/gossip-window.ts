import type { EnvelopeKey } from './gossip-id.ts'

/** Own envelopes that may be on their way without an acknowledgement. */
export const WINDOW_ENVELOPES = 256

/** Bytes of them. */
export const WINDOW_BYTES = 1024 * 1024

/** An envelope nobody has acknowledged by then no longer holds up others. */
export const ACKNOWLEDGE_TIMEOUT_MS = 10_000

/** An envelope nobody has acknowledged by then is sent once more. */
export const REPEAT_AFTER_MS = 3_000

const SWEEP_MS = 250

interface Outstanding {
  envelope: Uint8Array
  epoch: number
  since: number
  repeated: boolean
}

export interface OutstandingWindowInit {
  maxEnvelopes?: number
  maxBytes?: number
  timeoutMs?: number
  repeatAfterMs?: number
  now? (): number
  onHeard (envelope: Uint8Array): void
  onRepeat (envelope: Uint8Array, epoch: number): void
}

/** Own envelopes that no other member has acknowledged yet. Who wants to send more waits here. */
export class OutstandingWindow {
  readonly #init: OutstandingWindowInit
  readonly #now: () => number
  readonly #outstanding = new Map<EnvelopeKey, Outstanding>()
  readonly #waiting: Array<() => void> = []
  #bytes = 0
  #sweeper?: ReturnType<typeof setInterval>

  constructor (init: OutstandingWindowInit) {
    this.#init = init
    this.#now = init.now ?? Date.now
  }

  get size (): number {
    return this.#outstanding.size
  }

  get waiting (): number {
    return this.#waiting.length
  }

  /** Nothing when the envelope has a place at once; else resolves when it has one, in order of asking. */
  enter (key: EnvelopeKey, envelope: Uint8Array, epoch: number, signal?: AbortSignal): Promise<void> | undefined {
    signal?.throwIfAborted()

    if (this.#waiting.length === 0 && !this.#full()) {
      this.#place(key, envelope, epoch)
      return undefined
    }

    return new Promise<void>((resolve, reject) => {
      const go = (): void => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1)
        reject(signal?.reason)
      }
      this.#waiting.push(go)
      signal?.addEventListener('abort', onAbort, { once: true })
    }).then(() => { this.#place(key, envelope, epoch) })
  }

  #place (key: EnvelopeKey, envelope: Uint8Array, epoch: number): void {
    if (!this.#outstanding.has(key)) {
      this.#bytes += envelope.byteLength
    }

    this.#outstanding.set(key, { envelope, epoch, since: this.#now(), repeated: false })
    this.#sweeper ??= setInterval(() => { this.sweep() }, SWEEP_MS)

    // the next in line has been woken for one place only
    this.#admit()
  }

  has (key: EnvelopeKey): boolean {
    return this.#outstanding.has(key)
  }

  /** Another member has it. Answers false for what is not (any longer) outstanding. */
  heard (key: EnvelopeKey): boolean {
    const outstanding = this.#remove(key)

    if (outstanding == null) {
      return false
    }

    this.#init.onHeard(outstanding.envelope)

    return true
  }

  /** Gives an envelope's place up: it could not be sent. */
  withdraw (key: EnvelopeKey): void {
    this.#remove(key)
  }

  /** Repeats what is late and gives up what is overdue; runs by itself while anything is outstanding. */
  sweep (): void {
    const now = this.#now()

    for (const [key, outstanding] of this.#outstanding) {
      const age = now - outstanding.since

      if (age >= (this.#init.timeoutMs ?? ACKNOWLEDGE_TIMEOUT_MS)) {
        this.#remove(key)
      } else if (!outstanding.repeated && age >= (this.#init.repeatAfterMs ?? REPEAT_AFTER_MS)) {
        outstanding.repeated = true
        this.#init.onRepeat(outstanding.envelope, outstanding.epoch)
      }
    }
  }

  /** Forgets everything; who waits is let go. */
  clear (): void {
    this.#outstanding.clear()
    this.#bytes = 0
    this.#rest()
    this.#waiting.splice(0).forEach(go => { go() })
  }

  #remove (key: EnvelopeKey): Outstanding | undefined {
    const outstanding = this.#outstanding.get(key)

    if (outstanding == null) {
      return undefined
    }

    this.#outstanding.delete(key)
    this.#bytes -= outstanding.envelope.byteLength
    this.#admit()
    this.#rest()

    return outstanding
  }

  #admit (): void {
    if (!this.#full()) {
      this.#waiting.shift()?.()
    }
  }

  #full (): boolean {
    return this.#outstanding.size >= (this.#init.maxEnvelopes ?? WINDOW_ENVELOPES) ||
      this.#bytes >= (this.#init.maxBytes ?? WINDOW_BYTES)
  }

  #rest (): void {
    if (this.#outstanding.size === 0) {
      clearInterval(this.#sweeper)
      this.#sweeper = undefined
    }
  }
}
