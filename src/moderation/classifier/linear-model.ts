import { toString, fromString } from 'uint8arrays'
import { LABELS, noScores } from './classifier.ts'
import { InvalidModelError } from './errors.ts'
import { BUCKETS, featuresOf } from './features.ts'
import type { Label, Scores } from './classifier.ts'

/** A model as it is stored: one byte a weight. */
export interface StoredModel {
  /** weight = byte × scale */
  scales: Record<Label, number>
  biases: Record<Label, number>
  /** base64 of BUCKETS signed bytes per label, in the order of LABELS */
  weights: string
}

/** Logistic regression per label. Float weights are what training has; stored ones are read by `readModel`. */
export class LinearModel {
  readonly weights: Float32Array[]
  readonly biases: number[]

  constructor (weights: Float32Array[], biases: number[]) {
    this.weights = weights
    this.biases = biases
  }

  scores (text: string): Scores {
    const { buckets, values } = featuresOf(text)
    const scores = noScores()
    if (buckets.length === 0) {
      return scores
    }
    for (const [i, label] of LABELS.entries()) {
      let sum = this.biases[i]
      for (let k = 0; k < buckets.length; k++) {
        sum += this.weights[i][buckets[k]] * values[k]
      }
      scores[label] = 1 / (1 + Math.exp(-sum))
    }
    return scores
  }
}

/** @throws {InvalidModelError} when the weights are not as many as this version has features */
export function readModel ({ scales, biases, weights }: StoredModel): LinearModel {
  const bytes = fromString(weights, 'base64')
  if (bytes.length !== BUCKETS * LABELS.length) {
    throw new InvalidModelError(`The built-in model has ${bytes.length} weights where ${BUCKETS * LABELS.length} are needed: train it again with scripts/train-classifier.js.`)
  }
  const signed = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  return new LinearModel(LABELS.map((label, i) => Float32Array.from(signed.subarray(i * BUCKETS, (i + 1) * BUCKETS), byte => byte * scales[label])), LABELS.map(label => biases[label]))
}

/** One byte a weight; the largest weight of a label becomes 127. */
export function storeModel (model: LinearModel): StoredModel {
  const scales: Partial<Record<Label, number>> = {}
  const biases: Partial<Record<Label, number>> = {}
  const bytes = new Int8Array(BUCKETS * LABELS.length)
  for (const [i, label] of LABELS.entries()) {
    const largest = model.weights[i].reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-9)
    const scale = Number((largest / 127).toPrecision(6))
    scales[label] = scale
    biases[label] = Number(model.biases[i].toFixed(5))
    bytes.set(Array.from(model.weights[i], weight => Math.max(-127, Math.min(127, Math.round(weight / scale)))), i * BUCKETS)
  }
  return { scales: scales as Record<Label, number>, biases: biases as Record<Label, number>, weights: toString(new Uint8Array(bytes.buffer), 'base64') }
}
