import { expect } from 'aegir/chai'
import { onnxClassifier, readLabels } from '../../src/moderation/classifier/onnx.ts'
import { readVocabulary, tokenize } from '../../src/moderation/classifier/wordpiece.ts'
import type { OnnxRuntime } from '../../src/moderation/classifier/index.ts'

const vocab = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'you', 'are', 'un', '##kind', '##ly', 'kind', '.', '!', '世', '界', 'cafe']
const tokenizer = JSON.stringify({ normalizer: { type: 'BertNormalizer', lowercase: true }, model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', vocab: Object.fromEntries(vocab.map((word, id) => [word, id])) } })
const config = { problem_type: 'multi_label_classification', id2label: { 0: 'toxic', 1: 'threat', 2: 'something else' } }
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))

/** A runtime whose model sees an insult wherever "unkind" is: the loading code is what is tested. */
function runtime (outputs = (ids: number[]): number[] => [ids.includes(7) ? 4 : -4, -4, 9]): OnnxRuntime & { fed: string[] } {
  const fed: string[] = []
  return {
    fed,
    Tensor: class {
      readonly type: string
      readonly data: BigInt64Array
      readonly dims: number[]
      constructor (type: string, data: BigInt64Array, dims: number[]) {
        this.type = type
        this.data = data
        this.dims = dims
      }
    },
    InferenceSession: {
      create: async model => {
        if (new TextDecoder().decode(model) !== 'model') {
          throw new Error('no protobuf')
        }
        return {
          inputNames: ['input_ids', 'attention_mask'],
          outputNames: ['logits'],
          run: async feeds => {
            fed.push(...Object.keys(feeds))
            return { logits: { data: outputs(Array.from((feeds.input_ids as any).data, Number)) } }
          }
        }
      }
    }
  }
}

function folder (files: Record<string, Uint8Array>): (name: string) => Promise<Uint8Array> {
  return async name => {
    if (files[name] == null) {
      throw new Error('no such file')
    }
    return files[name]
  }
}

const files = { 'tokenizer.json': bytes(tokenizer), 'config.json': bytes(config), 'onnx/model.onnx': bytes('model') }

describe('a model folder', () => {
  it('is tokenized as BERT does', () => {
    const vocabulary = readVocabulary(tokenizer)
    expect(tokenize('You are UNKINDLY, café!', vocabulary, 32).map(id => vocab[id])).to.deep.equal(['[CLS]', 'you', 'are', 'un', '##kind', '##ly', '[UNK]', 'cafe', '!', '[SEP]'])
    expect(tokenize('世界', vocabulary, 32).map(id => vocab[id])).to.deep.equal(['[CLS]', '世', '界', '[SEP]'])
    expect(tokenize('you '.repeat(1_000), vocabulary, 16)).to.have.lengthOf(16)
    expect(tokenize('x'.repeat(10_000), vocabulary, 16).map(id => vocab[id])).to.deep.equal(['[CLS]', '[UNK]', '[SEP]'])
  })

  it('gives scores under our labels, from the inputs that the model names', async () => {
    const onnx = runtime()
    const classifier = onnxClassifier({ read: folder(files), runtime: async () => onnx })
    expect((await classifier.classify('you are unkind')).insult).to.be.above(0.9)
    expect((await classifier.classify('you are kind')).insult).to.be.below(0.1)
    expect(new Set(onnx.fed)).to.deep.equal(new Set(['input_ids', 'attention_mask']))
  })

  it('shares one between labels that exclude each other', async () => {
    const classifier = onnxClassifier({ read: folder({ ...files, 'config.json': bytes({ id2label: { 0: 'spam', 1: 'ham' } }) }), runtime: async () => runtime(() => [0, 0]) })
    expect((await classifier.classify('you')).spam).to.equal(0.5)
  })

  it('does not take "non-toxic" for an insult', () => {
    expect(readLabels(bytes({ id2label: { 0: 'non-toxic', 1: 'toxic' } })).labels).to.deep.equal([undefined, 'insult'])
  })

  it('says which runtime is missing', async () => {
    await expect(onnxClassifier({ read: folder(files) }).classify('hi')).to.eventually.be.rejected.with.property('name', 'MissingRuntimeError')
  })

  for (const [what, change] of [
    ['a folder without a model', { 'onnx/model.onnx': undefined }],
    ['a model that cannot be run', { 'onnx/model.onnx': bytes('nonsense') }],
    ['a tokenizer of another kind', { 'tokenizer.json': bytes({ model: { type: 'BPE', vocab: {} } }) }],
    ['labels that mean nothing here', { 'config.json': bytes({ id2label: { 0: 'cat', 1: 'dog' } }) }],
    ['a config of another model', { 'config.json': bytes({ id2label: { 0: 'toxic' } }) }],
    ['files that are not JSON', { 'config.json': bytes('{') }]
  ] as Array<[string, Record<string, Uint8Array | undefined>]>) {
    it(`refuses ${what}`, async () => {
      const classifier = onnxClassifier({ read: folder({ ...files, ...change } as Record<string, Uint8Array>), runtime: async () => runtime() })
      await expect(classifier.classify('you')).to.eventually.be.rejected.with.property('name', 'InvalidModelError')
    })
  }
})
