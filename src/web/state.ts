import { computed, signal } from '@preact/signals'
import { t } from './catalogue/index.ts'
import type { Backend } from './backend.ts'
import type { ChatMessage, MemberInfo, RoomInfo, UndertoneEvent } from '../engine/api.ts'

/** Messages held per room in the page; older ones are asked for again. */
const MAX_MESSAGES = 20_000
const PAGE = 200

export interface Conversation {
  messages: ChatMessage[]
  /** there are older ones to ask for */
  more: boolean
}

export type Panel = 'people' | 'invite' | 'connection' | 'settings' | undefined

export const backend = signal<Backend | undefined>(undefined)
export const rooms = signal<RoomInfo[]>([])
export const current = signal<string | undefined>(undefined)
export const conversations = signal<Map<string, Conversation>>(new Map())
export const members = signal<MemberInfo[]>([])
export const panel = signal<Panel>(undefined)
export const connected = signal(true)
export const failure = signal<string | undefined>(undefined)
export const announcement = signal('')
export const drafts = new Map<string, string>()
/** time of the newest message read before the room was opened, per room: where the unread mark stands */
export const readMarks = new Map<string, number>()

export const room = computed(() => rooms.value.find(each => each.room === current.value))
export const conversation = computed(() => conversations.value.get(current.value ?? ''))

/** Calls the engine; what goes wrong is shown, and thrown for who wants to know. */
export async function call (method: string, params: object = {}): Promise<any> {
  try {
    return await (backend.value as Backend).call(method, params)
  } catch (error: any) {
    failure.value = String(error?.message ?? error)
    throw error
  }
}

function setConversation (id: string, change: (before: Conversation) => Conversation): void {
  const next = new Map(conversations.value)
  next.set(id, change(next.get(id) ?? { messages: [], more: false }))
  conversations.value = next
}

/** Ascending (time, id), each once; `message` may be a newer state of one that is there. */
export function insert (messages: ChatMessage[], message: ChatMessage): ChatMessage[] {
  const known = messages.findIndex(each => each.id === message.id)
  if (known >= 0) {
    return messages.map((each, i) => i === known ? message : each)
  }
  let at = messages.length
  while (at > 0 && (messages[at - 1].time > message.time || (messages[at - 1].time === message.time && messages[at - 1].id > message.id))) {
    at--
  }
  const next = [...messages.slice(0, at), message, ...messages.slice(at)]
  return next.length > MAX_MESSAGES ? next.slice(next.length - MAX_MESSAGES) : next
}

let pending: ChatMessage[] = []
let scheduled = false

/** Messages come in clumps; the page is drawn once per clump. */
function receive (message: ChatMessage): void {
  pending.push(message)
  if (!scheduled) {
    scheduled = true
    setTimeout(() => {
      scheduled = false
      const batch = pending
      pending = []
      for (const id of new Set(batch.map(each => each.room))) {
        setConversation(id, before => ({ ...before, messages: batch.filter(each => each.room === id).reduce(insert, before.messages) }))
      }
      const news = batch.filter(each => each.room === current.value && !each.self)
      if (news.length > 0) {
        const { petname, text } = news[news.length - 1]
        announcement.value = `${petname}: ${text}`
      }
      refreshRooms().catch(() => {})
    }, 30)
  }
}

export async function refreshRooms (): Promise<void> {
  rooms.value = (await call('room.list')).rooms
}

export async function refreshMembers (): Promise<void> {
  if (current.value != null) {
    members.value = (await call('room.members', { room: current.value })).members
  }
}

/** Asks again for what is shown of a room: after verdicts changed, or the node came back. */
async function reload (id: string): Promise<void> {
  const { messages, more } = await call('room.messages', { room: id, limit: PAGE })
  setConversation(id, () => ({ messages, more }))
}

export async function openRoom (id: string): Promise<void> {
  current.value = id
  panel.value = undefined
  if (!conversations.value.has(id)) {
    await reload(id)
  }
  const unread = rooms.value.find(each => each.room === id)?.unread ?? 0
  const messages = conversations.value.get(id)?.messages ?? []
  const others = messages.filter(each => !each.self)
  readMarks.set(id, unread === 0 ? Infinity : others[others.length - unread - 1]?.time ?? 0)
  await Promise.all([refreshMembers(), markRead()])
}

export async function markRead (): Promise<void> {
  if (current.value != null && !document.hidden) {
    await call('room.read', { room: current.value })
    rooms.value = rooms.value.map(each => each.room === current.value ? { ...each, unread: 0 } : each)
  }
}

export async function older (): Promise<void> {
  const id = current.value
  const first = conversation.value?.messages[0]
  if (id == null || first == null) {
    return
  }
  const { messages, more } = await call('room.messages', { room: id, before: first.id, limit: PAGE })
  setConversation(id, before => ({ messages: [...messages, ...before.messages], more }))
}

export async function enter (method: 'room.join' | 'room.create', params: object): Promise<void> {
  const info: RoomInfo = await call(method, params)
  await refreshRooms()
  await openRoom(info.room)
}

function onEvent (event: UndertoneEvent): void {
  const { type, room: id } = event as { type: string, room?: string } & Record<string, any>
  const details = event as Record<string, any>
  if (type === 'message') {
    receive(details.message)
    if (id === current.value) {
      markRead().catch(() => {})
    }
  } else if (type === 'room' && details.changed != null && id != null) {
    setConversation(id, before => ({ ...before, messages: insert(before.messages, details.changed) }))
  } else if (type === 'status' && details.delivery != null && id != null) {
    setConversation(id, before => ({ ...before, messages: before.messages.map(each => each.id === details.message ? { ...each, delivery: details.delivery } : each) }))
  } else if (type === 'verdict' || (type === 'room' && details.expired != null)) {
    [...conversations.value.keys()].filter(each => id == null || each === id).forEach(each => { reload(each).catch(() => {}) })
    refreshMembers().catch(() => {})
  } else if (type === 'member') {
    refreshMembers().catch(() => {})
    refreshRooms().catch(() => {})
  } else if (type === 'room' || type === 'status') {
    if (details.left === true && current.value === id) {
      current.value = undefined
    }
    refreshRooms().catch(() => {})
  }
}

/** Connects the page's state to an engine. */
export async function attach (to: Backend): Promise<void> {
  backend.value = to
  to.onEvent(onEvent)
  to.onConnection(is => {
    connected.value = is
    if (is) {
      refreshRooms().catch(() => {})
      conversations.value.forEach((_, id) => { reload(id).catch(() => {}) })
    }
  })
  await refreshRooms()
}

/** Says something to screen readers that is not in the live region anyway. */
export function announce (text: string): void { announcement.value = text }

export function roomKind (kind: RoomInfo['kind']): string {
  return t(kind === 'open' ? 'room.open' : kind === 'direct' ? 'room.direct' : 'room.invite')
}
