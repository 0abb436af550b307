import { MAX_RESOURCES } from './classifier/resources.ts'
import { wordKey } from './fold.ts'
import { decodeStatement } from './operation.ts'
import { readValue } from './subject.ts'
import { endsOf } from './tenure.ts'
import type { Resource } from './classifier/resources.ts'
import type { Entry, SubjectKind } from './moderation-api.ts'
import type { AddOperation, Description, ListOperation } from './operation.ts'
import type { SaidOfList } from './tenure.ts'
import type { SignedMessage } from '../wire/index.ts'

/** Entries one list may have; what comes after does not count. */
export const MAX_ENTRIES = 1_000_000
const FIRST_ROWS = 64

/** What the entries of one operation share. */
export interface FeedOperation extends Omit<AddOperation, 'op'> {
  statement: string
  maintainer: string
  since: number
  /** row of its first entry, and its first entry's number in the statement */
  first: number
  number: number
}

/** One signed statement, without its signature: what lists are made of. */
export interface Statement { id: string, author: string, sequence: number, time: number, entry: Uint8Array }

export function statementOf (message: SignedMessage): Statement | undefined {
  if (message.kind !== 'entry') {
    return undefined
  }
  const { id, author, sequence, time, body } = message
  return body.kind === 'entry' ? { id, author, sequence, time, entry: body.entry } : undefined
}

/** Two 32-bit hashes of a key; seeded, so that nobody can prepare keys that collide at a reader. */
export class KeyHash {
  low = 0
  high = 0
  readonly #seed: number
  constructor (seed: number) { this.#seed = seed | 0 }

  of (kind: string, value: string): this {
    let low = this.#seed ^ 0x811c9dc5 ^ (kind.charCodeAt(0) << 8) ^ kind.charCodeAt(1)
    let high = this.#seed ^ 0x7f4a7c15 ^ kind.charCodeAt(1)
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i)
      low = Math.imul(low ^ code, 0x01000193)
      high = Math.imul(high ^ code, 0x85ebca6b)
      high ^= high >>> 13
    }
    low ^= low >>> 15
    this.low = Math.imul(low, 0x2c1b3c6d) >>> 0
    this.high = (high ^ (high >>> 16)) >>> 0
    return this
  }
}

/** What an entry is found by: words by their skeleton, everything else as it is. */
export function keyOf (kind: SubjectKind, value: string): string {
  return kind === 'word' ? wordKey(value) : value
}

/**
 * What a list says now, folded from the signed statements of its maintainers in their order. A
 * million entries take some 30 bytes each besides their text: what they share is kept once per
 * operation, and an entry is spelled out only when it is asked for.
 */
export class ListFeed implements Description {
  title = ''
  description = ''
  license = ''
  appeals = ''
  maintainers: string[]
  retired = false
  ends: Record<string, number> = {}
  /** how many statements were counted */
  version = 0
  /** everybody who was a maintainer at some time */
  readonly everMaintainer: Set<string>
  readonly operations: FeedOperation[] = []
  /** help lines by address, at most MAX_RESOURCES */
  readonly help = new Map<string, Resource>()
  /** per row */
  operationOf = new Uint32Array(FIRST_ROWS)
  offset = new Uint32Array(FIRST_ROWS)
  low = new Uint32Array(FIRST_ROWS)
  high = new Uint32Array(FIRST_ROWS)
  dead = new Uint8Array(FIRST_ROWS)
  rows = 0
  #alive = 0
  #last?: Statement
  /** where former maintainers' words end is known for the whole list */
  #settled = false
  readonly #hash: KeyHash
  readonly #statements = new Map<string, { first: number, count: number }>()
  readonly #max: number

  constructor (init: { founder: string, seed: number, maxEntries?: number }) {
    this.maintainers = [init.founder]
    this.everMaintainer = new Set(this.maintainers)
    this.#hash = new KeyHash(init.seed)
    this.#max = init.maxEntries ?? MAX_ENTRIES
  }

  /** entries in force */
  get size (): number { return this.#alive }

  /** Folds statements, ascending (time, ID). Where former maintainers' words end is found first: a date proves nothing. */
  static read (init: { founder: string, seed: number, maxEntries?: number }, statements: Statement[]): ListFeed {
    const descriptions: SaidOfList[] = statements.flatMap(({ author, sequence, entry }) => decodeStatement(entry).flatMap(said => said?.op === 'describe' ? [{ author, sequence, said }] : []))
    const feed = new ListFeed(init)
    feed.ends = endsOf(init.founder, descriptions)
    feed.#settled = true
    statements.forEach(statement => feed.#apply(statement))
    feed.#settled = false
    return feed
  }

  /** Whether this statement comes after all that were counted, so that it can just be added. */
  follows (statement: Statement): boolean {
    return this.#last == null || this.#last.time < statement.time || (this.#last.time === statement.time && this.#last.id < statement.id)
  }

  /** Counts one more statement; false when it does not count: not by a maintainer at that point, or not readable. */
  apply (statement: Statement): boolean { return this.#apply(statement) }

  #apply (statement: Statement): boolean {
    this.#last = statement
    const end = this.ends[statement.author]
    if (this.#statements.has(statement.id) || (end == null ? !this.maintainers.includes(statement.author) : !this.everMaintainer.has(statement.author) || statement.sequence > end)) {
      return false
    }
    const first = this.rows
    let number = 0
    let counted = false
    for (const operation of decodeStatement(statement.entry)) {
      if (operation == null || (this.retired && operation.op !== 'describe')) {
        continue
      }
      counted = true
      if (operation.op === 'describe') {
        // a maintainer of former times may not describe the list any more
        if (this.maintainers.includes(statement.author)) {
          this.#describe(operation)
        }
      } else if (operation.op === 'add') {
        number = this.#add(operation, statement, number)
      } else if (operation.op === 'help' || operation.op === 'unhelp') {
        this.#help(operation)
      } else {
        operation.entries.forEach(entry => { this.#remove(entry) })
      }
    }
    this.#statements.set(statement.id, { first, count: this.rows - first })
    this.version += counted ? 1 : 0
    return counted
  }

  #describe (said: Description): void {
    const { title, description, license, appeals, maintainers, retired } = said
    Object.assign(this, { title, description, license, appeals, maintainers, retired })
    maintainers.forEach(persona => { this.everMaintainer.add(persona) })
    if (this.#settled) {
      return
    }
    for (const [persona, sequence] of Object.entries(said.ends)) {
      this.ends[persona] = Math.min(sequence, this.ends[persona] ?? Infinity)
    }
    // taken back in, its word counts again
    maintainers.forEach(persona => { Reflect.deleteProperty(this.ends, persona) })
  }

  #help (said: ListOperation & { op: 'help' | 'unhelp' }): void {
    const lines = said.op === 'help' ? said.lines : []
    ;[...said.op === 'help' ? [] : said.addresses, ...lines.map(each => each.address)].forEach(address => { this.help.delete(address) })
    for (const line of lines) {
      if (this.help.size < MAX_RESOURCES) {
        this.help.set(line.address, line)
      }
    }
  }

  #add (operation: AddOperation, statement: Statement, number: number): number {
    const { op, ...shared } = operation
    const { kind, values } = operation
    const at = this.operations.length
    this.operations.push({ ...shared, statement: statement.id, maintainer: statement.author, since: statement.time, first: this.rows, number })
    for (let from = 0; from <= values.length && this.rows < this.#max;) {
      const next = values.indexOf('\n', from)
      const end = next < 0 ? values.length : next
      const value = readValue(kind, values.slice(from, end))
      const row = this.#row()
      this.operationOf[row] = at
      this.offset[row] = from
      if (value == null) {
        this.dead[row] = 1
      } else {
        this.#hash.of(kind, keyOf(kind, value))
        this.low[row] = this.#hash.low
        this.high[row] = this.#hash.high
        this.#alive++
      }
      number++
      from = end + 1
    }
    return number
  }

  #row (): number {
    if (this.rows === this.offset.length) {
      const longer = Math.min(this.#max, this.rows * 2)
      const grown = <T extends Uint32Array | Uint8Array>(array: T, copy: T): T => { copy.set(array as any); return copy }
      this.operationOf = grown(this.operationOf, new Uint32Array(longer))
      this.offset = grown(this.offset, new Uint32Array(longer))
      this.low = grown(this.low, new Uint32Array(longer))
      this.high = grown(this.high, new Uint32Array(longer))
      this.dead = grown(this.dead, new Uint8Array(longer))
    }
    return this.rows++
  }

  #remove (entry: string): void {
    const row = this.rowOf(entry)
    if (row != null && this.dead[row] === 0) {
      this.dead[row] = 1
      this.#alive--
    }
  }

  /** The row of an entry by its ID, `<statement>.<number>`. */
  rowOf (entry: string): number | undefined {
    const dot = entry.lastIndexOf('.')
    const statement = this.#statements.get(entry.slice(0, dot))
    const number = Number(entry.slice(dot + 1))
    return statement != null && Number.isInteger(number) && number >= 0 && number < statement.count ? statement.first + number : undefined
  }

  kindOf (row: number): SubjectKind { return this.operations[this.operationOf[row]].kind }

  /** What a row names. */
  valueOf (row: number): string {
    const { kind, values } = this.operations[this.operationOf[row]]
    const end = values.indexOf('\n', this.offset[row])
    return readValue(kind, values.slice(this.offset[row], end < 0 ? values.length : end)) ?? ''
  }

  entryAt (row: number): Entry {
    const { kind, action, reason, note, sources, expires, origin, statement, maintainer, since, first, number } = this.operations[this.operationOf[row]]
    return {
      entry: `${statement}.${number + row - first}`,
      subject: { [kind]: this.valueOf(row) },
      action,
      reason,
      ...(note == null ? {} : { note }),
      ...(sources == null ? {} : { sources }),
      since,
      ...(expires == null ? {} : { expires }),
      maintainer,
      ...(origin == null ? {} : { origin })
    }
  }

  find (entry: string): Entry | undefined {
    const row = this.rowOf(entry)
    return row == null || this.dead[row] === 1 ? undefined : this.entryAt(row)
  }

  /** Entries that name one of these, found without an index: for lists that are held and not in use. */
  about (names: Array<{ kind: SubjectKind, value: string }>): Entry[] {
    const wanted = new Map<number, Array<{ kind: SubjectKind, key: string }>>()
    for (const { kind, value } of names) {
      const key = keyOf(kind, value)
      const { low } = this.#hash.of(kind, key)
      wanted.set(low, [...wanted.get(low) ?? [], { kind, key }])
    }
    // nearly every row is passed over by one look
    const maybe = new Uint8Array(1_024)
    wanted.forEach((_, low) => { maybe[low & 1_023] = 1 })
    const found: Entry[] = []
    const { low, dead, rows } = this
    for (let row = 0; row < rows; row++) {
      const candidates = maybe[low[row] & 1_023] === 1 && dead[row] === 0 ? wanted.get(low[row]) : undefined
      if (candidates?.some(({ kind, key }) => this.kindOf(row) === kind && keyOf(kind, this.valueOf(row)) === key) === true) {
        found.push(this.entryAt(row))
      }
    }
    return found
  }

  /** Entries in force, oldest first. */
  * entries (from = 0, limit = Infinity): Generator<Entry> {
    for (let row = from; row < this.rows && limit > 0; row++) {
      if (this.dead[row] === 0) {
        limit--
        yield this.entryAt(row)
      }
    }
  }

  /** How many entries there are per reason and per action. */
  counts (): { reasons: Record<string, number>, actions: Record<string, number> } {
    const per = new Uint32Array(this.operations.length)
    for (let row = 0; row < this.rows; row++) {
      per[this.operationOf[row]] += 1 - this.dead[row]
    }
    const counts = { reasons: {} as Record<string, number>, actions: {} as Record<string, number> }
    this.operations.forEach(({ reason, action }, i) => {
      if (per[i] > 0) {
        counts.reasons[reason] = (counts.reasons[reason] ?? 0) + per[i]
        counts.actions[action] = (counts.actions[action] ?? 0) + per[i]
      }
    })
    return counts
  }
}
