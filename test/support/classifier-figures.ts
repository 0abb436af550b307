import { LABELS } from '../../src/moderation/classifier/classifier.ts'
import { seeded, SPELLINGS } from './hostile-spelling.ts'
import type { Classifier, Label, Scores } from '../../src/moderation/classifier/classifier.ts'

/** language → category → sentences; a category is labels joined by '+', or 'none:' and what it is about */
export type Corpus = Record<string, Record<string, string[]>>

export interface Sample { text: string, language: string, category: string, labels: Label[] }

export function samplesOf (corpus: Corpus): Sample[] {
  return Object.entries(corpus).flatMap(([language, categories]) => Object.entries(categories).flatMap(([category, texts]) =>
    texts.map(text => ({ text, language, category, labels: category.startsWith('none:') ? [] : category.split('+') as Label[] }))))
}

export interface Quality { precision: number, recall: number, found: number, wrong: number, missed: number }

export function qualityOf (samples: Sample[], scores: Scores[], label: Label, threshold: number): Quality {
  let found = 0
  let wrong = 0
  let missed = 0
  for (const [i, sample] of samples.entries()) {
    const says = scores[i][label] >= threshold
    const is = sample.labels.includes(label)
    found += says && is ? 1 : 0
    wrong += says && !is ? 1 : 0
    missed += !says && is ? 1 : 0
  }
  return { precision: found / Math.max(found + wrong, 1), recall: found / Math.max(found + missed, 1), found, wrong, missed }
}

export interface Figures {
  samples: number
  labels: Record<Label, Quality>
  languages: Record<string, Record<Label, Quality>>
  /** recall of any right label among harmful texts, per hostile spelling; and of harmless ones that were labelled */
  spellings: Record<string, { recall: number, alarms: number }>
  /** share of harmless texts that get any label, per category; `labels` how often each */
  harmless: Record<string, { texts: number, labelled: number, labels: Record<Label, number> }>
  /** of texts about the writer's own wish to die: how many are taken for an attack on others */
  riskTakenForAttack: { texts: number, labelled: number }
}

/** Everything the card says, from the sentences in the repository. */
export async function figuresOf (classifier: Classifier, corpus: Corpus, threshold = 0.5): Promise<Figures> {
  const samples = samplesOf(corpus)
  const scores = await Promise.all(samples.map(async ({ text }) => classifier.classify(text)))
  const perLabel = (chosen: number[]): Record<Label, Quality> => Object.fromEntries(LABELS.map(label => [label, qualityOf(chosen.map(i => samples[i]), chosen.map(i => scores[i]), label, threshold)])) as Record<Label, Quality>
  const all = samples.map((_, i) => i)
  const any = (its: Scores): boolean => LABELS.some(label => its[label] >= threshold)
  const spellings: Figures['spellings'] = {}
  for (const [name, spelling] of Object.entries(SPELLINGS)) {
    const random = seeded(7)
    const bent = await Promise.all(samples.map(async ({ text }) => classifier.classify(spelling(text, random))))
    const harmful = all.filter(i => samples[i].labels.length > 0)
    const harmless = all.filter(i => samples[i].labels.length === 0)
    spellings[name] = {
      recall: harmful.filter(i => samples[i].labels.some(label => bent[i][label] >= threshold)).length / harmful.length,
      alarms: harmless.filter(i => any(bent[i])).length / harmless.length
    }
  }
  const harmless: Figures['harmless'] = {}
  for (const i of all.filter(i => samples[i].labels.length === 0)) {
    const entry = harmless[samples[i].category.replace('none:', '')] ??= { texts: 0, labelled: 0, labels: { spam: 0, insult: 0, threat: 0, sexual: 0, 'self-harm': 0 } }
    entry.texts++
    entry.labelled += any(scores[i]) ? 1 : 0
    for (const label of LABELS) {
      entry.labels[label] += scores[i][label] >= threshold ? 1 : 0
    }
  }
  const risk = all.filter(i => samples[i].category === 'self-harm')
  return {
    samples: samples.length,
    labels: perLabel(all),
    languages: Object.fromEntries(Object.keys(corpus).map(language => [language, perLabel(all.filter(i => samples[i].language === language))])),
    spellings,
    harmless,
    riskTakenForAttack: { texts: risk.length, labelled: risk.filter(i => (['insult', 'threat', 'sexual'] as const).some(label => scores[i][label] >= threshold)).length }
  }
}
