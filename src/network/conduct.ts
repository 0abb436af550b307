import { BoundedMap, TokenBucket } from './limits.ts'

/** Streams that one peer may have open with us, of whatever protocol, before it is dropped. */
export const MAX_STREAMS_PER_PEER = 64
/** Streams that one peer may open: many when it arrives, few as time goes on. */
const OPENINGS = { capacity: 256, perSecond: 8 }
/** Streams that broke because of what a peer sent on them. */
const FAULTS = { capacity: 5, perSecond: 0.02 }
const MAX_PEERS = 1_024

/** Errors that only bytes no honest member sends can cause; a connection that breaks is no fault. */
const GARBAGE = new Set(['FrameLengthError', 'InvalidContactsError', 'SyncProtocolError'])

export interface ConductInit {
  now? (): number
  onOffender (peer: string, reason: string): void
}

/** How peers behave on the streams they open with us, whatever these are for. */
export class Conduct {
  readonly #init: ConductInit
  readonly #openings = new BoundedMap<string, TokenBucket>({ max: MAX_PEERS })
  readonly #faults = new BoundedMap<string, TokenBucket>({ max: MAX_PEERS })

  constructor (init: ConductInit) {
    this.#init = init
  }

  opened (peer: string): void {
    if (!this.#bucket(this.#openings, peer, OPENINGS).take()) {
      this.#init.onOffender(peer, 'opens one stream after the other')
    }
  }

  /** A stream ended with an error. */
  failed (peer: string, error: unknown): void {
    if (GARBAGE.has((error as Error)?.name) && !this.#bucket(this.#faults, peer, FAULTS).take()) {
      this.#init.onOffender(peer, 'garbage')
    }
  }

  /** Looked at now and then: what a peer holds open and says nothing on. */
  holds (peer: string, streams: number): void {
    if (streams > MAX_STREAMS_PER_PEER) {
      this.#init.onOffender(peer, `holds ${streams} streams open`)
    }
  }

  #bucket (buckets: BoundedMap<string, TokenBucket>, peer: string, rate: { capacity: number, perSecond: number }): TokenBucket {
    let bucket = buckets.get(peer)
    if (bucket == null) {
      bucket = new TokenBucket({ ...rate, now: this.#init.now })
      buckets.set(peer, bucket)
    }
    return bucket
  }
}
