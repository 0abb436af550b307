import { ask } from './state.ts'

/** So long after the first key since, or when nobody looks any more, the engine gets what was typed. */
const KEEP_MS = 3_000

/** what was typed in this tab and not said, by room */
const drafts = new Map<string, string>()
/** what the engine has of it */
const kept = new Map<string, string>()
let timer: ReturnType<typeof setTimeout> | undefined

export function draft (room: string): string { return drafts.get(room) ?? '' }

export function setDraft (room: string, text: string): void {
  drafts.set(room, text)
  timer ??= setTimeout(keepDrafts, KEEP_MS)
}

export function keepDrafts (): void {
  clearTimeout(timer)
  timer = undefined
  drafts.forEach((text, room) => {
    const before = kept.get(room) ?? ''
    if (text !== before) {
      kept.set(room, text)
      ask('room.draft', { room, text }).catch(() => { kept.set(room, before) })
    }
  })
}

/** What an earlier page or another tab left, unless something was typed here. */
export async function keptDraft (room: string): Promise<string> {
  if (draft(room) === '') {
    const { text } = await ask('room.draft', { room })
    if (draft(room) === '') {
      drafts.set(room, text)
      kept.set(room, text)
    }
  }
  return draft(room)
}

export function dropDraft (room: string): void {
  drafts.delete(room)
  kept.delete(room)
}

document.addEventListener('visibilitychange', keepDrafts)
