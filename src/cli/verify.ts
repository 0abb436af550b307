import { readFile } from 'node:fs/promises'
import { importBundle } from '../sync/index.ts'
import { decodeMessage, verifyRun } from '../wire/index.ts'
import { CommandFailedError } from './errors.ts'
import type { CommonOptions } from './options.ts'
import type { RoomId, SignedMessage } from '../wire/index.ts'

/** `undertone verify <file>`: whether everything in a file was signed by whom it says; needs no network. */
export async function runVerify (options: CommonOptions & { passphraseFile?: string }, file: string): Promise<number> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(file)
  } catch {
    throw new CommandFailedError(`${file} cannot be read. Check its name and permissions.`)
  }
  const passphrase = options.passphraseFile == null ? undefined : (await readFile(options.passphraseFile, 'utf8')).replace(/\r?\n$/, '')
  const bundle = await importBundle(bytes, { passphrase })
  const byAuthor = new Map<string, SignedMessage[]>()
  let broken = 0
  for (const encoded of bundle.encoded) {
    try {
      const message = decodeMessage(encoded)
      byAuthor.set(message.author, [...byAuthor.get(message.author) ?? [], message])
    } catch {
      broken++
    }
  }
  let valid = 0
  for (const run of byAuthor.values()) {
    run.sort((a, b) => a.sequence - b.sequence)
    const verdict = await verifyRun(bundle.room as RoomId, run)
    valid += verdict.valid.length
    broken += run.length - verdict.valid.length
  }
  const result = { kind: 'room', room: bundle.room, exportedBy: bundle.author, messages: valid, authors: byAuthor.size, broken }
  process.stdout.write(options.json === true
    ? `${JSON.stringify(result)}\n`
    : `room        ${result.room}\nexported by ${result.exportedBy}\nmessages    ${valid} by ${byAuthor.size} personas, each signed by its author\nbroken      ${broken}\n`)
  return broken === 0 ? 0 : 1
}
