import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { LABELS, noScores } from './classifier.ts'
import { InvalidModelError } from './errors.ts'
import { BUCKETS, featuresOf } from './features.ts'
import type { Label, Scores } from './classifier.ts'

/** Magnitudes that a stored weight can have; with its sign it takes half a byte. */
const MAGNITUDES = 8
const KMEANS_ROUNDS = 40

/** One label as it is stored: the weights that matter most, in half a byte each. */
export interface StoredLabel {
  bias: number
  /** the magnitudes of weights, ascending */
  magnitudes: number[]
  /** base64: per weight the gap to the bucket before (one byte; 0xff adds 255 and goes on) */
  gaps: string
  /** base64: two weights a byte, the first in the high half; sign, then index of the magnitude */
  weights: string
}

export type StoredModel = Record<Label, StoredLabel>

/** Logistic regression per label, over hashed features. */
export class LinearModel {
  /** per label, in the order of LABELS: BUCKETS weights */
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

function readLabel ({ magnitudes, gaps, weights }: StoredLabel): Float32Array {
  const steps = fromString(gaps, 'base64')
  const halves = fromString(weights, 'base64')
  const dense = new Float32Array(BUCKETS)
  let bucket = -1
  let count = 0
  for (const step of steps) {
    bucket += step
    if (step === 0xff) {
      continue
    }
    if (bucket >= BUCKETS || count >> 1 >= halves.length || magnitudes.length !== MAGNITUDES) {
      throw new InvalidModelError('The built-in model is damaged: train it again with scripts/train-classifier.js.')
    }
    const code = count % 2 === 0 ? halves[count >> 1] >> 4 : halves[count >> 1] & 15
    dense[bucket] = (code >= MAGNITUDES ? -1 : 1) * magnitudes[code % MAGNITUDES]
    count++
  }
  return dense
}

/** @throws {InvalidModelError} when the bytes are not a model of this version's features */
export function readModel (stored: StoredModel): LinearModel {
  return new LinearModel(LABELS.map(label => readLabel(stored[label])), LABELS.map(label => stored[label].bias))
}

/** The magnitudes that stand for all with the least squared error (k-means in one dimension). */
function magnitudesOf (sizes: number[]): number[] {
  const sorted = [...sizes].sort((a, b) => a - b)
  let means = Array.from({ length: MAGNITUDES }, (_, i) => sorted[Math.floor((i + 0.5) / MAGNITUDES * sorted.length)] ?? 0)
  for (let round = 0; round < KMEANS_ROUNDS; round++) {
    const sums = means.map(() => 0)
    const counts = means.map(() => 0)
    for (const size of sorted) {
      const at = nearest(means, size)
      sums[at] += size
      counts[at]++
    }
    means = means.map((mean, i) => counts[i] === 0 ? mean : sums[i] / counts[i])
  }
  return means.map(mean => Number(mean.toPrecision(5)))
}

function nearest (means: number[], size: number): number {
  let best = 0
  for (let i = 1; i < means.length; i++) {
    best = Math.abs(means[i] - size) < Math.abs(means[best] - size) ? i : best
  }
  return best
}

/** What is kept of a trained model: weights that are not zero. */
export function storeModel (model: LinearModel): StoredModel {
  return Object.fromEntries(LABELS.map((label, l) => {
    const kept = Array.from(model.weights[l].keys()).filter(bucket => model.weights[l][bucket] !== 0)
    const magnitudes = magnitudesOf(kept.map(bucket => Math.abs(model.weights[l][bucket])))
    const gaps: number[] = []
    const halves = new Uint8Array(Math.ceil(kept.length / 2))
    let last = -1
    for (const [i, bucket] of kept.entries()) {
      let gap = bucket - last
      for (; gap >= 0xff; gap -= 0xff) {
        gaps.push(0xff)
      }
      gaps.push(gap)
      last = bucket
      const weight = model.weights[l][bucket]
      halves[i >> 1] |= ((weight < 0 ? MAGNITUDES : 0) + nearest(magnitudes, Math.abs(weight))) << (i % 2 === 0 ? 4 : 0)
    }
    return [label, { bias: Number(model.biases[l].toFixed(5)), magnitudes, gaps: toString(Uint8Array.from(gaps), 'base64'), weights: toString(halves, 'base64') }]
  })) as StoredModel
}
