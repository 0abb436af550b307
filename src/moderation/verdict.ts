import { SEVERITY } from './reasons.ts'
import type { EntryIndex, Judged } from './entry-index.ts'
import type { Action, Entry, Reason, Verdict, VerdictSource } from './moderation-api.ts'

/** A list as one reader uses it. */
export interface ReaderList {
  list: string
  title: string
  index: EntryIndex
  /** null: all */
  actions: Action[] | null
  reasons: Reason[] | null
  /** how much its word counts towards the threshold */
  weight: number
  /** the reader's own list: it needs no company and always wins */
  own: boolean
}

const MAX_SOURCES = 32

function counts (list: ReaderList, entry: Entry, now: number): boolean {
  return (entry.expires == null || entry.expires > now) &&
    (list.actions == null || list.actions.includes(entry.action) || entry.action === 'allow') &&
    (list.reasons == null || list.reasons.includes(entry.reason) || entry.action === 'allow')
}

/**
 * What a reader's lists make of something: a pure function, the same on every client
 * (test/vectors/verdicts.json). `lists` come nearest first.
 *
 * - What the own list says is done, `allow` included.
 * - An `allow` in a list silences the lists after it.
 * - Of the others, the strongest action is done that lists of at least `threshold` weight in all
 * ask for, or for something stronger. With less agreement nothing is done, and the sources say who asked.
 */
export function verdictOf (judged: Judged, lists: readonly ReaderList[], threshold: number, now: number): Verdict {
  const sources: VerdictSource[] = []
  const strongest = new Map<ReaderList, number>()
  for (const list of lists) {
    const entries = list.index.matches(judged).filter(entry => counts(list, entry, now))
    if (entries.length === 0) {
      continue
    }
    const from = (entry: Entry): VerdictSource => ({ list: list.list, title: list.title, entry: entry.entry, reason: entry.reason, action: entry.action, since: entry.since, ...(entry.note == null ? {} : { note: entry.note }) })
    const allow = entries.find(entry => entry.action === 'allow')
    if (list.own) {
      const decisive = allow ?? strongestOf(entries)
      return { action: decisive.action === 'allow' ? 'none' : decisive.action, sources: entries.slice(0, MAX_SOURCES).map(from) }
    }
    if (allow != null) {
      break
    }
    sources.push(...entries.map(from))
    strongest.set(list, SEVERITY.indexOf(strongestOf(entries).action))
  }
  if (strongest.size === 0) {
    return { action: 'none', sources: [] }
  }
  for (const [severity, action] of SEVERITY.entries()) {
    let weight = 0
    for (const [list, its] of strongest) {
      weight += its <= severity ? list.weight : 0
    }
    if (weight >= threshold) {
      return { action, sources: sources.slice(0, MAX_SOURCES) }
    }
  }
  // not enough lists agree: the reader is told, nothing is taken away
  return { action: 'none', sources: sources.slice(0, MAX_SOURCES) }
}

function strongestOf (entries: Entry[]): Entry {
  return entries.reduce((best, entry) => rank(entry) < rank(best) ? entry : best)
}

function rank (entry: Entry): number {
  const severity = SEVERITY.indexOf(entry.action)
  return severity < 0 ? SEVERITY.length : severity
}
