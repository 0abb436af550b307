import type { Action, Reason } from './moderation-api.ts'

/** The published vocabulary of reasons; the page has each in every language. */
export const REASONS: readonly Reason[] = Object.freeze(['spam', 'harassment', 'hate', 'threat', 'sexual', 'self-harm', 'misinformation', 'illegal', 'doxxing', 'impersonation', 'scam', 'malware-link', 'graphic', 'infiltrator-claim', 'other'])

/** Actions from the strongest; `allow` overrides and is not among them. */
export const SEVERITY: readonly Action[] = Object.freeze(['hide', 'mute', 'blur', 'warn', 'label'])
export const ACTIONS: readonly Action[] = Object.freeze([...SEVERITY, 'allow'])
