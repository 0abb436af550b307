import { BoundedMap } from '../network/limits.ts'
import type { Moderation, Resource } from './api.ts'
import type { ListMatch, ModerationPolicy, Reason, ReaderList } from '../moderation/index.ts'
import type { AbortOptions } from '@libp2p/interface'

/** What labels a text on this device: 0..1 per label. */
export interface Classifier {
  classify (text: string, options?: AbortOptions): Promise<Record<string, number>>
}

/** Texts whose scores are remembered. */
const MAX_SCORES = 8_192
/** A message is not held back longer than this for its label, ms. */
const LABEL_WAIT_MS = 1_000
/** From this score on a writer is asked again, when the reader's policy names no other. */
const HARMFUL = 0.7
const REASONS: Record<string, Reason> = { spam: 'spam', insult: 'harassment', threat: 'threat', sexual: 'sexual', 'self-harm': 'self-harm' }
const CLASSIFIER: ReaderList = { list: 'classifier', title: 'Classifier on this device', actions: null, reasons: null, weight: 1, own: false, order: Number.MAX_SAFE_INTEGER }

/** The classifier as one more list: it labels, blurs or warns, and never silences. */
export class ClassifierDesk {
  readonly #scores = new BoundedMap<string, Record<string, number>>({ max: MAX_SCORES })
  readonly #load: () => Promise<Classifier | undefined>
  readonly #resources: (language?: string) => Resource[]
  readonly #now: () => number
  #classifier?: Promise<Classifier | undefined>

  constructor (init: { load (): Promise<Classifier | undefined>, resources (language?: string): Resource[], now (): number }) {
    this.#load = init.load
    this.#resources = init.resources
    this.#now = init.now
  }

  /** Replaces the built-in one, by a model folder or a server on this machine. */
  use (classifier: Classifier | undefined): void {
    this.#classifier = Promise.resolve(classifier)
    this.#scores.clear()
  }

  async #classify (text: string, options: AbortOptions = {}): Promise<Record<string, number>> {
    this.#classifier ??= this.#load()
    const scores = await (await this.#classifier)?.classify(text, options) ?? {}
    this.#scores.set(text, scores)
    return scores
  }

  /** Scores a text before it is shown; nothing when that is done, or switched off. */
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
    return Object.entries(scores).filter(([, score]) => score >= classifier.threshold).map(([label, score]) => ({
      list: CLASSIFIER,
      entry: {
        entry: `classifier:${label}`,
        subject: {},
        // somebody at risk is shown help, never put out of sight
        action: label === 'self-harm' ? 'label' : classifier.action,
        reason: REASONS[label] ?? 'other',
        note: `${label} ${Math.round(score * 100)} %`,
        since: this.#now(),
        maintainer: 'classifier'
      }
    }))
  }

  async check ({ classifier }: ModerationPolicy, text: string, options: AbortOptions = {}): ReturnType<Moderation['check']> {
    const scores = await this.#classify(text, options)
    const [best] = Object.entries(scores).sort(([, a], [, b]) => b - a)
    const harmful = best != null && best[1] >= (classifier?.threshold ?? HARMFUL)
    return { scores, harmful: harmful && best[0] !== 'self-harm', label: harmful ? best[0] : null }
  }

  resources (language?: string): Resource[] { return this.#resources(language) }
}
