import { fromString, toString } from 'uint8arrays'
import { label, publicKeyOf, roomIdBytes, sha256, sign, toRoomId, verify } from '../crypto/index.ts'
import { decodeMessage, encodeSigned, verifyRun } from '../wire/index.ts'
import { InvalidReportError } from './errors.ts'
import { REASONS } from './reasons.ts'
import type { Reason } from './moderation-api.ts'
import type { RoomId } from '../crypto/index.ts'
import type { SignedMessage } from '../wire/index.ts'

export const MAX_EVIDENCE = 32
export const MAX_REPORT_NOTE = 2_048
const MAX_REPORT_BYTES = 1024 * 1024

/** What was reported, with evidence that anyone can check offline: signed messages, and nothing else of the room. */
export interface Report {
  version: 1
  /** an appeal asks a list to take back what it says about the sender */
  kind: 'report' | 'appeal'
  room: string
  reason: Reason
  note: string
  /** ms since 1970 */
  time: number
  /** persona that reports, proven by its signature; absent: anonymous */
  from?: string
  /** X-Wing public key an answer can be sealed to, base64url */
  answer?: string
  messages: SignedMessage[]
  /** IDs among `messages` that only show what went before */
  context: string[]
}

function fieldsOf (report: Report): Record<string, unknown> {
  const { version, kind, room, reason, note, time, from, answer, context } = report
  return { undertone: 'report', version, kind, room, reason, note, time, ...(from == null ? {} : { from }), ...(answer == null ? {} : { answer }), context, messages: report.messages.map(message => toString(encodeSigned(message), 'base64url')) }
}

function statement (room: RoomId, body: string): Uint8Array {
  return label('report', roomIdBytes(room), sha256(new TextEncoder().encode(body)))
}

/**
 * @param privateKey - of the persona in `from`; without it the report must be anonymous
 * @throws {InvalidReportError} when there is too much of it
 */
export async function encodeReport (report: Report, privateKey?: Uint8Array): Promise<Uint8Array> {
  if (report.messages.length > MAX_EVIDENCE || report.note.length > MAX_REPORT_NOTE) {
    throw new InvalidReportError(`A report has at most ${MAX_EVIDENCE} messages and ${MAX_REPORT_NOTE} characters of words. Choose fewer, or less context.`)
  }
  const body = JSON.stringify(fieldsOf(report))
  const signature = report.from == null || privateKey == null ? '' : toString(await sign(privateKey, statement(toRoomId(report.room), body)), 'base64url')
  return new TextEncoder().encode(`${body}\n${signature}`)
}

/** Whether bytes are meant to be a report; nothing is checked. */
export function isReport (bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 64)).includes('"undertone":"report"')
}

/** One ID for everybody who has the same report. */
export function reportId (bytes: Uint8Array): string { return toString(sha256(bytes).subarray(0, 16), 'hex') }

/**
 * Reads a report and checks every signature in it. Needs no network and no key.
 *
 * @throws {InvalidReportError}
 */
export async function verifyReport (bytes: Uint8Array): Promise<Report> {
  let body = ''
  let signature = ''
  let value: any
  try {
    if (bytes.length <= MAX_REPORT_BYTES) {
      const lines = new TextDecoder('utf-8', { fatal: true }).decode(bytes).split('\n');
      [body, signature = ''] = lines
      value = lines.length > 2 ? undefined : JSON.parse(body)
    }
  } catch {
    value = undefined
  }
  const { undertone, version, kind, room, reason, note, time, from, answer, messages, context } = value ?? {}
  if (undertone !== 'report' || !Array.isArray(messages)) {
    throw new InvalidReportError('This is not a report.')
  }
  if (version !== 1) {
    throw new InvalidReportError('This report was made by a newer version of Undertone. Update, then read it.')
  }
  const texts = (list: unknown): list is string[] => Array.isArray(list) && list.length <= MAX_EVIDENCE && list.every(each => typeof each === 'string')
  if ((kind !== 'report' && kind !== 'appeal') || !REASONS.includes(reason) || typeof note !== 'string' || note.length > MAX_REPORT_NOTE || !Number.isSafeInteger(time) ||
    (from == null && signature !== '') || !texts(messages) || !texts(context) || (kind === 'report' ? messages.length === 0 : from == null) || (from != null && typeof from !== 'string') || (answer != null && (typeof answer !== 'string' || answer.length > 2_048))) {
    throw new InvalidReportError('This report is damaged.')
  }
  try {
    if (from != null && !await verify(publicKeyOf(from), fromString(signature, 'base64url'), statement(toRoomId(room), body))) {
      throw new InvalidReportError('This report was not signed by the persona it names. Somebody changed it, or made it up.')
    }
    const evidence = messages.map(encoded => decodeMessage(fromString(encoded, 'base64url')))
    for (const author of new Set(evidence.map(message => message.author))) {
      // one that came by its author's next message is proven by that one's signature
      const { invalid } = await verifyRun(toRoomId(room), evidence.filter(message => message.author === author).sort((a, b) => a.sequence - b.sequence))
      if (invalid.length > 0) {
        throw new InvalidReportError('A message in this report was not signed by whom it names, or not in this room: it proves nothing.')
      }
    }
    return { version: 1, kind, room, reason, note, time, ...(from == null ? {} : { from }), ...(answer == null ? {} : { answer }), messages: evidence, context }
  } catch (error) {
    throw error instanceof InvalidReportError ? error : new InvalidReportError('This report is damaged.', { cause: error })
  }
}
