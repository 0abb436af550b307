import type { Action, Entry, ListSummary, ModerationPolicy, PreviewResult, Reason, ReportSummary, Subject, Subscription, Verdict } from '../moderation/moderation-api.ts'
import type { DhtMode, NetworkInit, Profile, Announcement, ConnectionInfo } from '../network/compartment-api.ts'
import type { Policy } from '../room/policy.ts'
import type { AbortOptions, Startable, TypedEventTarget } from '@libp2p/interface'

export interface RoomInfo {
  room: string
  name: string
  kind: 'open' | 'invite' | 'direct' | 'list'
  persona: string
  founder: string | null
  policy: Policy
  /** number of personas known */
  members: number
  unread: number
  /** members connected now */
  connected: number
}

export type { Policy } from '../room/policy.ts'
export type Delivery = 'sending' | 'sent' | 'heard'

export interface AttachmentInfo { id: string, name: string, type: string, size: number }

export interface ChatMessage {
  id: string
  room: string
  author: string
  self: boolean
  petname: string
  sequence: number
  time: number
  /** 'text' | 'reply' | 'attachment' | 'member' | 'unknown' … */
  kind: string
  text: string
  replyTo: string | null
  edited: boolean
  deleted: boolean
  reactions: Array<{ emoji: string, personas: string[] }>
  attachments: AttachmentInfo[]
  verdict: Verdict | null
  delivery: Delivery
}

export interface MemberInfo {
  persona: string
  petname: string
  self: boolean
  firstSeen: number
  invitedBy: string | null
  verdict: Verdict | null
}

export interface UndertoneEvent {
  type: 'message' | 'member' | 'room' | 'sync' | 'verdict' | 'report' | 'status'
  room?: string
  [key: string]: unknown
}

export interface UndertoneEvents {
  event: CustomEvent<UndertoneEvent>
}

export interface UndertoneInit {
  profile?: Profile
  dht?: DhtMode
  bootstrap?: string[]
  listen?: string[]
  proxy?: string
  sharedHost?: boolean
  stem?: boolean
  maxConnections?: number
  /** folder (Node.js) or database name (browser); absent: memory only */
  data?: string
  /** without a passphrase nothing is written at all */
  passphrase?: string
  /** ms since 1970, replaceable for tests of wrong clocks */
  now?(): number
  log?: NetworkInit['log']
}

export interface CompartmentStatus {
  room: string
  transportPeer: string
  addresses: string[]
  connections: ConnectionInfo[]
}

export interface Status {
  version: string
  profile: Profile
  addresses: string[]
  compartments: CompartmentStatus[]
}

export interface PrivacyLedger {
  sharedHost: boolean
  rooms: Array<{
    room: string
    name: string
    stored: { bytes: number, oldest: number | null, until: number | null }
    announced: Announcement[]
    connections: ConnectionInfo[]
    /** what each kind of observer can see now, in words of the message catalogue: key + values */
    observers: Array<{ who: 'provider' | 'dht' | 'relay' | 'members' | 'lists' | 'seizure', sees: string[] }>
  }>
}

/** `before` and `after`: a message's ID, or a time in ms since 1970 */
export interface MessagesQuery { before?: string | number, after?: string | number, limit?: number, hidden?: boolean }

export interface Room {
  readonly id: string
  info (): RoomInfo
  send (text: string, options?: AbortOptions & { replyTo?: string, expires?: number }): Promise<{ id: string, time: number }>
  react (message: string, emoji: string, options?: AbortOptions): Promise<{ id: string }>
  edit (message: string, text: string, options?: AbortOptions): Promise<{ id: string }>
  delete (message: string, options?: AbortOptions): Promise<{ id: string }>
  /** history first, oldest first, then live until the signal aborts or the room is left */
  messages (options?: AbortOptions): AsyncIterable<ChatMessage>
  history (query?: MessagesQuery): Promise<{ messages: ChatMessage[], more: boolean }>
  search (text: string, options?: AbortOptions & { limit?: number }): Promise<{ messages: ChatMessage[] }>
  members (): MemberInfo[]
  /** rename locally: a petname only this device knows */
  rename (persona: string, petname: string): Promise<void>
  invite (options?: { expires?: number, uses?: number, label?: string }): Promise<{ invite: string, link: string, expires: number | null }>
  attach (file: { data: Uint8Array, name: string, type: string }, options?: AbortOptions): Promise<{ id: string }>
  fetch (attachment: string, options?: AbortOptions): Promise<Uint8Array>
  direct (persona: string, options?: AbortOptions): Promise<Room>
  burn (options?: AbortOptions): Promise<{ persona: string }>
  move (without: string[], options?: AbortOptions): Promise<Room>
  export (passphrase?: string, options?: AbortOptions): Promise<{ bytes: Uint8Array, messages: number }>
  markRead (): void
  leave (options?: { forget?: boolean }): Promise<void>
}

export interface Rooms {
  create (options: { name: string, kind: 'open' | 'invite', passphrase?: string, policy?: Partial<Policy>, charter?: unknown } & AbortOptions): Promise<Room>
  join (options: ({ invite: string } | { name: string, passphrase?: string, policy?: Partial<Policy> }) & AbortOptions): Promise<Room>
  import (bytes: Uint8Array, passphrase?: string, options?: AbortOptions): Promise<Room>
  list (): Room[]
  /** throws UnknownRoomError */
  get (room: string): Room
}

export interface Lists {
  create (options: { title: string, description?: string, license?: string }): Promise<{ list: string, address: string }>
  add (list: string, entry: { subject: Subject, action: Action, reason: Reason, note?: string, expires?: number }): Promise<{ entry: string }>
  remove (list: string, entry: string): Promise<void>
  subscribe (options: { address?: string, bytes?: Uint8Array, actions?: Action[], reasons?: Reason[], weight?: number }): Promise<{ list: string }>
  unsubscribe (list: string): Promise<void>
  subscriptions (): Subscription[]
  entries (list: string): Promise<{ entries: Entry[], list: ListSummary }>
  preview (options: { list?: string, address?: string, room: string }): Promise<PreviewResult>
  export (list: string): Promise<Uint8Array>
}

export interface Moderation {
  block (room: string, subject: Subject, action?: Action, reason?: Reason): Promise<{ entry: string }>
  /** with no change: the policy in force */
  policy (change?: Partial<ModerationPolicy>): ModerationPolicy
  explain (room: string, subject: { message?: string, persona?: string }): Verdict
}

export interface Reports {
  send (options: { room: string, message: string, reason: Reason, note?: string, to?: string[], anonymous?: boolean }): Promise<{ report: string, sent: number }>
  inbox (): ReportSummary[]
  export (options: { report?: string, room?: string, message?: string, reason?: Reason, note?: string }): Promise<Uint8Array>
}

export interface Charters {
  propose (room: string, charter: unknown): Promise<{ proposal: string }>
  vote (room: string, proposal: string, choice: 'yes' | 'no' | 'abstain'): Promise<{ id: string }>
  tally (room: string, proposal: string): unknown
}

/** The engine: what the library, the RPC and the apps all use. */
export interface Undertone extends Startable, TypedEventTarget<UndertoneEvents> {
  readonly rooms: Rooms
  readonly lists: Lists
  readonly moderation: Moderation
  readonly reports: Reports
  readonly charters: Charters
  status (): Status
  privacy (): Promise<PrivacyLedger>
  wipe (): Promise<void>
}
