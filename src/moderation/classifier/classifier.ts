import type { Action, Reason } from '../moderation-api.ts'

/** What a classifier may say about a text. A text may be several of these, or none. */
export const LABELS = Object.freeze(['spam', 'insult', 'threat', 'sexual', 'self-harm'] as const)
export type Label = typeof LABELS[number]

/** 0..1 per label; each is judged for itself, so they need not add up to one. */
export type Scores = Record<Label, number>

/**
 * Reads a text on this machine. Nothing that implements it may send the text to another one.
 *
 * Long texts are read in parts; a label's score is that of the part that shows it most.
 */
export interface Classifier {
  /** as shown to people beside a verdict, e.g. 'built-in model' */
  readonly name: string
  classify (text: string, options?: { signal?: AbortSignal }): Promise<Scores>
}

/** The published word for what a label finds (see reasons.ts). */
export const REASON_OF_LABEL: Readonly<Record<Label, Reason>> = Object.freeze({
  spam: 'spam',
  insult: 'harassment',
  threat: 'threat',
  sexual: 'sexual',
  'self-harm': 'self-harm'
})

/** A classifier is often wrong: it may point at something, never take it away. */
const ALLOWED: readonly Action[] = ['label', 'warn', 'blur']

/** What a classifier's scores amount to, for one reader's threshold. */
export interface ClassifierFinding { label: Label, reason: Reason, action: Action, score: number }

/**
 * The labels that reach the reader's threshold, the surest first.
 *
 * An action stronger than `blur` is lowered to it. Somebody at risk is never hidden, blurred or warned about:
 * `self-harm` always becomes `label`, which is where the app offers its list of resources.
 */
export function findings (scores: Scores, policy: { threshold: number, action: Action }): ClassifierFinding[] {
  const strongest = ALLOWED.includes(policy.action) ? policy.action : 'blur'
  return LABELS
    .filter(label => scores[label] >= policy.threshold)
    .map(label => ({ label, reason: REASON_OF_LABEL[label], action: label === 'self-harm' ? 'label' as const : strongest, score: scores[label] }))
    .sort((a, b) => b.score - a.score)
}

/** Scores at which `moderation.check` calls a text harmful, where the writer set no threshold. */
export const DEFAULT_THRESHOLD = 0.5

/**
 * What to ask a writer about before sending. Words about one's own distress are no reason to pause:
 * the answer to `self-harm` is resources, so it is reported in the scores and never as `harmful`.
 */
export function checkBeforeSending (scores: Scores, threshold = DEFAULT_THRESHOLD): { scores: Scores, harmful: boolean, label: Label | null } {
  const [surest] = findings(scores, { threshold, action: 'label' }).filter(({ label }) => label !== 'self-harm')
  return { scores, harmful: surest != null, label: surest?.label ?? (scores['self-harm'] >= threshold ? 'self-harm' : null) }
}

/** @returns scores of 0 for every label */
export function noScores (): Scores {
  return { spam: 0, insult: 0, threat: 0, sexual: 0, 'self-harm': 0 }
}
