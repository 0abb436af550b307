import { compilePattern } from './entry.ts'
import { domainsOf, fold, skeleton, wordsOf } from './fold.ts'
import type { Entry } from './moderation-api.ts'
import type { RE2JS } from 're2js'

/** Patterns looked at per message, over one list: a list of more is read as far as this. */
export const MAX_PATTERNS = 2_000
/** Bits by which two perceptual hashes of one image may differ. */
const IMAGE_DISTANCE = 10

/** What is judged: one message, or a persona alone. */
export interface Judged {
  persona: string
  /** invite branches it came in by, hex */
  branch?: string | null
  message?: string
  text?: string
  /** hex SHA-256 of attachments */
  attachments?: string[]
  images?: string[]
}

/** One list's entries, by what they name: a look-up costs the same for ten entries and a million. */
export class EntryIndex {
  readonly #exact = new Map<string, Entry[]>()
  readonly #patterns: Array<{ entry: Entry, expression: RE2JS }> = []
  readonly #images: Array<{ entry: Entry, hash: bigint }> = []
  #words = 0
  #domains = 0
  #size = 0

  constructor (entries: Iterable<Entry> = []) {
    for (const entry of entries) {
      this.add(entry)
    }
  }

  get size (): number { return this.#size }

  add (entry: Entry): void {
    const { subject } = entry
    this.#size++
    if (subject.pattern != null) {
      if (this.#patterns.length < MAX_PATTERNS) {
        this.#patterns.push({ entry, expression: compilePattern(subject.pattern) })
      }
    } else if (subject.image != null) {
      this.#images.push({ entry, hash: BigInt(`0x${subject.image}`) })
    } else {
      const key = keyOf(entry)
      const same = this.#exact.get(key)
      if (same == null) {
        this.#exact.set(key, [entry])
      } else {
        same.push(entry)
      }
      this.#words += subject.word == null ? 0 : 1
      this.#domains += subject.domain == null ? 0 : 1
    }
  }

  /** Entries that name this, or something in it. */
  matches (judged: Judged): Entry[] {
    const found: Entry[] = []
    const look = (key: string): void => {
      const entries = this.#exact.get(key)
      if (entries != null) {
        found.push(...entries)
      }
    }
    look(`persona ${judged.persona}`)
    if (judged.branch != null) {
      look(`branch ${judged.branch}`)
    }
    if (judged.message != null) {
      look(`message ${judged.message}`)
    }
    judged.attachments?.forEach(hash => { look(`attachment ${hash}`) })
    const { text } = judged
    if (text != null && text !== '') {
      if (this.#words > 0) {
        for (const word of wordsOf(text)) {
          look(`word ${word}`)
        }
      }
      if (this.#domains > 0) {
        for (const domain of domainsOf(text)) {
          const labels = domain.split('.')
          for (let i = 0; i < labels.length; i++) {
            look(`domain ${labels.slice(i).join('.')}`)
          }
        }
      }
      if (this.#patterns.length > 0) {
        const folded = fold(text)
        found.push(...this.#patterns.filter(({ expression }) => expression.matcher(folded).find()).map(({ entry }) => entry))
      }
    }
    for (const image of judged.images ?? []) {
      const hash = BigInt(`0x${image}`)
      found.push(...this.#images.filter(each => distance(each.hash, hash) <= IMAGE_DISTANCE).map(({ entry }) => entry))
    }
    return found
  }
}

function keyOf ({ subject }: Entry): string {
  const [[name, value]] = Object.entries(subject)
  return `${name} ${name === 'word' ? skeleton(value) : String(value)}`
}

function distance (a: bigint, b: bigint): number {
  let bits = 0
  for (let different = a ^ b; different > 0n; different &= different - 1n) {
    bits++
  }
  return bits
}
