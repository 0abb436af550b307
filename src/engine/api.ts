import type { Mention } from './mentions.ts'
import type { MentionRule } from './room-state.ts'
import type { Classifier, Scores } from '../moderation/classifier/classifier.ts'
import type { Action, CharterContent, Entry, ListChanges, ListSummary, ModerationPolicy, Outcome, PreviewResult, Reason, ReportSummary, ReportedMessage, Subject, Subscription, Tally, Verdict } from '../moderation/moderation-api.ts'
import type { DhtMode, NetworkInit, Profile, Announcement, ConnectionInfo } from '../network/compartment-api.ts'
import type { Policy } from '../room/policy.ts'
import type { Store } from '../store/store-api.ts'
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
  /** keepers among them: always-on nodes that hold sealed messages for who is away */
  keepers: number
  /** who may call this reader by name here */
  mentions: MentionRule
}

export type { Mention } from './mentions.ts'
export type { MentionRule } from './room-state.ts'
export type { Policy } from '../room/policy.ts'
export type Delivery = 'sending' | 'sent' | 'heard'

export interface AttachmentInfo { id: string, name: string, type: string, size: number }

/** A file to send. Pictures lose what a camera wrote into them unless `keepMetadata`; `expires`: ms since 1970, when everybody forgets it. */
export interface OutgoingFile { data: Uint8Array, name: string, type: string, keepMetadata?: boolean, expires?: number }
/** How much of a file has come, bytes; told as an event of type `status`. */
export interface FileProgress { room: string, attachment: string, received: number, size: number }

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
  /** it calls this reader, by name or by answering: 'heard', or 'quiet' when its author may not */
  mention: Mention
  delivery: Delivery
}

export interface MemberInfo {
  persona: string
  petname: string
  self: boolean
  firstSeen: number
  invitedBy: string | null
  /** public key of the invite it came in by, hex; null for the founder and in open rooms */
  branch: string | null
  /** what this device wrote on that invite when it made it */
  label: string | null
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
  /** addresses that lead here from elsewhere, like that of a TLS proxy; told to others by the room that has the ports of `listen` */
  announce?: string[]
  /** certificate and key (PEM) for `/tls/ws` in `listen` */
  tls?: { cert: string, key: string }
  proxy?: string
  sharedHost?: boolean
  stem?: boolean
  maxConnections?: number
  /** folder (Node.js) or database name (browser); absent: memory only */
  data?: string
  /** without a passphrase nothing is written at all */
  passphrase?: string
  /** instead of one of its own: what an earlier engine held */
  store?: Store
  /** web address of the app that links of invites lead to; who opens one is served by whoever runs it */
  app?: string
  /** STUN servers for WebRTC, like `stun:host:port`; none unless asked for: they learn this node's address */
  stun?: string[]
  /** instead of the built-in model; it must not send texts to another machine */
  classifier?: Classifier
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
  /** web servers that were asked for lists, and so learned of this reader (or, `proxied`, of a proxy) */
  web: Array<{ list: string, address: string, time: number, proxied: boolean }>
  rooms: Array<{
    room: string
    name: string
    stored: { bytes: number, oldest: number | null, until: number | null }
    announced: Announcement[]
    connections: ConnectionInfo[]
    /** what each kind of observer can see now, in words of the message catalogue: key + values */
    observers: Array<{ who: 'provider' | 'dht' | 'relay' | 'members' | 'keeper' | 'lists' | 'seizure', sees: string[] }>
  }>
}

/** `before` and `after`: a message's ID, or a time in ms since 1970 */
export interface MessagesQuery { before?: string | number, after?: string | number, limit?: number, hidden?: boolean }

/** `anyway: false` asks this device's classifier first; `expires`, ms since 1970, is when everybody forgets it; `mentions`: personas it calls, instead of those named in it. */
export type SendOptions = AbortOptions & { replyTo?: string, expires?: number, anyway?: boolean, mentions?: string[] }

export interface Room {
  readonly id: string
  info (): RoomInfo
  send (text: string, options?: SendOptions): Promise<{ id: string, time: number }>
  react (message: string, emoji: string, options?: AbortOptions): Promise<{ id: string }>
  edit (message: string, text: string, options?: AbortOptions): Promise<{ id: string }>
  delete (message: string, options?: AbortOptions): Promise<{ id: string }>
  /** history first, oldest first, then live until the signal aborts or the room is left */
  messages (options?: AbortOptions): AsyncIterable<ChatMessage>
  /** `end`: why there is nothing older, when `more` is false */
  history (query?: MessagesQuery): Promise<{ messages: ChatMessage[], more: boolean, end: 'complete' | 'retention' | 'join' | null }>
  search (text: string, options?: AbortOptions & { limit?: number }): Promise<{ messages: ChatMessage[] }>
  members (): MemberInfo[]
  /** rename locally: a petname only this device knows */
  rename (persona: string, petname: string): Promise<void>
  /**
   * `local`: with this machine's addresses in its local network, or without; default: by profile. `code` is the same invite for
   * a QR code: its two most useful addresses, in characters that make larger dots
   */
  invite (options?: { expires?: number, uses?: number, label?: string, local?: boolean }): Promise<{ invite: string, link: string, code: string, expires: number | null }>
  /** `removed`: what was left out of a picture, like 'exif' */
  attach (file: OutgoingFile, options?: AbortOptions): Promise<{ id: string, removed: string[] }>
  /** from members who have it, several at once; what has come is kept, so that the next call goes on from there */
  fetch (attachment: string, options?: AbortOptions): Promise<Uint8Array>
  /** stops whoever is fetching it; false: nobody was */
  cancelFetch (attachment: string): boolean
  direct (persona: string, options?: AbortOptions): Promise<Room>
  burn (options?: AbortOptions): Promise<{ persona: string }>
  move (without: string[], options?: AbortOptions): Promise<Room>
  /** the room as one file; `pack` gives the same in pieces, and so needs no memory for its files */
  export (passphrase?: string, options?: ExportOptions): Promise<ExportedRoom & { bytes: Uint8Array }>
  pack (passphrase?: string, options?: ExportOptions): Promise<ExportedRoom & { pieces: AsyncIterable<Uint8Array> }>
  markRead (): void
  /** this reader's own settings for the room; nobody else learns of them */
  configure (options: { mentions?: MentionRule }): RoomInfo
  /** what was typed and not said, '' when nothing was; with `text`: keeps that instead. It stays on this device, and is over as messages are */
  draft (text?: string): string
  leave (options?: { forget?: boolean }): Promise<void>
}

export interface ExportOptions extends AbortOptions {
  /** most bytes of files that go along, newest first; 0: none; default 64 MiB */
  files?: number
}

export interface ExportedRoom {
  messages: number
  /** files that are in it, and those held here that did not fit */
  files: number
  filesLeft: number
}

export interface Rooms {
  create (options: { name: string, kind: 'open' | 'invite', passphrase?: string, policy?: Partial<Policy>, charter?: unknown } & AbortOptions): Promise<Room>
  join (options: ({ invite: string } | { name: string, passphrase?: string, policy?: Partial<Policy> }) & AbortOptions): Promise<Room>
  /** merges a file made by `export`, given whole or in pieces */
  import (file: Uint8Array | AsyncIterable<Uint8Array>, passphrase?: string, options?: AbortOptions): Promise<Room>
  list (): Room[]
  /** throws UnknownRoomError */
  get (room: string): Room
}

/** A help line as it is added to a list: languages and regions '*' where they are left out. */
export interface HelpLine { name: string, address: string, languages?: string[], regions?: string[], hours?: string }
export interface EntryInit { subject: Subject, action: Action, reason: Reason, note?: string, sources?: string[], expires?: number }
/** How a reader uses a list: null is everything. */
export interface ListOptions { actions?: Action[] | null, reasons?: Reason[] | null, weight?: number, paused?: boolean, order?: number, trial?: boolean }
export interface ListEdit { title?: string, description?: string, license?: string, appeals?: string, maintainers?: string[], retired?: boolean }
export type ListFormat = 'undertone' | 'matrix' | 'bluesky' | 'nostr' | 'mastodon' | 'text'

/** Lists: maintained here or read here. The list `own` is the reader's own and never leaves the device. */
export interface Lists {
  create (options: { title: string, description?: string, license?: string, appeals?: string }): Promise<{ list: string, address: string }>
  edit (list: string, change: ListEdit): Promise<{ list: string }>
  add (list: string, entry: EntryInit): Promise<{ entry: string }>
  remove (list: string, entry: string): Promise<void>
  /** a help line for everybody who follows the list; one of the same address is replaced */
  addHelp (list: string, line: HelpLine): Promise<void>
  removeHelp (list: string, address: string): Promise<void>
  import (bytes: Uint8Array, title?: string): Promise<{ list: string, entries: number, skipped: number }>
  export (list: string, format?: ListFormat): Promise<Uint8Array>
  invite (list: string): Promise<{ address: string, link: string }>
  /** by address, link, file, or, where the reader's policy allows that, web address */
  subscribe (options: ListOptions & { address?: string, bytes?: Uint8Array } & AbortOptions): Promise<{ list: string }>
  /** also says that what the list says now is trusted (see Subscription.capped) */
  configure (list: string, options: ListOptions): Promise<Subscription>
  unsubscribe (list: string): Promise<void>
  subscriptions (): Subscription[]
  entries (list: string, options?: { from?: number, limit?: number }): Promise<{ entries: Entry[], list: ListSummary }>
  changes (list: string, limit?: number): ListChanges
  /** what it would have changed in a room; by address, also before it is subscribed to */
  preview (options: { list?: string, address?: string, room: string } & AbortOptions): Promise<PreviewResult>
  /** sealed words to its maintainers about what it says of our persona in a room */
  appeal (list: string, options: { room: string, text: string, message?: string } & AbortOptions): Promise<{ sent: number }>
}

export interface Moderation {
  block (room: string, subject: Subject, action?: Action, reason?: Reason): Promise<{ entry: string }>
  /** an `allow` in the reader's own list: what other lists say of it no longer counts here */
  overrule (room: string, subject: { persona?: string, message?: string }): Promise<{ entry: string }>
  /** takes an entry of the reader's own list, or of one it maintains, back */
  undo (entry: string): Promise<void>
  /** with no change: the policy in force */
  policy (change?: Partial<ModerationPolicy>): ModerationPolicy
  explain (room: string, subject: { message?: string, persona?: string }): Verdict
  /**
   * the perceptual hash (16 hex digits) of the picture in a message, once it was opened: computed here for PNG, JPEG and WebP, told by `image` where only
   * a page can decode it; and what lists say of the message now
   */
  image (room: string, message: string, image?: string): Promise<{ image: string | null, verdict: Verdict | null }>
  /** what this device's own judgement makes of words before they are sent */
  check (text: string, options?: AbortOptions): Promise<{ scores: Scores, harmful: boolean, label: string | null }>
  /** help lines, those of the reader's own lists first */
  resources (language?: string): Resource[]
  resourceLists (): Array<{ title: string, resources: number }>
  /** takes a list of help lines from a file; one of the same title is replaced */
  addResources (file: Uint8Array): Promise<{ title: string, resources: number }>
  removeResources (title: string): Promise<void>
  /** which lists known here name our persona in a room */
  standing (room: string): { lists: Array<{ list: string, title: string, action: Action, reason: Reason, since: number, entry: string }> }
}

/** `list`: the title of the followed list that names it */
export interface Resource { name: string, address: string, languages: string[], region: string, hours?: string, list?: string }

export interface ReportOptions { room: string, message?: string, messages?: string[], context?: number, reason: Reason, note?: string, to?: string[], anonymous?: boolean }

export interface Reports {
  /** waits a few seconds for the keys of maintainers who have not told theirs yet */
  send (options: ReportOptions & AbortOptions): Promise<{ report: string, sent: number }>
  inbox (): ReportSummary[]
  resolve (reports: string[], resolution: { outcome: Outcome, note?: string, reply?: boolean }): Promise<{ resolved: number }>
  export (options: { report?: string } & Partial<ReportOptions>): Promise<Uint8Array>
  verify (bytes: Uint8Array): Promise<{ valid: boolean, messages: ReportedMessage[], reason: Reason, note: string, from: string | null, room: string, time: number }>
}

export interface Proposal { proposal: string, charter: CharterContent, author: string, time: number, tally: Tally, applied: boolean, since: number | null }

export interface Charters {
  read (room: string): { charter: CharterContent | null, founder: string | null, proposals: Proposal[] }
  propose (room: string, charter: unknown): Promise<{ proposal: string }>
  vote (room: string, proposal: string, choice: 'yes' | 'no' | 'abstain'): Promise<{ id: string }>
  tally (room: string, proposal: string): Tally
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
  /** another passphrase for what is stored; nothing is written anew but the key's wrapping. Throws WrongPassphraseError, PassphraseNotUsableError */
  changePassphrase (current: string, next: string): Promise<void>
  /** a passphrase that destroys what is stored when it is entered, and opens an empty store */
  setDuressPassphrase (current: string, duress: string): Promise<void>
  /** looks for members of all rooms again now: after sleep, or a change of network */
  refresh (): void
  /** rooms that are opened from now on begin with these, too; throws InvalidParametersError */
  addBootstrap (addresses: string[]): void
  /**
   * starts the host of the next room before it is known which that is: helpers and relays are connected when it is joined;
   * given an open room's name, derives its secret only, keeps it for a minute, and tells nobody; '' forgets it
   */
  prepare (room?: { name: string, passphrase?: string }): void
}
