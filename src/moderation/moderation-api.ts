import type { Resource } from './classifier/resources.ts'

/** What an entry names. Exactly one field is set. */
export interface Subject {
  /** a persona, or its salted hash (`hashed:…`): then only members of its room can tell whom it names */
  persona?: string
  /** hex public key of an invite: everyone who came in through it, and whom they let in; or its salted hash */
  branch?: string
  message?: string
  /** RE2 expression over the folded text */
  pattern?: string
  /** one word, or up to four in a row */
  word?: string
  /** with everything below it */
  domain?: string
  /** hex SHA-256 of an attachment */
  attachment?: string
  /** hex 64-bit perceptual hash of an image */
  image?: string
  /** what somebody does: `flood:10/60`, `first:link`, `first:file`, `mentions:5`, `repeat:3` (behaviour.ts) */
  rule?: string
}

export type SubjectKind = keyof Subject
export type Action = 'hide' | 'blur' | 'warn' | 'label' | 'mute' | 'allow'
export type Reason = 'spam' | 'harassment' | 'hate' | 'threat' | 'sexual' | 'self-harm' | 'misinformation' | 'illegal' | 'doxxing' | 'impersonation' | 'scam' | 'malware-link' | 'graphic' | 'infiltrator-claim' | 'other'

export interface Entry {
  entry: string
  subject: Subject
  action: Action
  reason: Reason
  note?: string
  /** addresses that back the note */
  sources?: string[]
  since: number
  expires?: number
  maintainer: string
  /** the entry of another list that this one repeats: it never counts as a second vote */
  origin?: string
}

export interface ListSummary {
  list: string
  title: string
  description: string
  license: string
  /** where to object, in the maintainers' words */
  appeals: string
  address: string
  entries: number
  version: number
  maintainers: string[]
  /** this reader may write in it */
  own: boolean
  retired: boolean
  /** how many entries there are per reason and per action */
  counts: { reasons: Record<string, number>, actions: Record<string, number> }
  /** help lines it passes on */
  help: Resource[]
}

export interface Subscription {
  list: string
  title: string
  description: string
  address: string
  /** this reader may write in it */
  own: boolean
  /** this reader's persona in the list: what a maintainer needs to make it one */
  persona: string | null
  actions: Action[] | null
  reasons: Reason[] | null
  weight: number
  /** nearest first */
  order: number
  paused: boolean
  /** shown, not applied: verdicts say what it would do */
  trial: boolean
  retired: boolean
  /** it grew suddenly or hits too much: it may only warn until it is configured anew */
  capped: boolean
  /** a maintainer signed two different statements as one: it may only warn */
  forked: boolean
  entries: number
  version: number
  /** where and when a web server was last asked for it */
  web: { address: string, time: number, proxied: boolean } | null
}

export interface VerdictSource { list: string, title: string, entry: string, reason: Reason, action: Action, since: number, note?: string, sources?: string[], maintainer?: string }

/** What the reader's lists make of a message or persona, and why. `action: 'none'` when nothing applies. */
export interface Verdict {
  action: Action | 'none'
  sources: VerdictSource[]
  /** what lists on trial would add */
  trial?: VerdictSource[]
}

export interface ModerationPolicy {
  /** how many lists must agree (k of n); the reader's own list needs no company */
  threshold: number
  /** classifier thresholds, 0..1 per label; null: classifier off */
  classifier: { threshold: number, action: Action } | null
  /** hidden messages stay reachable behind a press ('press') or are gone ('gone') */
  hidden: 'press' | 'gone'
  /** lists may be fetched by web address: a web server then learns who reads them */
  web: boolean
}

export interface PreviewResult {
  /** messages of this room that would look different */
  messages: number
  /** personas it names or whose messages it touches */
  personas: number
  /** of those, personas this reader has answered or reacted to */
  talkedTo: number
  samples: Array<{ message: string, author: string, text: string, action: Action, reason: Reason }>
  entries: number
  actions: Record<string, number>
  reasons: Record<string, number>
}

export interface ListChange { time: number, maintainer: string, op: 'describe' | 'add' | 'remove' | 'help', entry: string | null, subject: Subject | null, action: Action | null, reason: Reason | null, count: number }
export interface ListFork { maintainer: string, sequence: number, statements: string[] }
export interface ListChanges { changes: ListChange[], forks: ListFork[], rollbacks: number, heads: Array<{ maintainer: string, sequence: number, statement: string }> }

export interface ReportedMessage { id: string, author: string, text: string, time: number, context: boolean }
export type Outcome = 'acted' | 'dismissed' | 'noted'

export interface ReportSummary {
  report: string
  kind: 'report' | 'appeal'
  list: string
  room: string
  reason: Reason
  note: string
  from: string | null
  time: number
  messages: ReportedMessage[]
  /** how many reports say the same */
  count: number
  outcome: Outcome | null
  /** the reporter can be answered */
  answerable: boolean
}

export interface CharterContent {
  purpose: string
  rules: string[]
  /** addresses of lists it recommends; readers are offered them, never more */
  lists: string[]
  /** amendments to the room's policy; applied when the charter is in force */
  policy: Record<string, unknown>
  voting: VotingRules
}

export interface VotingRules {
  /** ms that a persona must have been here before the proposal */
  age: number
  /** leading zero bits of the stamp it must have shown */
  stampBits: number
  /** ms a proposal is open */
  duration: number
}

export interface Tally {
  yes: number
  no: number
  abstain: number
  /** personas that may vote */
  eligible: number
  /** each vote weighed by how long its persona had been here */
  weighted: { yes: number, no: number, abstain: number }
  /** ms since 1970 when the vote ends */
  closes: number
  closed: boolean
  passed: boolean
  /** personas are cheap here (open room): weights decide, and a determined crowd of one can still win */
  open: boolean
}
