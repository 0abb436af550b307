import { fromString, toString } from 'uint8arrays'
import { label, roomIdBytes, sha256 } from '../crypto/index.ts'
import { isRule } from './behaviour.ts'
import { InvalidEntryError } from './errors.ts'
import { NOT_LOADED, RE2JS } from './pattern-engine.ts'
import type { Subject, SubjectKind } from './moderation-api.ts'
import type { RoomId } from '../crypto/index.ts'
import type { RE2JS as Pattern } from 're2js'

export const MAX_PATTERN_LENGTH = 512
/** Instructions of a compiled pattern: what one character of text can cost. */
export const MAX_PATTERN_SIZE = 400
export const MAX_WORD_LENGTH = 128
const MAX_ID = 160
const MAX_DOMAIN = 253

export const SUBJECT_KINDS: readonly SubjectKind[] = Object.freeze(['persona', 'branch', 'message', 'pattern', 'word', 'domain', 'attachment', 'image', 'rule'])
const HASHED = 'hashed:'

/** What a value of each kind must be, where it is no ID. */
const MUST: Partial<Record<string, string>> = {
  domain: 'be a name like example.org',
  image: 'be a perceptual hash: 16 hex digits',
  pattern: `have 1 to ${MAX_PATTERN_LENGTH} characters`,
  rule: 'be like flood:10/60, first:link, first:file, mentions:5 or repeat:3',
  word: `have 1 to ${MAX_WORD_LENGTH} characters`
}

/** Plain ASCII host names need no parser: most domains of a long list are such. */
const PLAIN_DOMAIN = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{0,62}$/
const CONTROL = /[\u0000-\u001f\u007f]/ // eslint-disable-line no-control-regex

/**
 * Compiles a pattern: RE2 syntax, linear time, case-insensitive.
 *
 * @throws {InvalidEntryError} also when it would cost too much per character
 */
export function compilePattern (pattern: string): Pattern {
  let compiled: Pattern
  try {
    compiled = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE)
  } catch (error: any) {
    if (error?.name === NOT_LOADED) {
      throw error
    }
    throw new InvalidEntryError(`pattern cannot be used: ${String(error?.message ?? error).slice(0, 120)}. Patterns are RE2 expressions: no look-around, no back-references.`)
  }
  if (compiled.programSize() > MAX_PATTERN_SIZE) {
    throw new InvalidEntryError('pattern repeats too much: it would slow down every reader. Use smaller counts.')
  }
  return compiled
}

/** A value as entries hold it; undefined when it names nothing. Cheap: lists have a million. */
export function readValue (kind: SubjectKind, value: string): string | undefined {
  switch (kind) {
    case 'pattern':
      return value.length > 0 && value.length <= MAX_PATTERN_LENGTH ? value : undefined
    case 'word':
      return value.length > 0 && value.length <= MAX_WORD_LENGTH && value.trim() !== '' ? value : undefined
    case 'domain':
      return PLAIN_DOMAIN.test(value) ? value : hostOf(value)
    case 'rule':
      return isRule(value) ? value : undefined
    case 'image':
      return /^[0-9a-f]{16}$/.test(value) ? value : undefined
    default:
      return value.length > 0 && value.length <= MAX_ID && !/\s/.test(value) ? value : undefined
  }
}

function hostOf (value: string): string | undefined {
  const domain = value.trim().toLowerCase().replace(/^\*\./, '').replace(/\.$/, '')
  if (domain === '' || domain.length > MAX_DOMAIN || /[/\\@?#:\s%]/.test(domain)) {
    return undefined
  }
  try {
    return new URL(`http://${domain}/`).hostname || undefined
  } catch {
    return undefined
  }
}

/**
 * One subject from an object with one field.
 *
 * @throws {InvalidEntryError}
 */
export function checkSubject (subject: unknown): { kind: SubjectKind, value: string } {
  if (typeof subject !== 'object' || subject === null) {
    throw new InvalidEntryError('subject must be an object with one field.')
  }
  const given = Object.entries(subject).filter(([, value]) => value != null)
  const [[kind, value] = ['', undefined]] = given
  if (given.length !== 1 || !(SUBJECT_KINDS as readonly string[]).includes(kind)) {
    throw new InvalidEntryError(`subject must have exactly one of ${SUBJECT_KINDS.join(', ')}.`)
  }
  if (typeof value !== 'string' || !value.isWellFormed() || CONTROL.test(value)) {
    throw new InvalidEntryError(`${kind} must be text on one line.`)
  }
  const read = readValue(kind as SubjectKind, value)
  if (read == null) {
    throw new InvalidEntryError(`${kind} must ${MUST[kind] ?? 'be an ID without spaces'}.`)
  }
  if (kind === 'pattern') {
    try {
      compilePattern(value)
    } catch (error: any) {
      // what turns out to be no pattern later matches nothing
      if (error?.name !== NOT_LOADED) {
        throw error
      }
    }
  }
  return { kind: kind as SubjectKind, value: read }
}

/**
 * A persona or branch of a room as only members of that room recognise it: readers of a list learn
 * nobody's name from it, and one persona's hash is worth nothing elsewhere.
 */
export function hashedSubject (room: RoomId, kind: 'persona' | 'branch', value: string): string {
  return value.startsWith(HASHED) ? value : HASHED + toString(sha256(label('subject', roomIdBytes(room), fromString(`${kind}/${value}`))).subarray(0, 18), 'base64url')
}

export function isHashed (value: string): boolean { return value.startsWith(HASHED) }

export function subjectOf (kind: SubjectKind, value: string): Subject { return { [kind]: value } }
