import { readFile, stat } from 'node:fs/promises'
import { toString } from 'uint8arrays'
import { sha256Hex } from '../crypto/index.ts'
import { isReport, verifyReport } from '../moderation/index.ts'
import { readBundle } from '../sync/bundle.ts'
import { decodeMessage, verifyRun } from '../wire/index.ts'
import { CommandFailedError } from './errors.ts'
import { readPassphrase } from './options.ts'
import { terminalText } from './terminal-text.ts'
import type { CommonOptions } from './options.ts'
import type { RoomId, SignedMessage } from '../wire/index.ts'

const MAX_FILE_BYTES = 512 * 1024 * 1024

async function readBounded (file: string): Promise<Uint8Array> {
  let size
  try {
    const info = await stat(file)
    size = info.size
    // a device or a pipe has no size and may have no end
    if (info.isFile() && size <= MAX_FILE_BYTES) {
      return await readFile(file)
    }
  } catch {
    throw new CommandFailedError(`${file} cannot be read. Check its name and permissions.`)
  }
  if (size <= MAX_FILE_BYTES) {
    throw new CommandFailedError(`${file} is not a file. Name a report or a room file.`)
  }
  throw new CommandFailedError(`${file} has more than ${MAX_FILE_BYTES / 1024 / 1024} MiB: Undertone makes no such file.`)
}

interface Verified { valid: boolean, kind: 'room' | 'report', [name: string]: unknown }

function textOf (message: SignedMessage): string {
  const { body } = message
  return 'text' in body ? body.text : `(${body.kind})`
}

async function verifyReportFile (bytes: Uint8Array): Promise<{ result: Verified, lines: string[] }> {
  const { room, reason, note, time, from, messages } = await verifyReport(bytes)
  const evidence = messages.map(message => ({ id: message.id, author: message.author, time: message.time, text: textOf(message) }))
  return {
    result: { valid: true, kind: 'report', room, reason, note, time, from: from ?? null, messages: messages.length, evidence },
    lines: [
      `report      of ${messages.length} messages, each signed by its author`,
      `room        ${terminalText(room)}`,
      `reason      ${reason}${note === '' ? '' : `: ${terminalText(note)}`}`,
      `reported by ${from == null ? 'somebody who did not say' : terminalText(from)}, ${new Date(time).toISOString()}`,
      ...evidence.map(each => `${new Date(each.time).toISOString()} ${each.author}: ${terminalText(each.text)}`)
    ]
  }
}

async function verifyRoomFile (bytes: Uint8Array, passphrase: string | undefined): Promise<{ result: Verified, lines: string[] }> {
  const bundle = await readBundle(bytes, { passphrase })
  const byAuthor = new Map<string, SignedMessage[]>()
  let broken = 0
  for (const encoded of bundle.encoded) {
    try {
      const message = decodeMessage(encoded)
      const run = byAuthor.get(message.author) ?? []
      run.push(message)
      byAuthor.set(message.author, run)
    } catch {
      broken++
    }
  }
  let statements = 0
  let messages = 0
  const named = new Set<string>()
  for (const run of byAuthor.values()) {
    run.sort((a, b) => a.sequence - b.sequence)
    const { valid } = await verifyRun(bundle.room as RoomId, run)
    statements += valid.length
    for (const { body } of valid) {
      body.kind === 'attachment' && body.chunks.forEach(hash => { named.add(toString(hash, 'hex')) })
    }
    messages += valid.filter(({ body: { kind } }) => kind === 'text' || kind === 'reply' || kind === 'attachment').length
    broken += run.length - valid.length
  }
  const chunks = { named: 0, foreign: 0 }
  for await (const chunk of bundle.chunks) {
    chunks[named.has(sha256Hex(chunk)) ? 'named' : 'foreign']++
  }
  return {
    result: { valid: broken === 0, kind: 'room', room: bundle.room, exportedBy: bundle.author, messages, statements, authors: byAuthor.size, broken, chunks },
    lines: [
      `room        ${bundle.room}`,
      `exported by ${bundle.author}`,
      `messages    ${messages}, and ${statements - messages} other statements, by ${byAuthor.size} personas, each signed by its author`,
      `files       ${chunks.named} sealed chunks${chunks.foreign === 0 ? '' : `, and ${chunks.foreign} that no message names, which an import leaves out`}`,
      ...(broken === 0 ? [] : [`broken      ${broken}: not signed by whom they name`])
    ]
  }
}

/** `undertone verify <file>`: whether everything in a file was signed by whom it says; needs no network. */
export async function runVerify (options: CommonOptions, file: string): Promise<number> {
  const bytes = await readBounded(file)
  const passphrase = options.passphraseFile == null ? undefined : readPassphrase(options.passphraseFile)
  const { result, lines } = await (isReport(bytes) ? verifyReportFile(bytes) : verifyRoomFile(bytes, passphrase)).catch(error => {
    if (options.json === true) {
      process.stdout.write(`${JSON.stringify({ valid: false, error: { name: error.name, message: error.message } })}\n`)
    }
    throw error
  })
  process.stdout.write(options.json === true ? `${JSON.stringify(result)}\n` : lines.map(line => `${line}\n`).join(''))
  return result.valid ? 0 : 1
}
