import { BoundedMap, TokenBucket } from './limits.ts'

/** Envelopes that no honest member could have sent, before their forwarder is reported. */
const REJECTS = { capacity: 5, perSecond: 0.05 }
/** Unwelcome envelopes of one forwarder before it counts as flooding; honest rooms disagree now and then. */
const IGNORES = { capacity: 2_000, perSecond: 100 }
/** Forwarders remembered; reconnecting does not make what they sent undone. */
const MAX_PEERS = 1_024

/** Counts, with forgiveness over time, what each forwarder brought that was not accepted. */
export class GossipStrikes {
  readonly #rejects = new BoundedMap<string, TokenBucket>({ max: MAX_PEERS })
  readonly #ignores = new BoundedMap<string, TokenBucket>({ max: MAX_PEERS })

  /** Answers false when it was one too many. */
  allow (peer: string, validity: 'reject' | 'ignore'): boolean {
    const buckets = validity === 'reject' ? this.#rejects : this.#ignores
    let bucket = buckets.get(peer)
    if (bucket == null) {
      bucket = new TokenBucket(validity === 'reject' ? REJECTS : IGNORES)
      buckets.set(peer, bucket)
    }
    return bucket.take()
  }
}
