import { computed, signal } from '@preact/signals'
import { t } from './catalogue/index.ts'
import { errorWords } from './error-words.ts'
import { closePanels, isGlobal, panels } from './panels.ts'
import type { Backend } from './backend.ts'
import type { MemberInfo, RoomInfo } from '../engine/api.ts'
import type { ModerationPolicy } from '../moderation/moderation-api.ts'

/** A short word at the edge of the screen, with at most one thing to do about it. */
export interface Notice { text: string, action?: { label: string, run (): void } }

export const backend = signal<Backend | undefined>(undefined)
export const rooms = signal<RoomInfo[]>([])
export const current = signal<string | undefined>(undefined)
export const members = signal<MemberInfo[]>([])
/** personas whose names look like another's in the room on the screen */
export const alikes = signal<ReadonlyMap<string, string>>(new Map())
export const judgement = signal<ModerationPolicy>({ threshold: 1, classifier: null, hidden: 'press', web: false })
export const connected = signal(true)
export const failure = signal<string | undefined>(undefined)
export const notice = signal<Notice | undefined>(undefined)
export const announcement = signal('')

export const room = computed(() => rooms.value.find(each => each.room === current.value))
/** lists are rooms too; they have screens of their own */
export const talks = computed(() => rooms.value.filter(each => each.kind !== 'list'))

/** Calls the engine; what goes wrong is shown, and thrown for who wants to know. */
export async function call (method: string, params: object = {}): Promise<any> {
  try {
    return await ask(method, params)
  } catch (error: any) {
    failure.value = errorWords(error)
    throw error
  }
}

/** Calls the engine; what goes wrong is the caller's to show. */
export async function ask (method: string, params: object = {}): Promise<any> {
  return (backend.value as Backend).call(method, params)
}

export async function refreshRooms (): Promise<void> {
  const found: RoomInfo[] = (await call('room.list')).rooms
  const before = new Map(rooms.value.map(each => [each.room, each]))
  const next = found.map(each => {
    // what is on the screen is being read
    const info = each.room === current.value && !document.hidden ? { ...each, unread: 0 } : each
    const known = before.get(info.room)
    return known != null && JSON.stringify(known) === JSON.stringify(info) ? known : info
  })
  // what is the same is not drawn again
  if (next.length !== rooms.value.length || next.some((each, i) => each !== rooms.value[i])) {
    rooms.value = next
  }
}

export async function refreshMembers (): Promise<void> {
  const id = current.value
  if (id != null) {
    const found = (await call('room.members', { room: id })).members
    if (id === current.value) {
      members.value = found
      await compareNames()
    }
  }
}

/** Two who are not the reader can look alike where there are three. */
async function compareNames (): Promise<void> {
  const { lookAlikes } = members.value.length > 2 ? await import('./parts/look-alikes.ts') : { lookAlikes: () => new Map<string, string>() }
  const found = lookAlikes(members.value)
  if (String([...found]) !== String([...alikes.value])) {
    alikes.value = found
  }
}

export async function refreshJudgement (change: Partial<ModerationPolicy> = {}): Promise<void> {
  judgement.value = await ask('moderation.policy', change)
}

export async function markRead (seen = !document.hidden): Promise<void> {
  const id = current.value
  if (id != null && seen) {
    await call('room.read', { room: id })
    if (rooms.value.some(each => each.room === id && each.unread > 0)) {
      rooms.value = rooms.value.map(each => each.room === id ? { ...each, unread: 0 } : each)
    }
  }
}

/** Leaves the room on the screen, not the room. */
export function leaveView (): void {
  current.value = undefined
  if (panels.value.some(view => !isGlobal(view))) {
    closePanels()
  }
}

/** Says something to screen readers that is not in the live region anyway. */
export function announce (text: string): void {
  // the same words again are another text, or nobody would hear them
  announcement.value = text === announcement.value ? `${text}\u00a0` : text
}

const NOTICE_MS = 8_000
let fading: ReturnType<typeof setTimeout> | undefined

export function tell (text: string, action?: Notice['action']): void {
  tellUntilClosed(text, action)
  fading = setTimeout(() => { notice.value = undefined }, NOTICE_MS)
}

/** What nobody should miss by looking away. */
export function tellUntilClosed (text: string, action?: Notice['action']): void {
  clearTimeout(fading)
  notice.value = { text, action }
  announce(text)
}

export function roomKind (kind: RoomInfo['kind']): string { return t(`room.${kind}`) }
