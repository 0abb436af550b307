import { domainsOf } from '../wire/index.ts'
import { MAX_RULES, ruleApplies } from './behaviour.ts'
import { fold, wordsOf } from './fold.ts'
import { IMAGE_DISTANCE, isTelling } from './image-hash.ts'
import { KeyHash, keyOf } from './list-feed.ts'
import { PatternSet } from './pattern-set.ts'
import type { Behaviour } from './behaviour.ts'
import type { ListFeed } from './list-feed.ts'
import type { Entry, SubjectKind } from './moderation-api.ts'

/** Words of the longest phrase that is looked for. */
const MAX_PHRASE = 4
/** Entries of one list about one and the same subject; a list that says more is not listened to. */
export const MAX_SAME_SUBJECT = 4
/** Image entries of all lists that are compared, each with every picture. */
export const MAX_IMAGES = 50_000
/** Lists read at once. */
export const MAX_LISTS = 1_024
const FIRST_SLOTS = 1_024

/** What is judged: one message, or a persona alone. */
export interface Judged {
  persona: string
  /** its salted hash in this room */
  personaHash?: string
  /** invite branches it came in by, nearest first, and their salted hashes */
  branches?: string[]
  message?: string
  text?: string
  /** hex SHA-256 of attachments */
  attachments?: string[]
  /** hex perceptual hashes */
  images?: string[]
  /** asked for only where some list has rules about it */
  behaviour?(): Behaviour
}

export interface Match { feed: ListFeed, entry: Entry }

/**
 * All lists' entries by what they name, in one hash table over flat arrays: a look-up costs the
 * same for one list of ten entries and a hundred of ten thousand.
 */
export class EntryIndex {
  readonly #hash: KeyHash
  readonly #feeds: Array<ListFeed | undefined> = []
  readonly #indexed = new Map<ListFeed, { at: number, rows: number }>()
  #patterns = new PatternSet()
  #images: Array<{ feed: ListFeed, row: number, low: number, high: number }> = []
  #rules: Array<{ feed: ListFeed, row: number, rule: string }> = []
  #slots = new Int32Array(FIRST_SLOTS)
  #feedOf = new Uint16Array(FIRST_SLOTS / 2)
  #rowOf = new Uint32Array(FIRST_SLOTS / 2)
  #size = 0
  #stale = 0
  #words = false
  #phrase = 1
  #domains = false

  constructor (seed: number) {
    this.#hash = new KeyHash(seed)
  }

  /** entries that can be found, with some that are no longer in force */
  get size (): number { return this.#size }

  /** Takes in what a list says: only what is new when the same feed comes again. */
  add (feed: ListFeed): void {
    let known = this.#indexed.get(feed)
    if (known == null) {
      if (this.#indexed.size >= MAX_LISTS) {
        return
      }
      if (this.#stale > this.#size / 2) {
        this.#rebuild()
      }
      known = { at: this.#feeds.length, rows: 0 }
      this.#feeds.push(feed)
      this.#indexed.set(feed, known)
    }
    for (let row = known.rows; row < feed.rows; row++) {
      if (feed.dead[row] === 0) {
        this.#insert(feed, known.at, row)
      }
    }
    known.rows = feed.rows
  }

  delete (feed: ListFeed): void {
    const known = this.#indexed.get(feed)
    if (known != null) {
      this.#feeds[known.at] = undefined
      this.#indexed.delete(feed)
      this.#stale += known.rows
      if (this.#feeds.length >= 0xffff) {
        this.#rebuild()
      }
    }
  }

  #rebuild (): void {
    const feeds = [...this.#indexed.keys()]
    this.#indexed.clear()
    this.#feeds.length = 0
    this.#slots = new Int32Array(FIRST_SLOTS)
    this.#patterns = new PatternSet()
    this.#images = []
    this.#rules = []
    this.#size = this.#stale = 0
    feeds.forEach(feed => { this.add(feed) })
  }

  #insert (feed: ListFeed, at: number, row: number): void {
    const kind = feed.kindOf(row)
    if (kind === 'pattern') {
      this.#patterns.add(feed, row)
      return
    }
    if (kind === 'rule') {
      if (this.#rules.length < MAX_RULES) {
        this.#rules.push({ feed, row, rule: feed.valueOf(row) })
      }
      return
    }
    if (kind === 'image') {
      if (this.#images.length < MAX_IMAGES) {
        const hash = feed.valueOf(row)
        this.#images.push({ feed, row, low: parseInt(hash.slice(8), 16), high: parseInt(hash.slice(0, 8), 16) })
      }
      return
    }
    if (kind === 'word') {
      this.#words = true
      const value = feed.valueOf(row)
      if (this.#phrase < MAX_PHRASE && /[^\p{L}\p{N}]/u.test(value)) {
        this.#phrase = Math.min(MAX_PHRASE, Math.max(this.#phrase, keyOf('word', value).split(' ').length))
      }
    }
    this.#domains ||= kind === 'domain'
    if (this.#size * 2 >= this.#slots.length) {
      this.#grow()
    }
    const low = feed.low[row]
    const mask = this.#slots.length - 1
    let slot = low & mask
    let same = 0
    while (this.#slots[slot] !== 0) {
      const other = this.#slots[slot] - 1
      if (this.#feedOf[other] === at) {
        const itsRow = this.#rowOf[other]
        if (feed.low[itsRow] === low && feed.high[itsRow] === feed.high[row] && ++same >= MAX_SAME_SUBJECT) {
          return
        }
      }
      slot = (slot + 1) & mask
    }
    this.#feedOf[this.#size] = at
    this.#rowOf[this.#size] = row
    this.#slots[slot] = ++this.#size
  }

  #grow (): void {
    const slots = new Int32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let i = 0; i < this.#size; i++) {
      const feed = this.#feeds[this.#feedOf[i]]
      if (feed != null) {
        let slot = feed.low[this.#rowOf[i]] & mask
        while (slots[slot] !== 0) {
          slot = (slot + 1) & mask
        }
        slots[slot] = i + 1
      }
    }
    this.#slots = slots
    const feedOf = new Uint16Array(slots.length / 2 + 1)
    const rowOf = new Uint32Array(slots.length / 2 + 1)
    feedOf.set(this.#feedOf.subarray(0, this.#size))
    rowOf.set(this.#rowOf.subarray(0, this.#size))
    this.#feedOf = feedOf
    this.#rowOf = rowOf
  }

  #look (kind: SubjectKind, key: string, found: Match[]): void {
    const { low, high } = this.#hash.of(kind, key)
    const mask = this.#slots.length - 1
    for (let slot = low & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const i = this.#slots[slot] - 1
      const feed = this.#feeds[this.#feedOf[i]]
      if (feed == null) {
        continue
      }
      const row = this.#rowOf[i]
      if (feed.low[row] === low && feed.high[row] === high && feed.dead[row] === 0 && feed.kindOf(row) === kind && keyOf(kind, feed.valueOf(row)) === key) {
        found.push({ feed, entry: feed.entryAt(row) })
      }
    }
  }

  /** Other lists that have an entry on the subject of this row. */
  sharers (feed: ListFeed, row: number): Set<ListFeed> {
    const found = new Set<ListFeed>()
    const low = feed.low[row]
    const mask = this.#slots.length - 1
    for (let slot = low & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const i = this.#slots[slot] - 1
      const other = this.#feeds[this.#feedOf[i]]
      if (other != null && other !== feed && other.low[this.#rowOf[i]] === low && other.high[this.#rowOf[i]] === feed.high[row] && other.dead[this.#rowOf[i]] === 0) {
        found.add(other)
      }
    }
    return found
  }

  /** Entries that name this, or something in it. */
  matches (judged: Judged): Match[] {
    const found: Match[] = []
    if (this.#size + this.#patterns.size + this.#images.length + this.#rules.length === 0) {
      return found
    }
    this.#look('persona', judged.persona, found)
    if (judged.personaHash != null) {
      this.#look('persona', judged.personaHash, found)
    }
    judged.branches?.forEach(branch => { this.#look('branch', branch, found) })
    if (judged.message != null) {
      this.#look('message', judged.message, found)
    }
    judged.attachments?.forEach(hash => { this.#look('attachment', hash, found) })
    if (judged.text != null && judged.text !== '') {
      this.#lookIn(judged.text, found)
    }
    if (this.#rules.length > 0 && judged.behaviour != null) {
      const behaviour = judged.behaviour()
      for (const { feed, row, rule } of this.#rules) {
        if (feed.dead[row] === 0 && this.#indexed.has(feed) && ruleApplies(rule, behaviour)) {
          found.push({ feed, entry: feed.entryAt(row) })
        }
      }
    }
    for (const image of judged.images ?? []) {
      const [high, low] = [parseInt(image.slice(0, 8), 16), parseInt(image.slice(8), 16)]
      // one even surface is like every other
      for (const each of isTelling(image) ? this.#images : []) {
        if (bits(each.low ^ low) + bits(each.high ^ high) <= IMAGE_DISTANCE && each.feed.dead[each.row] === 0 && this.#indexed.has(each.feed)) {
          found.push({ feed: each.feed, entry: each.feed.entryAt(each.row) })
        }
      }
    }
    return found
  }

  #lookIn (text: string, found: Match[]): void {
    if (this.#words) {
      const words = wordsOf(text)
      for (const word of new Set(words)) {
        this.#look('word', word, found)
      }
      for (let length = 2; length <= this.#phrase; length++) {
        for (let i = 0; i + length <= words.length && i < 512; i++) {
          this.#look('word', words.slice(i, i + length).join(' '), found)
        }
      }
    }
    if (this.#domains) {
      for (const domain of domainsOf(text)) {
        const labels = domain.split('.').slice(-16)
        for (let i = 0; i < labels.length; i++) {
          this.#look('domain', labels.slice(i).join('.'), found)
        }
      }
    }
    if (this.#patterns.size > 0) {
      this.#patterns.match(fold(text), (feed, row) => {
        if (this.#indexed.has(feed)) {
          found.push({ feed, entry: feed.entryAt(row) })
        }
      })
    }
  }
}

/** How many of 32 bits are set. */
function bits (word: number): number {
  let n = word - (word >>> 1 & 0x55555555)
  n = (n & 0x33333333) + (n >>> 2 & 0x33333333)
  return Math.imul(n + (n >>> 4) & 0x0f0f0f0f, 0x01010101) >>> 24
}
