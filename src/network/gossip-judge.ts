import { delay } from './gated-pace.ts'
import { BoundedMap } from './limits.ts'
import type { EnvelopeContext, Validity } from './compartment-api.ts'
import type { EnvelopeKey } from './gossip-id.ts'

/** A judgement that takes longer counts as 'ignore'. */
export const JUDGE_TIMEOUT_MS = 10_000

export interface EnvelopeJudgeInit {
  validate (envelope: Uint8Array, context: EnvelopeContext): Validity | Promise<Validity>
  /** judgements remembered (default 32,768) */
  maxRemembered?: number
  /** ms a judgement is remembered (default 10 minutes, longer than gossipsub remembers a message) */
  rememberMs?: number
  timeoutMs?: number
  now? (): number
}

/** Asks the room about each envelope once, whether it comes by stem or by gossip, and remembers the answer. */
export class EnvelopeJudge {
  readonly #validate: EnvelopeJudgeInit['validate']
  readonly #timeoutMs: number
  readonly #judgements: BoundedMap<EnvelopeKey, Validity | Promise<Validity>>

  constructor (init: EnvelopeJudgeInit) {
    this.#validate = init.validate
    this.#timeoutMs = init.timeoutMs ?? JUDGE_TIMEOUT_MS
    this.#judgements = new BoundedMap({
      max: init.maxRemembered ?? 32_768,
      ttl: init.rememberMs ?? 600_000,
      now: init.now
    })
  }

  judge (key: EnvelopeKey, envelope: Uint8Array, context: EnvelopeContext): Validity | Promise<Validity> {
    const before = this.#judgements.get(key)

    if (before !== undefined) {
      return before
    }

    let judgement: Validity | Promise<Validity>

    try {
      judgement = this.#validate(envelope, context)
    } catch {
      // a fault of ours must not be held against who sent the envelope
      judgement = 'ignore'
    }

    if (typeof judgement !== 'string') {
      const waiting = this.#inTime(judgement)
      waiting.then(validity => { this.#judgements.set(key, validity) }, () => {})
      judgement = waiting
    }

    this.#judgements.set(key, judgement)

    return judgement
  }

  /** An envelope of our own: the room has no need to judge it when it comes back. */
  trust (key: EnvelopeKey): void {
    this.#judgements.set(key, 'accept')
  }

  async #inTime (judgement: Promise<Validity>): Promise<Validity> {
    const over = new AbortController()

    try {
      return await Promise.race([judgement, delay(this.#timeoutMs, over.signal).then((): Validity => 'ignore')])
    } catch {
      return 'ignore'
    } finally {
      over.abort()
    }
  }
}
