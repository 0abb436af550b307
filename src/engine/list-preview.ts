import { EntryIndex, verdictOf } from '../moderation/index.ts'
import { textOf } from './room-view.ts'
import type { Moderation } from './api.ts'
import type { ListHolding } from './list-holding.ts'
import type { RoomCore } from './room-core.ts'
import type { Subjects } from './subjects.ts'
import type { Action, Entry, Judged, ListFeed, PreviewResult, ReaderList } from '../moderation/index.ts'
import type { PersonaId } from '../wire/index.ts'

const MAX_PREVIEWED = 5_000
const MAX_SAMPLES = 20
/** Entries of one list about one persona that it is told of. */
export const MAX_NAMED = 32

export interface ListLooks { seed: number, subjects: Subjects, now: number }

/** What a list would change in a room, looked at alone. */
export function previewOf ({ seed, subjects, now }: ListLooks, holding: ListHolding, core: RoomCore): PreviewResult {
  const index = new EntryIndex(seed)
  index.add(holding.feed)
  const list: ReaderList = { ...holding.reader(), own: false, trial: false, capped: false, weight: 1 }
  const result: PreviewResult = { messages: 0, personas: 0, talkedTo: 0, samples: [], entries: holding.feed.size, actions: {}, reasons: {} }
  const personas = new Set<PersonaId>()
  for (const message of core.timeline.visible.slice(-MAX_PREVIEWED)) {
    if (core.isSelf(message.author)) {
      continue
    }
    const text = textOf(core, message)
    const verdict = verdictOf(index.matches(subjects.message(core, message, text)).map(({ entry }) => ({ list, entry })), 1, now)
    if (verdict.action === 'none') {
      continue
    }
    const { action } = verdict
    const { reason } = verdict.sources[0]
    result.messages++
    personas.add(message.author)
    result.actions[action] = (result.actions[action] ?? 0) + 1
    result.reasons[reason] = (result.reasons[reason] ?? 0) + 1
    if (result.samples.length < MAX_SAMPLES) {
      result.samples.push({ message: message.id, author: message.author, text: text.slice(0, 200), action: action as Action, reason })
    }
  }
  for (const { persona } of core.roster.all()) {
    if (!core.isSelf(persona) && index.matches(subjects.persona(core, persona)).length > 0) {
      personas.add(persona)
    }
  }
  result.personas = personas.size
  result.talkedTo = [...talkedTo(core)].filter(persona => personas.has(persona)).length
  return result
}

/** Which of these lists name this reader's persona in a room: those in use by the index they are all in, the others one by one. */
export function standingIn ({ subjects, now }: Omit<ListLooks, 'seed'>, lists: ListHolding[], core: RoomCore, indexed: (judged: Judged) => Map<ListFeed, Entry[]>): ReturnType<Moderation['standing']>['lists'] {
  const judged = subjects.persona(core, core.self)
  const found = indexed(judged)
  const { persona, personaHash = persona, branches = [] } = judged
  const names = [
    ...[persona, personaHash].map(value => ({ kind: 'persona' as const, value })),
    ...branches.map(value => ({ kind: 'branch' as const, value }))
  ]
  return lists.flatMap(({ id, title, feed, config }) => {
    // what is not in use is in no index
    const entries = config.paused ? feed.about(names) : found.get(feed) ?? []
    return entries.filter(({ action, expires }) => action !== 'allow' && (expires == null || expires > now))
      .slice(0, MAX_NAMED)
      .map(({ entry, action, reason, since }) => ({ list: id, title, action, reason, since, entry }))
  })
}

/** Personas this reader answered or reacted to. */
function talkedTo (core: RoomCore): Set<PersonaId> {
  const found = new Set<PersonaId>()
  for (const message of core.timeline.ordered) {
    // the words of others are not read for this
    const body = core.isSelf(message.author) ? message.body : undefined
    if (body?.kind === 'reply' || body?.kind === 'reaction') {
      const target = core.timeline.get(body.to)
      if (target != null) {
        found.add(target.author)
      }
    }
  }
  return found
}
