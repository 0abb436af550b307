// Trains the built-in classifier from data/classifier/train and writes src/moderation/classifier/weights.ts.
// The same data gives the same bytes: `node scripts/build.js && node scripts/train-classifier.js`.
// Held-out sentences are not read here: scripts/classifier-figures.js prints what they say of the result.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LABELS } from '../dist/src/moderation/classifier/classifier.js'
import { BUCKETS, featuresOf } from '../dist/src/moderation/classifier/features.js'
import { LinearModel, storeModel } from '../dist/src/moderation/classifier/linear-model.js'
import { seeded, SPELLINGS } from '../dist/test/support/hostile-spelling.js'
import { root } from './node.js'

const FOLDER = join(root, 'data', 'classifier')
/** Sentences that one template gives at most. */
const EXPANSIONS = 12
/** Share of sentences that are also learnt in a hostile spelling. */
const BENT = 0.35
const EPOCHS = 14
const RATE = 0.5
const SHRINK = 2e-5
const FOLDS = 5
/** A false alarm weighs more than a miss when the threshold is put in its place, less so for threats. */
const BETA = 0.5
const BETA_OF = { threat: 0.65 }
/** Weights that are kept of each label: what fits 140 KB. */
const KEEP = 14_000

/**
 * Fills in a template's {alternatives}.
 *
 * @param template
 * @param random
 */
function expand (template, random) {
  const choices = [...template.matchAll(/\{([^{}]*)\}/g)].reduce((product, [, options]) => product * options.split('|').length, 1)
  const made = new Set()
  for (let tries = 0; tries < EXPANSIONS * 3 && made.size < Math.min(EXPANSIONS, choices); tries++) {
    made.add(template.replace(/\{([^{}]*)\}/g, (_, options) => {
      const list = options.split('|')
      return list[Math.floor(random() * list.length)]
    }))
  }
  return [...made]
}

function readSamples () {
  const random = seeded(1)
  const samples = []
  let template = 0
  for (const file of readdirSync(join(FOLDER, 'train')).sort()) {
    for (const [category, templates] of Object.entries(JSON.parse(readFileSync(join(FOLDER, 'train', file), 'utf8')))) {
      const labels = category.startsWith('none:') ? [] : category.split('+')
      for (const each of templates) {
        const texts = expand(each, random)
        const bent = texts.filter(() => random() < BENT).map(text => {
          const names = Object.keys(SPELLINGS)
          return SPELLINGS[names[Math.floor(random() * names.length)]](text, random)
        })
        for (const text of [...texts, ...bent]) {
          // a template counts once, however many sentences it gives
          samples.push({ template, text, labels, weight: 4 / Math.sqrt(texts.length + bent.length) / Math.sqrt(12), features: featuresOf(text), category })
        }
        template++
      }
    }
  }
  return samples
}

/**
 * Logistic regression by AdaGrad, all labels in one pass. With `kept`, other weights stay zero.
 *
 * @param samples
 * @param kept
 */
function fit (samples, kept) {
  const random = seeded(2)
  const weights = LABELS.map(() => new Float32Array(BUCKETS))
  const biases = LABELS.map(() => -1)
  const squares = LABELS.map(() => new Float32Array(BUCKETS).fill(1e-3))
  const order = samples.map((_, i) => i)
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1))
      ;[order[i], order[j]] = [order[j], order[i]]
    }
    for (const at of order) {
      const { features: { buckets, values }, labels, weight } = samples[at]
      for (const [l, label] of LABELS.entries()) {
        const its = weights[l]
        let sum = biases[l]
        for (let k = 0; k < buckets.length; k++) {
          sum += its[buckets[k]] * values[k]
        }
        const is = labels.includes(label)
        // a label has a sixth of the sentences: its own weigh more
        const error = (1 / (1 + Math.exp(-sum)) - (is ? 1 : 0)) * weight * (is ? 3 : 1)
        biases[l] -= 0.02 * error
        for (let k = 0; k < buckets.length; k++) {
          if (kept != null && kept[l][buckets[k]] === 0) {
            continue
          }
          const slope = error * values[k] + SHRINK * its[buckets[k]]
          squares[l][buckets[k]] += slope * slope
          its[buckets[k]] -= RATE * slope / Math.sqrt(squares[l][buckets[k]])
        }
      }
    }
  }
  return new LinearModel(weights, biases)
}

/**
 * Marks the largest weights of each label.
 *
 * @param model
 */
function largest (model) {
  return model.weights.map(weights => {
    const marks = new Uint8Array(BUCKETS)
    Array.from(weights.keys()).sort((a, b) => Math.abs(weights[b]) - Math.abs(weights[a]) || a - b).slice(0, KEEP).forEach(bucket => { marks[bucket] = 1 })
    return marks
  })
}

const logit = score => Math.log(score / (1 - score))

/**
 * Where each label's score best parts right from wrong, found on templates that were not learnt.
 *
 * @param samples
 */
function operatingPoints (samples) {
  const judged = LABELS.map(() => [])
  for (let fold = 0; fold < FOLDS; fold++) {
    const model = fit(samples.filter(({ template }) => template % FOLDS !== fold))
    for (const { text, labels, weight } of samples.filter(({ template }) => template % FOLDS === fold)) {
      const scores = model.scores(text)
      LABELS.forEach((label, l) => judged[l].push([logit(Math.min(1 - 1e-9, Math.max(1e-9, scores[label]))), labels.includes(label), weight]))
    }
  }
  return judged.map((list, l) => {
    const beta = BETA_OF[LABELS[l]] ?? BETA
    list.sort((a, b) => b[0] - a[0])
    const total = list.reduce((sum, [, is, weight]) => sum + (is ? weight : 0), 0)
    let right = 0
    let wrong = 0
    let best = { value: 0, at: 0 }
    for (const [at, is, weight] of list) {
      right += is ? weight : 0
      wrong += is ? 0 : weight
      const value = (1 + beta ** 2) * right / (beta ** 2 * total + right + wrong)
      best = value > best.value ? { value, at } : best
    }
    return best
  })
}

const samples = readSamples()
console.log(`${samples.length} sentences of ${samples.at(-1).template + 1} templates`)
const points = operatingPoints(samples)
console.log('on templates left out:', LABELS.map((label, l) => `${label} F ${points[l].value.toFixed(3)} at ${points[l].at.toFixed(2)}`).join(', '))
const trained = fit(samples, largest(fit(samples)))
const placed = new LinearModel(trained.weights, trained.biases.map((bias, l) => bias - points[l].at))
const stored = storeModel(placed)
const quoted = label => label.includes('-') ? `'${label}'` : label
const lines = LABELS.map(label => {
  const { bias, magnitudes, gaps, weights } = stored[label]
  return `  ${quoted(label)}: { bias: ${bias}, magnitudes: [${magnitudes.join(', ')}], gaps: '${gaps}', weights: '${weights}' }`
})
writeFileSync(join(root, 'src', 'moderation', 'classifier', 'weights.ts'), `import type { StoredModel } from './linear-model.ts'

/** Made by scripts/train-classifier.js from data/classifier/train; docs/classifier.md says how good it is. */
export const stored: StoredModel = {
${lines.join(',\n')}
}
`)
