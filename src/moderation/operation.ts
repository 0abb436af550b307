import { readResource } from './classifier/resources.ts'
import { InvalidEntryError } from './errors.ts'
import { ACTIONS, REASONS } from './reasons.ts'
import { SUBJECT_KINDS, checkSubject } from './subject.ts'
import type { Resource } from './classifier/resources.ts'
import type { Action, Reason, Subject, SubjectKind } from './moderation-api.ts'

export const MAX_NOTE_LENGTH = 1_024
export const MAX_SOURCES = 8
const MAX_SOURCE_LENGTH = 512
const MAX_TITLE_LENGTH = 128
const MAX_DESCRIPTION_LENGTH = 2_048
export const MAX_MAINTAINERS = 32
const MAX_ENTRY_ID = 160
/** What fits one message (wire/limits) with room for its frame. */
export const MAX_STATEMENT_BYTES = 48 * 1024
export const MAX_OPERATIONS = 256
/** Help lines of one operation. */
export const MAX_LINES = 64
/** Values of one bulk operation stay below what one statement holds. */
const MAX_VALUES_LENGTH = MAX_STATEMENT_BYTES

/** What a list says about one subject. */
export interface EntryFields {
  subject: Subject
  action: Action
  reason: Reason
  note?: string
  sources?: string[]
  /** ms since 1970 */
  expires?: number
  origin?: string
}

/** What a list says about itself. */
export interface Description {
  title: string
  description: string
  license: string
  appeals: string
  maintainers: string[]
  retired: boolean
  /** where a former maintainer's word ends: what it signs beyond this sequence number does not count */
  ends: Record<string, number>
}

/** Entries that differ only in whom or what they name; `values` holds one a line. */
export interface AddOperation {
  op: 'add'
  kind: SubjectKind
  values: string
  action: Action
  reason: Reason
  note?: string
  sources?: string[]
  expires?: number
  origin?: string
}

export type ListOperation =
  | ({ op: 'describe' } & Description)
  | AddOperation
  | { op: 'remove', entries: string[] }
  /** help lines, by address: the last word on one counts */
  | { op: 'help', lines: Resource[] }
  | { op: 'unhelp', addresses: string[] }

function text (value: unknown, name: string, most: number, optional = false): string {
  if (typeof value !== 'string' || (!optional && value.trim() === '') || value.length > most || !value.isWellFormed()) {
    throw new InvalidEntryError(`${name} must be text of at most ${most} characters.`)
  }
  return value
}

function checkDescription (value: Record<string, any>): Description {
  const { title, description, license, appeals, maintainers, retired, ends } = value
  if (!Array.isArray(maintainers) || maintainers.length === 0 || maintainers.length > MAX_MAINTAINERS || !maintainers.every(each => typeof each === 'string' && each.length < 128)) {
    throw new InvalidEntryError(`a list has 1 to ${MAX_MAINTAINERS} maintainers.`)
  }
  const closed = Object.entries(ends ?? {})
  if (closed.length > MAX_MAINTAINERS * 2 || !closed.every(([, sequence]) => Number.isSafeInteger(sequence))) {
    throw new InvalidEntryError('ends must say, per former maintainer, the last sequence number that counts.')
  }
  return {
    title: text(title, 'title', MAX_TITLE_LENGTH),
    description: text(description ?? '', 'description', MAX_DESCRIPTION_LENGTH, true),
    license: text(license ?? '', 'license', MAX_TITLE_LENGTH, true),
    appeals: text(appeals ?? '', 'appeals', MAX_SOURCE_LENGTH, true),
    maintainers,
    retired: retired === true,
    ends: Object.fromEntries(closed) as Record<string, number>
  }
}

/** What all entries of one operation share. */
function checkShared (fields: Record<string, unknown>): Omit<AddOperation, 'op' | 'kind' | 'values'> {
  const { action, reason, note, sources, expires, origin } = fields
  if (!ACTIONS.includes(action as Action)) {
    throw new InvalidEntryError(`action must be one of ${ACTIONS.join(', ')}.`)
  }
  if (!REASONS.includes(reason as Reason)) {
    throw new InvalidEntryError(`reason must be one of ${REASONS.join(', ')}.`)
  }
  if (expires != null && !Number.isSafeInteger(expires)) {
    throw new InvalidEntryError('expires must be a time in ms since 1970.')
  }
  if (sources != null && !(Array.isArray(sources) && sources.length <= MAX_SOURCES && sources.every(each => typeof each === 'string' && each.length <= MAX_SOURCE_LENGTH))) {
    throw new InvalidEntryError(`sources must be at most ${MAX_SOURCES} addresses of at most ${MAX_SOURCE_LENGTH} characters.`)
  }
  // anybody can be called an infiltrator, and nobody can prove it: such a claim may warn, not silence
  const weakened = reason === 'infiltrator-claim' && action !== 'allow' && action !== 'label' ? 'warn' : action
  return {
    action: weakened as Action,
    reason: reason as Reason,
    ...(note == null || note === '' ? {} : { note: text(note, 'note', MAX_NOTE_LENGTH) }),
    ...(sources == null || (sources as string[]).length === 0 ? {} : { sources: sources as string[] }),
    ...(expires == null ? {} : { expires: expires as number }),
    ...(origin == null ? {} : { origin: text(origin, 'origin', MAX_ENTRY_ID) })
  }
}

/** @throws {InvalidEntryError} */
export function checkEntry (fields: unknown): EntryFields {
  if (typeof fields !== 'object' || fields === null) {
    throw new InvalidEntryError('an entry is an object.')
  }
  const { kind, value } = checkSubject((fields as any).subject)
  return { subject: { [kind]: value }, ...checkShared(fields as Record<string, unknown>) }
}

/** Entries as operations, those that differ only in their subject together. */
export function addOperations (entries: EntryFields[]): AddOperation[] {
  const groups = new Map<string, AddOperation>()
  const operations: AddOperation[] = []
  for (const { subject, ...shared } of entries) {
    const { kind, value } = checkSubject(subject)
    const name = JSON.stringify([kind, shared])
    const group = groups.get(name)
    if (group != null && group.values.length + value.length < MAX_VALUES_LENGTH / 2) {
      group.values += `\n${value}`
    } else {
      const operation: AddOperation = { op: 'add', kind, values: value, ...checkShared(shared) }
      groups.set(name, operation)
      operations.push(operation)
    }
  }
  return operations
}

function checkOperation (operation: unknown): ListOperation {
  if (typeof operation !== 'object' || operation === null) {
    throw new InvalidEntryError('a list operation is an object.')
  }
  const value = operation as Record<string, any>
  switch (value.op) {
    case 'describe':
      return { op: 'describe', ...checkDescription(value) }
    case 'add':
      if (!SUBJECT_KINDS.includes(value.kind)) {
        throw new InvalidEntryError(`kind must be one of ${SUBJECT_KINDS.join(', ')}.`)
      }
      return { op: 'add', kind: value.kind, values: text(value.values, 'values', MAX_VALUES_LENGTH), ...checkShared(value) }
    case 'remove':
      if (!Array.isArray(value.entries) || value.entries.length > 4_096 || !value.entries.every(each => typeof each === 'string' && each.length <= MAX_ENTRY_ID)) {
        throw new InvalidEntryError('entries must be IDs of entries.')
      }
      return { op: 'remove', entries: value.entries }
    case 'help':
      if (!Array.isArray(value.lines) || value.lines.length > MAX_LINES) {
        throw new InvalidEntryError(`lines must be at most ${MAX_LINES} help lines.`)
      }
      return { op: 'help', lines: value.lines.map(readResource) }
    case 'unhelp':
      if (!Array.isArray(value.addresses) || value.addresses.length > MAX_LINES || !value.addresses.every(each => typeof each === 'string')) {
        throw new InvalidEntryError(`addresses must be at most ${MAX_LINES} addresses of help lines.`)
      }
      return { op: 'unhelp', addresses: value.addresses }
    default:
      throw new InvalidEntryError('this list operation is not known.')
  }
}

/**
 * What one `entry` message carries, as JSON: what a list says is text anyway, and other programs
 * read it without a schema.
 *
 * @throws {InvalidEntryError}
 */
export function encodeStatement (operations: ListOperation[]): Uint8Array {
  const bytes = new TextEncoder().encode(JSON.stringify(operations.map(checkOperation)))
  if (bytes.length > MAX_STATEMENT_BYTES || operations.length > MAX_OPERATIONS) {
    throw new InvalidEntryError('this is too much for one statement; shorten the note, or add fewer entries at once.')
  }
  return bytes
}

/** As many statements as it takes, each as full as it may be. */
export function encodeStatements (operations: ListOperation[]): Uint8Array[] {
  const statements: Uint8Array[] = []
  let batch: ListOperation[] = []
  let size = 0
  for (const operation of operations) {
    // every character is at most three bytes, an escaped one at most six
    const most = new TextEncoder().encode(JSON.stringify(operation)).length + 1
    if (batch.length > 0 && (size + most > MAX_STATEMENT_BYTES - 64 || batch.length >= MAX_OPERATIONS)) {
      statements.push(encodeStatement(batch))
      batch = []
      size = 0
    }
    batch.push(operation)
    size += most
  }
  if (batch.length > 0) {
    statements.push(encodeStatement(batch))
  }
  return statements
}

/** Operations of a statement; undefined stands for what this version cannot read: later versions may say more. */
export function decodeStatement (bytes: Uint8Array): Array<ListOperation | undefined> {
  if (bytes.length > MAX_STATEMENT_BYTES) {
    return []
  }
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return []
  }
  return !Array.isArray(value)
    ? []
    : value.slice(0, MAX_OPERATIONS).map(operation => {
      try {
        return checkOperation(operation)
      } catch {
        return undefined
      }
    })
}
