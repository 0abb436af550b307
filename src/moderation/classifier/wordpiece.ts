import { InvalidModelError } from './errors.ts'

/** A word of more characters becomes the unknown token, as in BERT's own tokenizer. */
const MAX_WORD_LENGTH = 100

/** What a tokenizer.json (Hugging Face) with a WordPiece model says, as far as it matters here. */
export interface WordPieceVocabulary {
  ids: Map<string, number>
  unknown: string
  prefix: string
  lowercase: boolean
  stripAccents: boolean
  start: number
  end: number
}

/** @throws {InvalidModelError} when the file is no tokenizer of this kind */
export function readVocabulary (json: string): WordPieceVocabulary {
  let file: any
  try {
    file = JSON.parse(json)
  } catch {
    throw new InvalidModelError('tokenizer.json is not JSON. Export the model again.')
  }
  const { model, normalizer } = file ?? {}
  if (typeof model?.vocab !== 'object' || model.vocab == null || (model.type != null && model.type !== 'WordPiece')) {
    throw new InvalidModelError(`tokenizer.json has a ${String(model?.type)} tokenizer; WordPiece is read (BERT, DistilBERT, MiniLM).`)
  }
  const ids = new Map<string, number>(Object.entries(model.vocab))
  const special = (name: string): number => {
    const id = ids.get(name)
    if (id == null) {
      throw new InvalidModelError(`tokenizer.json has no ${name} in its vocabulary.`)
    }
    return id
  }
  const lowercase = normalizer?.lowercase ?? true
  return {
    ids,
    unknown: model.unk_token ?? '[UNK]',
    prefix: model.continuing_subword_prefix ?? '##',
    lowercase,
    // absent: as lowercase says (BertNormalizer)
    stripAccents: normalizer?.strip_accents ?? lowercase,
    start: special('[CLS]'),
    end: special('[SEP]')
  }
}

/** Words, punctuation and single Han characters, as BERT parts them before looking in its vocabulary. */
function wordsOf (text: string, vocabulary: WordPieceVocabulary): string[] {
  let plain = text.replace(/[\p{Cc}\p{Cf}\ufffd]/gu, each => /\s/u.test(each) ? ' ' : '')
  if (vocabulary.lowercase) {
    plain = plain.toLowerCase()
  }
  if (vocabulary.stripAccents) {
    plain = plain.normalize('NFD').replace(/\p{Mn}/gu, '')
  }
  return plain.match(/[\p{P}$+<=>^`|~]|\p{Script=Han}|[^\s\p{P}$+<=>^`|~\p{Script=Han}]+/gu) ?? []
}

/** Greedy longest-match-first (Schuster & Nakajima 2012): token IDs with [CLS] and [SEP], at most `most`. */
export function tokenize (text: string, vocabulary: WordPieceVocabulary, most: number): number[] {
  const { ids, prefix } = vocabulary
  const unknown = ids.get(vocabulary.unknown) ?? 0
  const tokens: number[] = []
  for (const word of wordsOf(text, vocabulary)) {
    if (tokens.length >= most) {
      break
    }
    tokens.push(...pieces([...word], ids, prefix) ?? [unknown])
  }
  return [vocabulary.start, ...tokens.slice(0, most - 2), vocabulary.end]
}

function pieces (letters: string[], ids: Map<string, number>, prefix: string): number[] | undefined {
  if (letters.length > MAX_WORD_LENGTH) {
    return undefined
  }
  const found: number[] = []
  for (let at = 0; at < letters.length;) {
    let end = letters.length
    let id: number | undefined
    while (end > at && id == null) {
      id = ids.get((at > 0 ? prefix : '') + letters.slice(at, end).join(''))
      end--
    }
    if (id == null) {
      return undefined
    }
    found.push(id)
    at = end + 1
  }
  return found
}
