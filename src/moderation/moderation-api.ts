/** What an entry names. Exactly one field is set. */
export interface Subject {
  persona?: string
  /** hex public key of an invite: everyone who came in through it */
  branch?: string
  message?: string
  pattern?: string
  word?: string
  domain?: string
  /** hex SHA-256 of an attachment */
  attachment?: string
  /** hex 64-bit perceptual hash of an image */
  image?: string
}

export type Action = 'hide' | 'blur' | 'warn' | 'label' | 'mute' | 'allow'
export type Reason = 'spam' | 'harassment' | 'hate' | 'threat' | 'sexual' | 'self-harm' | 'misinformation' | 'illegal' | 'doxxing' | 'impersonation' | 'scam' | 'malware-link' | 'graphic' | 'infiltrator-claim' | 'other'

export interface Entry {
  entry: string
  subject: Subject
  action: Action
  reason: Reason
  note?: string
  since: number
  expires?: number
  maintainer: string
}

export interface ListSummary {
  list: string
  title: string
  description: string
  license: string
  address: string
  entries: number
  version: number
  maintainers: string[]
  own: boolean
}

export interface Subscription {
  list: string
  title: string
  address: string
  actions: Action[] | null
  reasons: Reason[] | null
  weight: number
  paused: boolean
  entries: number
}

export interface VerdictSource { list: string, title: string, entry: string, reason: Reason, action: Action, since: number, note?: string }

/** What the reader's lists make of a message or persona, and why. `action: 'none'` when nothing applies. */
export interface Verdict {
  action: Action | 'none'
  sources: VerdictSource[]
}

export interface ModerationPolicy {
  /** how many lists must agree (k of n); the reader's own list needs no company */
  threshold: number
  /** classifier thresholds, 0..1 per label; null: classifier off */
  classifier: { threshold: number, action: Action } | null
  /** hidden messages stay reachable behind a press ('press') or are gone ('gone') */
  hidden: 'press' | 'gone'
}

export interface PreviewResult { messages: number, personas: number, samples: Array<{ message: string, action: Action, reason: Reason }>, entries: number }

export interface ReportSummary { report: string, room: string, reason: Reason, note: string, from: string | null, time: number, messages: Array<{ id: string, author: string, text: string }>, count: number }
