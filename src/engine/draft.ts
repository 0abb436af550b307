import { checkLength } from './plain-text.ts'
import type { RoomCore } from './room-core.ts'

/** What was typed in a room and not said; as old as its messages may get, it is over like them. */
export function readDraft ({ state, keeper }: Pick<RoomCore, 'state' | 'keeper'>, now: number): string {
  const { draft, policy: { retention } } = state
  if (draft != null && retention > 0 && draft.time + retention <= now) {
    state.draft = undefined
    keeper.save()
  }
  return state.draft?.text ?? ''
}

/**
 * Keeps it in place of the one before; nothing but spaces is none.
 *
 * @throws {MessageTooLargeError}
 */
export function writeDraft ({ state, keeper }: Pick<RoomCore, 'state' | 'keeper'>, text: string, now: number): void {
  checkLength(text)
  if (text.trim() === '') {
    text = ''
  }
  if (text !== (state.draft?.text ?? '')) {
    state.draft = text === '' ? undefined : { text, time: now }
    keeper.save()
  }
}
