import { EntryIndex, ListFeed, addOperations, encodeStatement } from '../../src/moderation/index.ts'
import type { EntryFields, ListMatch, ListOperation, ReaderList, Statement } from '../../src/moderation/index.ts'

export const SEED = 0x5eed

let made = 0

/** A maintainer who signs one statement after the other; signatures are the room's business. */
export class Maintainer {
  sequence = 0
  readonly name: string
  constructor (name = `maintainer ${made++}`) { this.name = name }

  say (time: number, ...operations: ListOperation[]): Statement {
    const sequence = this.sequence++
    return { id: `${this.name}/${sequence}/${time}`, author: this.name, sequence, time, entry: encodeStatement(operations) }
  }

  add (time: number, ...fields: EntryFields[]): Statement { return this.say(time, ...addOperations(fields)) }

  describe (time: number, change: Partial<ListOperation & { op: 'describe' }> = {}): Statement {
    return this.say(time, { op: 'describe', title: 'A list', description: '', license: '', appeals: '', maintainers: [this.name], retired: false, ends: {}, ...change })
  }
}

export function feedOf (founder: Maintainer, statements: Statement[], maxEntries?: number): ListFeed {
  return ListFeed.read({ founder: founder.name, seed: SEED, maxEntries }, statements.toSorted((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1)))
}

export function hide (subject: EntryFields['subject'], fields: Partial<EntryFields> = {}): EntryFields {
  return { subject, action: 'hide', reason: 'spam', ...fields }
}

/** One list of these entries, indexed. */
export function indexOf (...entries: EntryFields[]): EntryIndex {
  const maintainer = new Maintainer()
  const index = new EntryIndex(SEED)
  index.add(feedOf(maintainer, entries.map((entry, i) => maintainer.add(i, entry))))
  return index
}

export function reader (list: string, options: Partial<ReaderList> = {}): ReaderList {
  return { list, title: list, actions: null, reasons: null, weight: 1, own: false, order: 0, ...options }
}

export function matchesOf (lists: Array<{ reader: ReaderList, entries: EntryFields[] }>, judged: Parameters<EntryIndex['matches']>[0]): ListMatch[] {
  const index = new EntryIndex(SEED)
  const readers = new Map<ListFeed, ReaderList>()
  for (const { reader, entries } of lists) {
    const maintainer = new Maintainer(reader.list)
    const feed = feedOf(maintainer, entries.map((entry, i) => maintainer.add(i, entry)))
    readers.set(feed, reader)
    index.add(feed)
  }
  return index.matches(judged).map(({ feed, entry }) => ({ list: readers.get(feed) as ReaderList, entry }))
}
