import fresh from '../../data/classifier/fresh.json' with { type: 'json' }
import heldOut from '../../data/classifier/held-out.json' with { type: 'json' }
import { builtinClassifier, LABELS } from '../../src/moderation/classifier/index.ts'
import { figuresOf, samplesOf } from '../../test/support/classifier-figures.ts'
import { quantile, row } from '../bench-case.ts'
import type { Corpus } from '../../test/support/classifier-figures.ts'
import type { BenchCase } from '../bench-case.ts'

const NAME = 'classifier'
const ROUNDS = 10

/** What the built-in model finds on sentences it never saw, and what a text costs. */
export default {
  name: NAME,
  title: 'the built-in classifier on held-out sentences, and its time for one text',
  run: async ({ quick, signal }) => {
    const began = performance.now()
    const classifier = builtinClassifier()
    await classifier.classify('hello')
    const loaded = performance.now() - began
    const rows = [row(NAME, 'built-in', 'from import to first answer', loaded, 'ms')]
    for (const [name, corpus] of [['held-out', heldOut], ['fresh', fresh]] as Array<[string, Corpus]>) {
      signal.throwIfAborted()
      const { labels, harmless, spellings } = await figuresOf(classifier, corpus)
      for (const label of LABELS) {
        rows.push(row(NAME, name, `${label}: precision`, labels[label].precision * 100, '%'), row(NAME, name, `${label}: recall`, labels[label].recall * 100, '%'))
      }
      rows.push(row(NAME, name, 'support-group language labelled', harmless.support.labelled / harmless.support.texts * 100, '%', { atMost: 10 }))
      rows.push(...Object.entries(spellings).map(([spelling, { recall }]) => row(NAME, name, `found in spelling: ${spelling}`, recall * 100, '%')))
    }
    const times: number[] = []
    for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
      for (const { text } of samplesOf(heldOut as Corpus)) {
        const start = performance.now()
        await classifier.classify(text)
        times.push(performance.now() - start)
      }
    }
    const long = `${samplesOf(heldOut as Corpus).slice(0, 80).map(({ text }) => text).join('. ')} `.repeat(8).slice(0, 16_000)
    const start = performance.now()
    await classifier.classify(long)
    rows.push(
      row(NAME, 'built-in', 'a sentence, median', quantile(times, 0.5), 'ms', { below: 1 }),
      row(NAME, 'built-in', 'a sentence, p99', quantile(times, 0.99), 'ms'),
      row(NAME, 'built-in', 'the longest text (16,000 characters)', performance.now() - start, 'ms')
    )
    return rows
  }
} satisfies BenchCase
