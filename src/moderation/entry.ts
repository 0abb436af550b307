import { RE2JS } from 're2js'
import { InvalidEntryError } from './errors.ts'
import { ACTIONS, REASONS } from './reasons.ts'
import type { Action, Reason, Subject } from './moderation-api.ts'

export const MAX_PATTERN_LENGTH = 512
export const MAX_WORD_LENGTH = 128
export const MAX_NOTE_LENGTH = 1_024
const MAX_TITLE_LENGTH = 128
const MAX_DESCRIPTION_LENGTH = 2_048
const MAX_MAINTAINERS = 32
const MAX_OPERATION_BYTES = 8_192
const KINDS = ['persona', 'branch', 'message', 'pattern', 'word', 'domain', 'attachment', 'image'] as const

/** What a list says about one subject. */
export interface EntryFields {
  subject: Subject
  action: Action
  reason: Reason
  note?: string
  /** ms since 1970 */
  expires?: number
}

/** One statement of a list's maintainer: what `entry` messages carry. */
export type ListOperation =
  | { op: 'describe', title: string, description: string, license: string, maintainers: string[], retired?: boolean }
  | { op: 'add' } & EntryFields
  | { op: 'remove', entry: string }

function text (value: unknown, name: string, most: number, optional = false): string {
  if (typeof value !== 'string' || (!optional && value.trim() === '') || value.length > most || !value.isWellFormed()) {
    throw new InvalidEntryError(`${name} must be text of at most ${most} characters`)
  }
  return value
}

/**
 * Compiles a pattern: RE2 syntax, linear time, case-insensitive.
 *
 * @throws {InvalidEntryError}
 */
export function compilePattern (pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE)
  } catch (error: any) {
    throw new InvalidEntryError(`pattern cannot be used: ${String(error?.message ?? error).slice(0, 120)}. Patterns are RE2 expressions: no look-around, no back-references.`)
  }
}

function checkSubject (subject: unknown): Subject {
  if (typeof subject !== 'object' || subject === null) {
    throw new InvalidEntryError('subject must be an object with one field')
  }
  const names = Object.keys(subject).filter(name => (subject as any)[name] !== undefined)
  const [name] = names
  if (names.length !== 1 || !(KINDS as readonly string[]).includes(name)) {
    throw new InvalidEntryError(`subject must have exactly one of ${KINDS.join(', ')}`)
  }
  const value = (subject as any)[name]
  switch (name) {
    case 'pattern':
      compilePattern(text(value, 'pattern', MAX_PATTERN_LENGTH))
      return { pattern: value }
    case 'word':
      return { word: text(value, 'word', MAX_WORD_LENGTH) }
    case 'domain': {
      const domain = text(value, 'domain', 253).trim().toLowerCase().replace(/^\*\./, '')
      let host: string
      try {
        host = new URL(`http://${domain}/`).hostname
      } catch {
        host = ''
      }
      if (host === '' || domain.includes('/')) {
        throw new InvalidEntryError('domain must be a name like example.org')
      }
      return { domain: host }
    }
    case 'image':
      if (!/^[0-9a-f]{16}$/.test(value)) {
        throw new InvalidEntryError('image must be a perceptual hash: 16 hex digits')
      }
      return { image: value }
    default:
      return { [name]: text(value, name, 512) }
  }
}

/** @throws {InvalidEntryError} */
export function checkEntry (fields: unknown): EntryFields {
  const { subject, action, reason, note, expires } = fields as Record<string, unknown>
  if (!ACTIONS.includes(action as Action)) {
    throw new InvalidEntryError(`action must be one of ${ACTIONS.join(', ')}`)
  }
  if (!REASONS.includes(reason as Reason)) {
    throw new InvalidEntryError(`reason must be one of ${REASONS.join(', ')}`)
  }
  if (expires != null && !Number.isSafeInteger(expires)) {
    throw new InvalidEntryError('expires must be a time in ms since 1970')
  }
  return {
    subject: checkSubject(subject),
    action: action as Action,
    reason: reason as Reason,
    ...(note == null || note === '' ? {} : { note: text(note, 'note', MAX_NOTE_LENGTH) }),
    ...(expires == null ? {} : { expires: expires as number })
  }
}

/** @throws {InvalidEntryError} */
export function checkOperation (operation: unknown): ListOperation {
  if (typeof operation !== 'object' || operation === null) {
    throw new InvalidEntryError('a list operation is an object')
  }
  const { op, title, description, license, maintainers, retired, entry } = operation as Record<string, any>
  switch (op) {
    case 'describe':
      if (!Array.isArray(maintainers) || maintainers.length === 0 || maintainers.length > MAX_MAINTAINERS || !maintainers.every(each => typeof each === 'string' && each.length < 128)) {
        throw new InvalidEntryError(`a list has 1 to ${MAX_MAINTAINERS} maintainers`)
      }
      return { op, title: text(title, 'title', MAX_TITLE_LENGTH), description: text(description ?? '', 'description', MAX_DESCRIPTION_LENGTH, true), license: text(license ?? '', 'license', MAX_TITLE_LENGTH, true), maintainers, ...(retired === true ? { retired: true } : {}) }
    case 'add':
      return { op, ...checkEntry(operation) }
    case 'remove':
      return { op, entry: text(entry, 'entry', 128) }
    default:
      throw new InvalidEntryError('this list operation is not known')
  }
}

/** JSON: what a list says is text anyway, and other programs read it without a schema. */
export function encodeOperation (operation: ListOperation): Uint8Array {
  const bytes = new TextEncoder().encode(JSON.stringify(checkOperation(operation)))
  if (bytes.length > MAX_OPERATION_BYTES) {
    throw new InvalidEntryError('this entry is too long; shorten its note')
  }
  return bytes
}

/** Undefined for what this version cannot read: later versions may say more. */
export function decodeOperation (bytes: Uint8Array): ListOperation | undefined {
  if (bytes.length > MAX_OPERATION_BYTES) {
    return undefined
  }
  try {
    return checkOperation(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
  } catch {
    return undefined
  }
}
