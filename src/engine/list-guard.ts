import { SEVERITY } from '../moderation/index.ts'
import type { ListHolding } from './list-holding.ts'
import type { RoomCore } from './room-core.ts'
import type { EntryIndex, ListMatch } from '../moderation/index.ts'
import type { PersonaId, SignedMessage } from '../wire/index.ts'

/** Entries of a list that are looked for in the others, to tell a copy. */
const SAMPLE = 64
/** Lists shorter than this may well agree by chance. */
const LEAST_FOR_COPY = 20
/** Share of a sample that must be in another list for one to be the other's copy. */
const COPY_SHARE = 0.8
/** Newest messages of a room that breadth is measured on. */
const BREADTH_MESSAGES = 100
/** People that must have spoken before a list can be told to hit too many of them, and the share it may silence. */
export const LEAST_AUTHORS = 5
export const BROAD_SHARE = 0.6
const WARN = SEVERITY.indexOf('warn')

/** Looks after lists that lie by mass: copies that would count twice, and lists that silence almost everybody. */
export class ListGuard {
  /** Gives lists of which one is mostly contained in the other a common voice. */
  voices (holdings: ListHolding[], index: EntryIndex): void {
    const voices = new Map(holdings.map(holding => [holding.feed, holding.id]))
    for (const holding of holdings) {
      const { feed } = holding
      if (feed.size < LEAST_FOR_COPY) {
        continue
      }
      const shared = new Map<typeof feed, number>()
      const step = Math.max(1, Math.floor(feed.rows / SAMPLE))
      let sampled = 0
      for (let row = 0; row < feed.rows; row += step) {
        if (feed.dead[row] === 0) {
          sampled++
          for (const other of index.sharers(feed, row)) {
            shared.set(other, (shared.get(other) ?? 0) + 1)
          }
        }
      }
      for (const [other, count] of shared) {
        if (count >= sampled * COPY_SHARE) {
          const [mine, theirs] = [voices.get(feed), voices.get(other)]
          if (mine != null && theirs != null && mine !== theirs) {
            voices.forEach((voice, each) => {
              if (voice === mine) {
                voices.set(each, theirs)
              }
            })
          }
        }
      }
    }
    holdings.forEach(holding => { holding.voice = voices.get(holding.feed) })
  }

  /** Finds lists that would silence most of the people who lately spoke in a room. */
  breadth (core: RoomCore, holdings: ListHolding[], matches: (message: SignedMessage) => ListMatch[]): void {
    const authors = new Set<PersonaId>()
    const silenced = new Map<string, Set<PersonaId>>()
    const newest = core.timeline.visible.slice(-BREADTH_MESSAGES).filter(message => !core.isSelf(message.author))
    newest.forEach(message => { authors.add(message.author) })
    if (authors.size < LEAST_AUTHORS) {
      return
    }
    for (const message of newest) {
      for (const { list, entry } of matches(message)) {
        const severity = SEVERITY.indexOf(entry.action)
        if (!list.own && severity >= 0 && severity < WARN) {
          const personas = silenced.get(list.list) ?? new Set()
          silenced.set(list.list, personas.add(message.author))
        }
      }
    }
    for (const holding of holdings) {
      holding.broad ||= (silenced.get(holding.id)?.size ?? 0) > authors.size * BROAD_SHARE
    }
  }
}
