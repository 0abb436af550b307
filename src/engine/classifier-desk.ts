import { DEFAULT_THRESHOLD, builtinClassifier, checkBeforeSending, findings } from '../moderation/index.ts'
import { BoundedMap } from '../network/limits.ts'
import type { Moderation } from './api.ts'
import type { Classifier, ListMatch, ModerationPolicy, ReaderList, Scores } from '../moderation/index.ts'
import type { AbortOptions } from '@libp2p/interface'

/** Texts whose scores are remembered. */
const MAX_SCORES = 8_192
/** A message is not held back longer than this for its label, ms. */
const LABEL_WAIT_MS = 1_000

/** The classifier as one more list: it labels, blurs or warns, and never silences. */
export class ClassifierDesk {
  readonly #scores = new BoundedMap<string, Scores>({ max: MAX_SCORES })
  readonly #now: () => number
  #classifier: Classifier

  constructor (init: { now (): number, classifier?: Classifier }) {
    this.#now = init.now
    this.#classifier = init.classifier ?? builtinClassifier()
  }

  /** Replaces the built-in model, by a model folder or a server on this machine. */
  use (classifier: Classifier): void {
    this.#classifier = classifier
    this.#scores.clear()
  }

  async #classify (text: string, options: AbortOptions = {}): Promise<Scores> {
    const scores = await this.#classifier.classify(text, options)
    this.#scores.set(text, scores)
    return scores
  }

  /** Scores a text before it is shown; nothing when that is done, or switched off. What cannot be scored in time is shown without. */
  prepare (policy: ModerationPolicy, text: string): Promise<void> | undefined {
    if (policy.classifier == null || text === '' || this.#scores.has(text)) {
      return undefined
    }
    return this.#classify(text, { signal: AbortSignal.timeout(LABEL_WAIT_MS) }).then(() => {}, () => {})
  }

  /** What its scores say, as entries of a list. */
  matches ({ classifier }: ModerationPolicy, text: string): ListMatch[] {
    const scores = classifier == null ? undefined : this.#scores.get(text)
    if (scores == null || classifier == null) {
      return []
    }
    const list: ReaderList = { list: 'classifier', title: this.#classifier.name, actions: null, reasons: null, weight: 1, own: false, order: Number.MAX_SAFE_INTEGER }
    return findings(scores, classifier).map(({ label, reason, action, score }) => ({
      list,
      entry: { entry: `classifier:${label}`, subject: {}, action, reason, note: `${label} ${Math.round(score * 100)} %`, since: this.#now(), maintainer: list.title }
    }))
  }

  async check ({ classifier }: ModerationPolicy, text: string, options: AbortOptions = {}): ReturnType<Moderation['check']> {
    return checkBeforeSending(await this.#classify(text, options), classifier?.threshold ?? DEFAULT_THRESHOLD)
  }
}
