import { LABELS, noScores } from './classifier.ts'
import { InvalidModelError, MissingRuntimeError } from './errors.ts'
import { partsOf } from './parts.ts'
import { readVocabulary, tokenize } from './wordpiece.ts'
import type { Classifier, Label } from './classifier.ts'

/** Tokens of one part; most models are trained on 512. */
const MAX_TOKENS = 256
/** Characters that are about so many tokens. */
const PART_LENGTH = 700
const MAX_LABELS = 256

/** Files of a model folder, wherever it is: a directory, or what a page was handed. */
export type ReadModelFile = (name: string) => Promise<Uint8Array>

/** What is used of onnxruntime-node and onnxruntime-web. */
export interface OnnxRuntime {
  Tensor: new (type: 'int64', data: BigInt64Array, shape: number[]) => unknown
  InferenceSession: { create (model: Uint8Array): Promise<{ readonly inputNames: readonly string[], readonly outputNames: readonly string[], run (feeds: Record<string, unknown>): Promise<Record<string, { data: ArrayLike<number> }>> }> }
}

export interface OnnxClassifierInit {
  /** model.onnx (or onnx/model.onnx), config.json and tokenizer.json, as Hugging Face's exporters lay them out */
  read: ReadModelFile
  name?: string
  /** default: whichever of onnxruntime-node and onnxruntime-web is installed */
  runtime? (): Promise<OnnxRuntime>
  /** what the model's own labels mean here; default: by their names */
  labels?: Record<string, Label>
}

const NAMES: ReadonlyArray<[RegExp, Label]> = [
  [/spam|scam|advert/, 'spam'],
  [/threat/, 'threat'],
  [/self[-_ ]?harm|suicid/, 'self-harm'],
  [/sexual|obscene|porn|nsfw/, 'sexual'],
  [/^(?!.*(?:non|not|neutral)).*(?:insult|toxic|offens|hate|abus|harass|bully)/, 'insult']
]

async function installedRuntime (): Promise<OnnxRuntime> {
  // a variable: neither is a dependency, and bundlers must not look for them
  for (const name of ['onnxruntime-node', 'onnxruntime-web']) {
    try {
      const module = await import(name)
      return module.default?.InferenceSession == null ? module : module.default
    } catch {
      // the next one
    }
  }
  throw new MissingRuntimeError('A model folder needs an ONNX runtime. Install one (npm install onnxruntime-node), or use the built-in model.')
}

/** Which label each output of the model stands for; undefined: none of ours. */
export function readLabels (config: Uint8Array, own: Record<string, Label> = {}): { labels: Array<Label | undefined>, exclusive: boolean } {
  let file: any
  try {
    file = JSON.parse(new TextDecoder().decode(config))
  } catch {
    throw new InvalidModelError('config.json is not JSON. Export the model again.')
  }
  const names = Object.entries(file?.id2label ?? {}).sort(([a], [b]) => Number(a) - Number(b)).map(([, name]) => String(name))
  if (names.length === 0 || names.length > MAX_LABELS) {
    throw new InvalidModelError('config.json names no labels (id2label): this model classifies nothing.')
  }
  const labels = names.map(name => own[name] ?? NAMES.find(([pattern]) => pattern.test(name.toLowerCase()))?.[1])
  if (labels.every(label => label == null)) {
    throw new InvalidModelError(`None of the model's labels is known here (${names.slice(0, 8).join(', ')}). Say what they mean with "labels".`)
  }
  return { labels, exclusive: file.problem_type !== 'multi_label_classification' }
}

function probabilities (logits: number[], exclusive: boolean): number[] {
  if (!exclusive) {
    return logits.map(logit => 1 / (1 + Math.exp(-logit)))
  }
  const most = Math.max(...logits)
  const powers = logits.map(logit => Math.exp(logit - most))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map(power => power / sum)
}

/**
 * A text classification model in ONNX form, run on this machine. Read on first use.
 *
 * `classify` throws MissingRuntimeError without an ONNX runtime, and InvalidModelError for a folder that is no such model.
 */
export function onnxClassifier (init: OnnxClassifierInit): Classifier {
  const file = async (...names: string[]): Promise<Uint8Array> => {
    for (const name of names) {
      try {
        return await init.read(name)
      } catch {
        // the next name
      }
    }
    throw new InvalidModelError(`The model folder has no ${names[0]}. It needs model.onnx, config.json and tokenizer.json.`)
  }
  const load = async (): Promise<{ vocabulary: ReturnType<typeof readVocabulary>, labels: Array<Label | undefined>, exclusive: boolean, runtime: OnnxRuntime, session: Awaited<ReturnType<OnnxRuntime['InferenceSession']['create']>> }> => {
    const vocabulary = readVocabulary(new TextDecoder().decode(await file('tokenizer.json')))
    const { labels, exclusive } = readLabels(await file('config.json'), init.labels)
    const model = await file('model.onnx', 'onnx/model.onnx')
    const runtime = await (init.runtime ?? installedRuntime)()
    try {
      return { vocabulary, labels, exclusive, runtime, session: await runtime.InferenceSession.create(model) }
    } catch (error: any) {
      throw new InvalidModelError(`model.onnx cannot be run: ${error?.message ?? error}`, { cause: error })
    }
  }
  let loaded: ReturnType<typeof load> | undefined
  return {
    name: init.name ?? 'model folder',
    async classify (text, { signal } = {}) {
      loaded ??= load()
      const { vocabulary, labels, exclusive, runtime, session } = await loaded
      const scores = noScores()
      for (const part of partsOf(text, PART_LENGTH)) {
        signal?.throwIfAborted()
        const ids = tokenize(part, vocabulary, MAX_TOKENS)
        const tensor = (value: (id: number) => bigint): unknown => new runtime.Tensor('int64', BigInt64Array.from(ids, value), [1, ids.length])
        const given: Record<string, unknown> = { input_ids: tensor(BigInt), attention_mask: tensor(() => 1n), token_type_ids: tensor(() => 0n) }
        const unknown = session.inputNames.find(name => given[name] == null)
        if (unknown != null) {
          throw new InvalidModelError(`The model asks for an input "${unknown}" that text classifiers do not have.`)
        }
        const output = await session.run(Object.fromEntries(session.inputNames.map(name => [name, given[name]])))
        const logits = Array.from(output[session.outputNames[0]].data)
        if (logits.length !== labels.length) {
          throw new InvalidModelError(`The model gives ${logits.length} scores for ${labels.length} labels: config.json belongs to another model.`)
        }
        probabilities(logits, exclusive).forEach((value, i) => {
          const label = labels[i]
          if (label != null) {
            scores[label] = Math.max(scores[label], value)
          }
        })
      }
      for (const label of LABELS) {
        scores[label] = Number.isFinite(scores[label]) ? scores[label] : 0
      }
      return scores
    }
  }
}
