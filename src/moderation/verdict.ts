import { SEVERITY } from './reasons.ts'
import type { Action, Entry, Reason, Verdict, VerdictSource } from './moderation-api.ts'

/** A list as one reader uses it. */
export interface ReaderList {
  list: string
  title: string
  /** null: all */
  actions: Action[] | null
  reasons: Reason[] | null
  /** how much its word counts towards the threshold */
  weight: number
  /** the reader's own list: it needs no company and always wins */
  own: boolean
  /** nearest first */
  order: number
  /** it may only warn: it grew suddenly, hits too much, or its maintainer contradicted itself */
  capped?: boolean
  /** told, not done */
  trial?: boolean
  /** lists that copy each other have one voice together */
  voice?: string
}

/** One entry that names what is judged, and the list it is of. */
export interface ListMatch { list: ReaderList, entry: Entry }

const MAX_SOURCES = 32
const WARN = SEVERITY.indexOf('warn')

function counts ({ list, entry }: ListMatch, now: number): boolean {
  return (entry.expires == null || entry.expires > now) &&
    (entry.action === 'allow' || ((list.actions == null || list.actions.includes(entry.action)) && (list.reasons == null || list.reasons.includes(entry.reason))))
}

/** How strongly a match acts: 0 is strongest. */
function severity ({ list, entry }: ListMatch): number {
  const its = SEVERITY.indexOf(entry.action)
  return list.capped === true ? Math.max(its, WARN) : its
}

function sourceOf ({ list, entry }: ListMatch): VerdictSource {
  return {
    list: list.list,
    title: list.title,
    entry: entry.entry,
    reason: entry.reason,
    action: entry.action,
    since: entry.since,
    ...(entry.note == null ? {} : { note: entry.note }),
    ...(entry.sources == null ? {} : { sources: entry.sources }),
    maintainer: entry.maintainer
  }
}

/**
 * What a reader's lists make of something: a pure function, the same on every client
 * (test/vectors/verdicts.json).
 *
 * - What the own list says is done, `allow` included.
 * - An `allow` in a list silences the lists after it.
 * - Of the others, the strongest action is done that voices of at least `threshold` weight in all
 * ask for, or for something stronger. A voice is a list, or lists that copy each other; an entry
 * that repeats another list's entry has that list's voice. With less agreement nothing is done,
 * and the sources say who asked.
 */
export function verdictOf (matches: ListMatch[], threshold: number, now: number): Verdict {
  const valid = matches.filter(match => counts(match, now)).sort((a, b) => Number(b.list.own) - Number(a.list.own) || a.list.order - b.list.order)
  const trial = valid.filter(({ list, entry }) => list.trial === true && entry.action !== 'allow').slice(0, MAX_SOURCES).map(sourceOf)
  const tried = trial.length === 0 ? {} : { trial }
  const live = valid.filter(({ list }) => list.trial !== true)
  const own = live.filter(({ list }) => list.own)
  if (own.length > 0) {
    // one own list may be nearer than another
    const nearest = own.filter(({ list }) => list.order === own[0].list.order)
    const decisive = nearest.find(({ entry }) => entry.action === 'allow') ?? nearest.reduce((best, each) => severity(each) < severity(best) ? each : best)
    return { action: decisive.entry.action === 'allow' ? 'none' : decisive.entry.action, sources: nearest.slice(0, MAX_SOURCES).map(sourceOf), ...tried }
  }
  const allowed = live.find(({ entry }) => entry.action === 'allow')
  const asking = live.filter(({ list, entry }) => entry.action !== 'allow' && (allowed == null || list.order < allowed.list.order))
  if (asking.length === 0) {
    return { action: 'none', sources: allowed == null ? [] : [sourceOf(allowed)], ...tried }
  }
  const sources = asking.slice(0, MAX_SOURCES).map(sourceOf)
  const voices = voicesOf(asking)
  for (const [rank, action] of SEVERITY.entries()) {
    const weights = new Map<string, number>()
    for (const match of asking) {
      if (severity(match) <= rank) {
        const voice = voices(match)
        weights.set(voice, Math.max(weights.get(voice) ?? 0, match.list.weight))
      }
    }
    let weight = 0
    weights.forEach(each => { weight += each })
    if (weight >= threshold) {
      return { action, sources, ...tried }
    }
  }
  return { action: 'none', sources, ...tried }
}

/** Whose voice a match is: copies are followed to what they copy, as far as that is here. */
function voicesOf (matches: ListMatch[]): (match: ListMatch) => string {
  const byEntry = new Map(matches.map(match => [match.entry.entry, match]))
  return match => {
    let from = match
    for (let steps = 0; steps < 8; steps++) {
      const { origin } = from.entry
      const original = origin == null ? undefined : byEntry.get(origin)
      if (original == null || original === from) {
        return origin != null ? `entry ${origin}` : from.list.voice ?? from.list.list
      }
      from = original
    }
    return from.list.voice ?? from.list.list
  }
}
