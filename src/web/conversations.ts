import { computed, signal } from '@preact/signals'
import { t } from './catalogue/index.ts'
import { dropDraft } from './drafts.ts'
import { errorWords } from './error-words.ts'
import { merge } from './merge.ts'
import { milestone } from './milestone.ts'
import { notifyOf } from './notify.ts'
import { paced } from './paced.ts'
import { followPage } from './page-state.ts'
import { closePanels, isGlobal, panels } from './panels.ts'
import { safeName } from './parts/safe-text.ts'
import { announce, backend, call, connected, current, leaveView, markRead, refreshJudgement, refreshMembers, refreshRooms, rooms, tellUntilClosed } from './state.ts'
import type { Backend } from './backend.ts'
import type { ChatMessage, RoomInfo, UndertoneEvent } from '../engine/api.ts'

const PAGE = 200
/** The page is drawn at most so often for what others do; where drawing takes long, less often, so that most of the time is the person's. */
const CLUMP_MS = 200
const MAX_CLUMP_MS = 500
const REST_FACTOR = 4
/** What comes faster than anybody reads comes in larger clumps: for each message of one, so much longer until the next. */
const READING_MS = 60
/** What is written beside the conversation may be a little older. */
const BESIDE_MS = 300
/** That it was read is noted for the next visit. */
const READ_MS = 1_000
/** between two announcements to a screen reader: about a spoken sentence */
const ANNOUNCE_MS = 2_500

/** Why there is nothing older. */
export type End = 'complete' | 'retention' | 'join' | null

export interface Conversation {
  messages: ChatMessage[]
  /** there are older ones to ask for */
  more: boolean
  end: End
}

export interface SyncProgress { missing: number, received: number, done: boolean }

export const conversations = signal<Map<string, Conversation>>(new Map())
export const conversation = computed(() => conversations.value.get(current.value ?? ''))
/** files that are being fetched, by attachment: bytes that have come */
export const transfers = signal<Map<string, number>>(new Map())
export const syncing = signal<Map<string, SyncProgress>>(new Map())
/** time of the newest message read before the room was opened, per room: where the unread mark stands */
export const readMarks = new Map<string, number>()
/** the message to bring to the middle of the screen */
export const target = signal<string | undefined>(undefined)

function change (id: string, make: (before: Conversation) => Conversation): void {
  const next = new Map(conversations.value)
  next.set(id, make(next.get(id) ?? { messages: [], more: false, end: null }))
  conversations.value = next
}

let news: ChatMessage[] = []
let changed: ChatMessage[] = []
let deliveries = new Map<string, ChatMessage['delivery']>()
/** Changes that may wait for somebody to look; beyond, what is on the screen is read anew. */
export const MAX_UNDRAWN = 500

/** messages of the last clump */
let clump = 0
const draw = paced(async () => {
  // a page that nobody looks at is not drawn
  if (document.hidden && news.length + changed.length + deliveries.size <= MAX_UNDRAWN) {
    return
  }
  clump = news.length
  drain()
  await drawn()
}, took => Math.min(MAX_CLUMP_MS, Math.max(CLUMP_MS, REST_FACTOR * took, READING_MS * clump)))
/** time of the newest message when nobody looked any more */
let lookedUntil: number | undefined
document.addEventListener('visibilitychange', () => {
  const id = current.value
  if (document.hidden) {
    lookedUntil = conversation.value?.messages.at(-1)?.time ?? 0
    // what was on the screen for less than it takes to note it was read, too
    news.some(({ room }) => room === id) || markRead(true).catch(() => {})
  } else if (id != null && lookedUntil != null) {
    const seen = lookedUntil
    const newer = ({ room, self, time }: ChatMessage): boolean => room === id && !self && time > seen
    if (news.some(newer) || conversation.value?.messages.some(newer) === true) {
      readMarks.set(id, seen)
    }
    readSoon.now()
  }
  draw.now()
})
// the title of a page behind others counts what came, too, at the pace of its slow timers
const roomsSoon = paced(refreshRooms, () => document.hidden ? READ_MS : BESIDE_MS)
const membersSoon = paced(refreshMembers, BESIDE_MS)
const readSoon = paced(async () => markRead(), READ_MS)

/** Resolves when what changed is on the screen; who is not looked at is not waited for. */
async function drawn (): Promise<void> {
  await new Promise<void>(resolve => {
    setTimeout(resolve, MAX_CLUMP_MS)
    requestAnimationFrame(() => { setTimeout(resolve) })
  })
}

const unsaid: { count: number, last?: ChatMessage } = { count: 0 }
/** A screen reader is still speaking of the message before: of several at once it says how many and the last. */
const sayNew = paced(() => {
  const { count, last } = unsaid
  unsaid.count = 0
  if (last?.room === current.value) {
    const words = `${safeName(last?.petname ?? '')}: ${last?.text.slice(0, 300) || safeName(last?.attachments[0]?.name ?? '')}`
    announce(count === 1 ? words : `${t('room.new', { count })}. ${words}`)
  }
}, ANNOUNCE_MS)

/** All that came since the page was drawn last. */
function drain (): void {
  const [batch, states, heard] = [news, changed, deliveries]
  news = []
  changed = []
  deliveries = new Map()
  for (const id of new Set([...batch, ...states].map(each => each.room))) {
    // a room not opened yet is read when it is
    const held = conversations.value.get(id)
    if (held != null) {
      const known = states.length === 0 ? undefined : new Set([...held.messages, ...batch].map(each => each.id))
      const newer = states.filter(each => each.room === id && known?.has(each.id) === true)
      change(id, before => ({ ...before, messages: merge(before.messages, [...batch.filter(each => each.room === id), ...newer]) }))
    }
  }
  if (heard.size > 0) {
    conversations.value.forEach(({ messages }, id) => {
      if (messages.some(each => heard.has(each.id))) {
        change(id, before => ({ ...before, messages: before.messages.map(each => heard.has(each.id) ? { ...each, delivery: heard.get(each.id) ?? each.delivery } : each) }))
      }
    })
  }
  if (batch.length > 0) {
    batch.some(each => each.room === current.value && !each.self) && milestone('message')
    roomsSoon()
  }
}

/** A list the reader chose keeps it out of sight. */
export function isHidden (message: ChatMessage): boolean {
  return message.verdict != null && ['hide', 'mute', 'blur'].includes(message.verdict.action)
}

/** Asks again for what is shown of a room: after verdicts changed, or the node came back. */
async function reload (id: string): Promise<void> {
  const held = conversations.value.get(id)?.messages.length ?? 0
  const { messages, more, end = null } = await call('room.messages', { room: id, limit: Math.min(1_000, Math.max(PAGE, held)) })
  change(id, () => ({ messages, more, end }))
}

export async function openRoom (id: string): Promise<void> {
  if (current.value !== id && panels.value.some(view => !isGlobal(view))) {
    closePanels()
  }
  const unread = rooms.value.find(each => each.room === id)?.unread ?? 0
  if (!conversations.value.has(id)) {
    await reload(id)
  }
  const others = (conversations.value.get(id)?.messages ?? []).filter(each => !each.self)
  readMarks.set(id, unread === 0 ? Infinity : others[others.length - unread - 1]?.time ?? 0)
  current.value = id
  await Promise.all([refreshMembers(), markRead()])
}

let asking = false

export async function older (): Promise<void> {
  const id = current.value
  const first = conversation.value?.messages[0]
  if (id == null || first == null || asking) {
    return
  }
  asking = true
  try {
    const { messages, more, end = null } = await call('room.messages', { room: id, before: first.id, limit: PAGE })
    change(id, before => ({ messages: merge(before.messages, messages), more, end }))
  } catch (error) {
    if ((error as Error).name !== 'UnknownMessageError') {
      throw error
    }
    // the oldest that was shown is over
    await reload(id)
  } finally {
    asking = false
  }
}

/** Brings a message to the screen, with everything between it and the newest. */
export async function goTo (message: ChatMessage): Promise<void> {
  for (let page = 0; page < 100; page++) {
    const held = conversation.value
    if (held == null || held.messages.some(each => each.id === message.id) || !held.more) {
      break
    }
    await older()
  }
  target.value = message.id
}

export async function enter (method: 'room.join' | 'room.create' | 'room.move', params: object): Promise<void> {
  const info: RoomInfo = await call(method, params)
  milestone('entered')
  await refreshRooms()
  await openRoom(info.room)
}

/** Those to be asked for again; undefined is every room. */
const stale = new Set<string | undefined>()
const reloadSoon = paced(async () => {
  const ids = [...conversations.value.keys()].filter(id => stale.has(undefined) || stale.has(id))
  stale.clear()
  await Promise.all(ids.map(reload))
}, BESIDE_MS)

function onEvent (event: UndertoneEvent): void {
  const { type, room: id, ...details } = event as UndertoneEvent & Record<string, any>
  if (type === 'message') {
    news.push(details.message)
    // one's own words stand there at once
    details.message.self === true ? draw.now() : draw()
    if (document.hidden) {
      roomsSoon()
    }
    // history is there to be read, and nobody is called for it
    if (details.live !== false) {
      notifyOf(details.message, () => { current.value === id || openRoom(id as string).catch(() => {}) })
      if (id === current.value && details.message.self !== true && !isHidden(details.message)) {
        unsaid.count++
        unsaid.last = details.message
        sayNew()
      }
    }
    if (id === current.value) {
      readSoon()
    }
  } else if (type === 'sync' && id != null) {
    const next = new Map(syncing.value)
    next.set(id, { missing: details.missing ?? 0, received: details.received ?? 0, done: details.done === true })
    syncing.value = next
  } else if (type === 'status' && typeof details.attachment === 'string') {
    transfers.value = new Map([...transfers.value, [details.attachment, details.received]])
  } else if (type === 'room' && details.changed != null) {
    changed.push(details.changed)
    draw()
  } else if (type === 'status' && details.delivery != null) {
    deliveries.set(details.message, details.delivery)
    draw()
  } else if (type === 'verdict' || (type === 'room' && (details.expired ?? details.renamed) != null)) {
    stale.add(id)
    reloadSoon()
    membersSoon()
  } else if (type === 'report') {
    import('./report-news.ts').then(async ({ reportNews }) => reportNews(details)).catch(() => {})
  } else if (type === 'member') {
    membersSoon()
    roomsSoon()
  } else if (type === 'room' || type === 'status') {
    if (details.left === true) {
      dropDraft(id as string)
      current.value === id && leaveView()
    }
    if (typeof details.movedTo === 'string') {
      tellUntilClosed(t('room.moved'), { label: t('start.enter'), run: () => { openRoom(details.movedTo).catch(() => {}) } })
    }
    if (details.admitted === false) {
      tellUntilClosed(t('room.refused'))
    }
    if (details.overused != null) {
      const founded = rooms.value.some(each => each.room === id && each.founder === each.persona)
      tellUntilClosed(t('room.overused'), founded ? { label: t('room.overused.move'), run: () => { enter('room.move', { room: id, without: [] }).catch(() => {}) } } : undefined)
    }
    if (details.store != null) {
      tellUntilClosed(errorWords(details.store))
    }
    if (details.connected > 0) {
      milestone('met')
    }
    roomsSoon()
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
  followPage(to)
  refreshJudgement().catch(() => {})
}
