import { fromString, toString } from 'uint8arrays'
import { InvalidListError, ListTooLargeError } from '../moderation/index.ts'
import { decodeInvite, decodeMessage, encodeSigned } from '../wire/index.ts'
import type { Invite, SignedMessage } from '../wire/index.ts'

/** Bytes of a list file: a million entries fit. */
export const MAX_LIST_FILE_BYTES = 128 * 1024 * 1024
const MAX_STATEMENTS = 50_000

/** A list as it travels on a stick: its address, and its maintainers' signed statements. */
export interface ListFile { address: string, invite: Invite, encoded: Uint8Array[], messages: SignedMessage[] }

export function writeListFile (list: { list: string, title: string, address: string }, messages: SignedMessage[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ undertone: 'list', version: 1, ...list, statements: messages.map(message => toString(encodeSigned(message), 'base64url')) }))
}

/**
 * Reads the form of a list file; signatures are checked when its statements are taken into the list's room.
 *
 * @throws {InvalidListError} when it is none
 * @throws {ListTooLargeError}
 */
export function readListFile (bytes: Uint8Array): ListFile {
  if (bytes.length > MAX_LIST_FILE_BYTES) {
    throw new ListTooLargeError(`This file has ${Math.ceil(bytes.length / 1024 / 1024)} MiB; list files have at most ${MAX_LIST_FILE_BYTES / 1024 / 1024}.`)
  }
  let value: any
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    value = undefined
  }
  if (value?.undertone !== 'list' || typeof value.address !== 'string' || !Array.isArray(value.statements)) {
    throw new InvalidListError('This file is no Undertone list. Lists of other programs become a list of your own with list.import.')
  }
  if (value.version !== 1) {
    throw new InvalidListError('This list file was made by a newer version of Undertone. Update, then read it.')
  }
  if (value.statements.length > MAX_STATEMENTS) {
    throw new ListTooLargeError(`This list has ${value.statements.length} statements; ${MAX_STATEMENTS} are read.`)
  }
  try {
    const encoded = value.statements.map((each: string) => fromString(each, 'base64url'))
    const invite = decodeInvite(value.address)
    if (invite.kind !== 'list') {
      throw new InvalidListError('The address in this file is not a list\'s.')
    }
    return { address: value.address, invite, encoded, messages: encoded.map(decodeMessage) }
  } catch (error) {
    throw error instanceof InvalidListError ? error : new InvalidListError('This list file is damaged. Ask for it again.', { cause: error })
  }
}
