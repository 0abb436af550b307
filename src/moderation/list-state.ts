import { decodeOperation } from './entry.ts'
import type { Entry } from './moderation-api.ts'
import type { SignedMessage } from '../wire/index.ts'

/** Entries one list may have; the oldest go first. */
export const MAX_ENTRIES = 1_000_000

/** What a list says now, from the signed statements of its maintainers. */
export interface ListState {
  title: string
  description: string
  license: string
  maintainers: string[]
  retired: boolean
  /** how many statements were counted */
  version: number
  entries: Map<string, Entry>
}

export function emptyList (founder: string): ListState {
  return { title: '', description: '', license: '', maintainers: [founder], retired: false, version: 0, entries: new Map() }
}

/**
 * Counts one statement; false when it does not count: not by a maintainer at that point, or not
 * readable. Statements come in the room's order (time, ID), so that all readers agree.
 */
export function applyStatement (state: ListState, message: SignedMessage): boolean {
  if (message.body.kind !== 'entry' || !state.maintainers.includes(message.author) || state.retired) {
    return false
  }
  const operation = decodeOperation(message.body.entry)
  switch (operation?.op) {
    case 'describe':
      state.title = operation.title
      state.description = operation.description
      state.license = operation.license
      state.maintainers = operation.maintainers
      state.retired = operation.retired === true
      break
    case 'add': {
      const { op, ...fields } = operation
      state.entries.set(message.id, { entry: message.id, ...fields, since: message.time, maintainer: message.author })
      if (state.entries.size > MAX_ENTRIES) {
        state.entries.delete(state.entries.keys().next().value as string)
      }
      break
    }
    case 'remove':
      state.entries.delete(operation.entry)
      break
    default:
      return false
  }
  state.version++
  return true
}
