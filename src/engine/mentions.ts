import { InvalidParametersError, UnknownPersonaError } from '../room/index.ts'
import { MAX_MENTIONS } from '../wire/limits.ts'
import type { RoomCore } from './room-core.ts'
import type { PersonaId, SignedMessage } from '../wire/index.ts'

/** 'heard': it names this reader, who is told; 'quiet': it names one who did not want that from its author; null: it does not. */
export type Mention = 'heard' | 'quiet' | null

/** Where a room has no probation: who has been here for less is still new, ms. */
export const NEWCOMER_MS = 600_000
const MAX_NAME = 64
/** @ signs of one text that are looked at. */
const MAX_SIGNS = 64
const PART_OF_WORD = /[\p{L}\p{M}\p{N}_]/u

/** Names by which members can be called here; one that several have is nobody's, unless the reader gave it. */
function namesOf (core: RoomCore): Map<string, PersonaId | undefined> {
  const names = new Map<string, PersonaId | undefined>()
  const own = new Map<string, PersonaId>()
  for (const { persona, burned } of core.roster.all()) {
    if (burned) {
      continue
    }
    const given = core.roster.petnames.get(persona)
    if (given != null) {
      own.set(given.toLowerCase(), persona)
    }
    for (const name of [core.roster.petname(persona).replace(/^…/, ''), persona.slice(-6)]) {
      const key = name.toLowerCase()
      names.set(key, names.has(key) && names.get(key) !== persona ? undefined : persona)
    }
  }
  own.forEach((persona, name) => { names.set(name, persona) })
  return names
}

/** Whom a text calls with an at sign, as its writer calls them; at most MAX_MENTIONS. */
export function mentionsIn (core: RoomCore, text: string): PersonaId[] {
  const signs = [...text.matchAll(/@/g)].slice(0, MAX_SIGNS).map(({ index }) => index).filter(at => at === 0 || !PART_OF_WORD.test(text[at - 1]))
  const names = signs.length === 0 ? new Map<string, PersonaId | undefined>() : namesOf(core)
  const found = new Set<PersonaId>()
  for (const at of signs) {
    const rest = text.slice(at + 1, at + 1 + MAX_NAME).toLowerCase().replace(/^…/, '')
    for (let length = rest.length; length > 0; length--) {
      const persona = length < rest.length && PART_OF_WORD.test(rest[length]) ? undefined : names.get(rest.slice(0, length))
      if (persona != null) {
        found.add(persona)
        break
      }
    }
  }
  return [...found].slice(0, MAX_MENTIONS)
}

/**
 * Personas that a caller names.
 *
 * @throws {UnknownPersonaError}
 * @throws {InvalidParametersError} when there are more than MAX_MENTIONS
 */
export function checkMentions (core: RoomCore, mentions: string[]): PersonaId[] {
  const personas = [...new Set(mentions)] as PersonaId[]
  if (personas.length > MAX_MENTIONS) {
    throw new InvalidParametersError(`mentions must be at most ${MAX_MENTIONS} personas.`)
  }
  if (!personas.every(persona => persona === core.self || core.roster.has(persona))) {
    throw new UnknownPersonaError('mentions names a persona that is not known in this room. Read room.members for those who are.')
  }
  return personas
}

/** Whether a message calls this reader, by name or by answering, and whether its author may. */
export function mentionOf (core: RoomCore, message: SignedMessage): Mention {
  const { author, body, time } = message
  if (core.isSelf(author) || (body.kind !== 'text' && body.kind !== 'reply')) {
    return null
  }
  const answered = body.kind === 'reply' ? core.timeline.get(body.to)?.author : undefined
  if (!body.mentions.some(persona => core.isSelf(persona)) && (answered == null || !core.isSelf(answered))) {
    return null
  }
  const { mentions = 'everyone', founder, policy } = core.state
  if (mentions !== 'members' || author === founder) {
    return mentions === 'nobody' ? 'quiet' : 'heard'
  }
  const arrival = core.arrivals.of(author)
  return arrival != null && time - Math.max(arrival.said, arrival.known) >= (policy.probation === 0 ? NEWCOMER_MS : policy.probation) ? 'heard' : 'quiet'
}
