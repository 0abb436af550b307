import { LABELS, noScores } from './classifier.ts'
import { readModel } from './linear-model.ts'
import { partsOf } from './parts.ts'
import type { Classifier } from './classifier.ts'
import type { LinearModel } from './linear-model.ts'

/**
 * The model that ships with Undertone: character n-grams and words, a logistic regression per label,
 * 140 KB. docs/classifier.md has what it was trained on, how often it is right, and for whom it is not.
 *
 * The weights are read on first use.
 */
export function builtinClassifier (): Classifier {
  let model: Promise<LinearModel> | undefined
  return {
    name: 'built-in model',
    async classify (text, { signal } = {}) {
      model ??= import('./weights.ts').then(({ stored }) => readModel(stored))
      const scores = noScores()
      const loaded = await model
      for (const part of partsOf(text)) {
        signal?.throwIfAborted()
        const its = loaded.scores(part)
        for (const label of LABELS) {
          scores[label] = Math.max(scores[label], its[label])
        }
      }
      return scores
    }
  }
}
