import { fromString, toString } from 'uint8arrays'
import { toRoomId } from '../crypto/index.ts'
import { decodeMessage, encodeSigned, verifyMessage } from '../wire/index.ts'
import { InvalidReportError } from './errors.ts'
import { REASONS } from './reasons.ts'
import type { Reason } from './moderation-api.ts'
import type { SignedMessage } from '../wire/index.ts'

export const MAX_EVIDENCE = 16
const MAX_NOTE_LENGTH = 2_048
const MAX_REPORT_BYTES = 1024 * 1024

/** What was reported, with evidence that anyone can check offline: signed messages, and nothing else of the room. */
export interface Report {
  version: 1
  room: string
  reason: Reason
  note: string
  /** ms since 1970 */
  time: number
  /** persona that reports; absent: anonymous */
  from?: string
  messages: SignedMessage[]
}

export function encodeReport (report: Report): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ undertone: 'report', ...report, messages: report.messages.slice(0, MAX_EVIDENCE).map(message => toString(encodeSigned(message), 'base64url')) }))
}

/** Whether bytes are meant to be a report; nothing is checked. */
export function isReport (bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 64)).includes('"undertone":"report"')
}

/**
 * Reads a report and checks every signature in it. Needs no network and no key.
 *
 * @throws {InvalidReportError}
 */
export async function verifyReport (bytes: Uint8Array): Promise<Report> {
  let value: any
  try {
    value = bytes.length > MAX_REPORT_BYTES ? undefined : JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    value = undefined
  }
  const { undertone, version, room, reason, note, time, from, messages } = value ?? {}
  if (undertone !== 'report' || !Array.isArray(messages)) {
    throw new InvalidReportError('This is not a report.')
  }
  if (version !== 1) {
    throw new InvalidReportError('This report was made by a newer version of Undertone. Update, then read it.')
  }
  if (!REASONS.includes(reason) || typeof note !== 'string' || note.length > MAX_NOTE_LENGTH || !Number.isSafeInteger(time) || messages.length === 0 || messages.length > MAX_EVIDENCE || (from != null && typeof from !== 'string')) {
    throw new InvalidReportError('This report is damaged.')
  }
  const evidence: SignedMessage[] = []
  for (const encoded of messages) {
    let message: SignedMessage
    try {
      message = decodeMessage(fromString(encoded, 'base64url'))
      if (!await verifyMessage(toRoomId(room), message)) {
        throw new InvalidReportError('A message in this report was not signed by whom it names, or not in this room: it proves nothing.')
      }
    } catch (error) {
      throw error instanceof InvalidReportError ? error : new InvalidReportError('A message in this report is damaged.', { cause: error })
    }
    evidence.push(message)
  }
  return { version: 1, room, reason, note, time, ...(from == null ? {} : { from }), messages: evidence }
}
