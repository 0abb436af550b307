import { hashedSubject, isHashed } from '../moderation/index.ts'
import type { RoomRegistry } from './rooms.ts'
import type { Entry } from '../moderation/index.ts'
import type { PersonaId } from '../wire/index.ts'

/** A persona or branch of a room we are in, named so that only that room's members recognise it. */
export function veiled (rooms: RoomRegistry, subject: Entry['subject']): Entry['subject'] {
  for (const kind of ['persona', 'branch'] as const) {
    const value = subject[kind]
    const room = value == null ? undefined : rooms.list().find(({ core }) => kind === 'persona' ? core.roster.has(value as PersonaId) : core.roster.all().some(member => member.branch === value))
    if (room != null) {
      return { [kind]: hashedSubject(room.core.id, kind, value as string) }
    }
  }
  return subject
}

/** Turns salted hashes into the personas and branches they stand for, where this node is in their room. */
export function unveiler (rooms: RoomRegistry): (subject: Entry['subject']) => Entry['subject'] {
  let names: Map<string, string> | undefined
  return subject => {
    const [[kind, value]] = Object.entries(subject)
    if (!isHashed(value)) {
      return subject
    }
    if (names == null) {
      names = new Map()
      for (const { core } of rooms.list()) {
        for (const { persona, branch } of core.roster.all()) {
          names.set(hashedSubject(core.id, 'persona', persona), persona)
          if (branch != null) {
            names.set(hashedSubject(core.id, 'branch', branch), branch)
          }
        }
      }
    }
    const name = names.get(value)
    return name == null ? subject : { [kind]: name }
  }
}
