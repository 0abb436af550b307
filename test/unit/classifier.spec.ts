import { expect } from 'aegir/chai'
import fresh from '../../data/classifier/fresh.json' with { type: 'json' }
import heldOut from '../../data/classifier/held-out.json' with { type: 'json' }
import { BUCKETS } from '../../src/moderation/classifier/features.ts'
import { builtinClassifier, checkBeforeSending, findings, LABELS } from '../../src/moderation/classifier/index.ts'
import { LinearModel, readModel, storeModel } from '../../src/moderation/classifier/linear-model.ts'
import { MAX_PARTS, partsOf } from '../../src/moderation/classifier/parts.ts'
import { respell } from '../../src/moderation/classifier/respelling.ts'
import { figuresOf } from '../support/classifier-figures.ts'
import type { Classifier, Scores } from '../../src/moderation/classifier/index.ts'
import type { StoredModel } from '../../src/moderation/classifier/linear-model.ts'
import type { Corpus, Figures } from '../support/classifier-figures.ts'

const quiet: Scores = { spam: 0, insult: 0, threat: 0, sexual: 0, 'self-harm': 0 }

describe('what the built-in classifier says, on sentences it never saw', () => {
  let classifier: Classifier
  let figures: Figures

  before(async () => {
    classifier = builtinClassifier()
    figures = await figuresOf(classifier, heldOut as Corpus)
  })

  // floors a little below what docs/classifier.md reports
  const floors = { spam: [0.92, 0.83], insult: [0.91, 0.81], threat: [0.93, 0.75], sexual: [0.95, 0.85], 'self-harm': [0.88, 0.73] } as const
  for (const label of LABELS) {
    it(`finds ${label} at least as often, and as rightly, as its card says`, () => {
      const { precision, recall } = figures.labels[label]
      expect(precision, 'precision').to.be.at.least(floors[label][0])
      expect(recall, 'recall').to.be.at.least(floors[label][1])
    })
  }

  it('does as well on sentences written after it was finished', async () => {
    const { labels } = await figuresOf(classifier, fresh as Corpus)
    for (const label of LABELS) {
      expect(labels[label].precision, label).to.be.at.least(0.85)
      expect(labels[label].recall, label).to.be.at.least(0.6)
    }
  })

  it('labels few of the harmless texts', () => {
    const harmless = Object.values(figures.harmless)
    expect(harmless.reduce((sum, { labelled }) => sum + labelled, 0) / harmless.reduce((sum, { texts }) => sum + texts, 0)).to.be.at.most(0.07)
  })

  it('leaves people alone who talk about their own distress', () => {
    const { texts, labelled } = figures.harmless.support
    expect(texts).to.be.at.least(60)
    expect(labelled / texts).to.be.at.most(0.08)
  })

  it('does not take a wish to die for an attack on others', () => {
    const { texts, labelled } = figures.riskTakenForAttack
    expect(labelled / texts).to.be.at.most(0.05)
  })

  it('is not fooled by invisible, full-width or repeated letters, and little by look-alikes, spaces and digits', () => {
    const { spellings } = figures
    expect(spellings['zero-width'].recall).to.be.at.least(0.76)
    expect(spellings['full-width'].recall).to.be.at.least(0.76)
    expect(spellings.repeated.recall).to.be.at.least(0.76)
    expect(spellings.homoglyphs.recall).to.be.at.least(0.75)
    expect(spellings.spacing.recall).to.be.at.least(0.71)
    expect(spellings.leetspeak.recall).to.be.at.least(0.69)
    expect(Math.max(...Object.values(spellings).map(({ alarms }) => alarms))).to.be.at.most(0.1)
  })

  it('finds a threat in the middle of a long text', async () => {
    const filler = 'The minutes of the last meeting are on the wiki. We talked about the garden and the new shelves. '.repeat(40)
    const scores = await classifier.classify(`${filler}I will kill you and your whole family. ${filler}`)
    expect(scores.threat).to.be.above(0.5)
    expect((await classifier.classify(filler)).threat).to.be.below(0.5)
  })

  it('says nothing about a text without words', async () => {
    expect(await classifier.classify('')).to.deep.equal(quiet)
    expect(await classifier.classify('…\u200b ❤️')).to.deep.equal(quiet)
  })

  it('refuses weights that are damaged', () => {
    const all = Object.fromEntries(LABELS.map(label => [label, { bias: 0, magnitudes: [1, 2, 3, 4, 5, 6, 7, 8], gaps: 'AQE', weights: '' }])) as unknown as StoredModel
    expect(() => readModel(all)).to.throw().with.property('name', 'InvalidModelError')
  })

  it('stores weights so that reading gives them back, to half a byte', () => {
    const weights = LABELS.map((_, l) => new Float32Array(BUCKETS).map((_, i) => i % 700 === l ? (i % 3 === 0 ? -1 : 1) * (1 + i % 8) : 0))
    const again = readModel(storeModel(new LinearModel(weights, [0, 1, 2, 3, 4])))
    expect(again.biases).to.deep.equal([0, 1, 2, 3, 4])
    again.weights.forEach((each, l) => { expect(each).to.deep.equal(weights[l]) })
  })

  it('stops when it is told to', async () => {
    await expect(classifier.classify('hello', { signal: AbortSignal.abort(new Error('enough')) })).to.be.rejectedWith('enough')
  })

  it(`reads at most ${MAX_PARTS} parts of a text, and one as long as a message may be`, async () => {
    expect(partsOf('a b. '.repeat(100_000)).length).to.be.at.most(MAX_PARTS)
    expect(partsOf('x'.repeat(16_384)).length).to.be.at.most(MAX_PARTS)
    await classifier.classify('!|+@$'.repeat(3_000))
    await classifier.classify('k.i.l.l '.repeat(2_000))
  })
})

describe('what a classifier may do', () => {
  it('never hides or mutes, whatever the reader asks for', () => {
    for (const action of ['hide', 'mute', 'blur'] as const) {
      expect(findings({ ...quiet, insult: 0.9 }, { threshold: 0.5, action })).to.deep.equal([{ label: 'insult', reason: 'harassment', action: 'blur', score: 0.9 }])
    }
  })

  it('only ever labels somebody at risk', () => {
    expect(findings({ ...quiet, 'self-harm': 0.9 }, { threshold: 0.5, action: 'blur' })).to.deep.equal([{ label: 'self-harm', reason: 'self-harm', action: 'label', score: 0.9 }])
  })

  it('keeps to the reader\'s threshold', () => {
    expect(findings({ ...quiet, spam: 0.7 }, { threshold: 0.8, action: 'label' })).to.deep.equal([])
  })

  it('asks before an insult is sent, and never before a cry for help', () => {
    expect(checkBeforeSending({ ...quiet, insult: 0.8 })).to.include({ harmful: true, label: 'insult' })
    expect(checkBeforeSending({ ...quiet, 'self-harm': 0.9 })).to.include({ harmful: false, label: 'self-harm' })
    expect(checkBeforeSending(quiet)).to.include({ harmful: false, label: null })
  })
})

describe('words as they were meant', () => {
  const words = (text: string): string => respell(text).words.join(' ')

  for (const [name, bent, plain] of [
    ['digits for letters', 'k1ll y0ur$elf', 'kil yourself'],
    ['look-alike letters', 'ѕtuріd', 'stupid'],
    ['spaced letters', 'i d i o t', 'idiot'],
    ['dotted letters', 'i.d.i.o.t', 'idiot'],
    ['repeated letters', 'stuuuupid', 'stupid'],
    ['full-width letters', 'ｓｔｕｐｉｄ', 'stupid'],
    ['invisible letters', 'stu\u200bpi\u00add', 'stupid'],
    ['accents', 'stúpìd', 'stupid'],
    ['Latin letters in a Russian word', 'дyрaк тыи', 'дурак тыи']
  ]) {
    it(`undoes ${name}`, () => {
      expect(words(bent)).to.equal(plain)
    })
  }

  it('leaves Cyrillic words Cyrillic', () => {
    expect(words('хорошая погода сегодня')).to.equal('хорошая погода сегодня')
  })

  it('counts links, handles, prices and numbers instead of reading them', () => {
    expect(respell('pay $500 to @someone at https://example.org/x or call +1 555 010 2233')).to.deep.include({ links: 1, handles: 1, money: 1, phones: 1 })
  })
})
