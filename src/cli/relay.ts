import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRelay } from '../network/relay.ts'
import { CommandFailedError } from './errors.ts'
import { aborted, untilSignal } from './lifetime.ts'
import { makeLog, networkInit } from './options.ts'
import type { CommonOptions } from './options.ts'

const SEED_BYTES = 32

/** A relay's identity is no secret of anybody's: it is kept in the open so that its address stays good. */
async function readSeed (data: string): Promise<Uint8Array> {
  const file = join(data, 'relay-identity')
  try {
    const seed = await readFile(file)
    if (seed.length !== SEED_BYTES) {
      throw new CommandFailedError(`${file} is damaged. Remove it; the relay then gets a new address.`)
    }
    return seed
  } catch (error: any) {
    if (error?.code !== 'ENOENT') {
      throw error
    }
    const seed = globalThis.crypto.getRandomValues(new Uint8Array(SEED_BYTES))
    await mkdir(data, { recursive: true, mode: 0o700 })
    await writeFile(file, seed, { mode: 0o600, flag: 'wx' })
    return seed
  }
}

/** `undertone relay`: prints its addresses, one a line, and serves until it is stopped. */
export async function runRelay (options: CommonOptions): Promise<number> {
  const { signal } = untilSignal()
  const log = makeLog(options.log)
  const seed = options.data == null || options.memory === true ? undefined : await readSeed(options.data)
  const relay = await createRelay({ ...networkInit(options, log), seed })
  await relay.start()
  try {
    const addresses = relay.addresses().map(String)
    if (addresses.length === 0) {
      throw new CommandFailedError('No address could be opened. Choose another one with --listen.')
    }
    process.stdout.write(options.json === true ? `${JSON.stringify({ peer: relay.peerId, addresses })}\n` : addresses.map(address => `${address}\n`).join(''))
    await aborted(signal)
  } finally {
    await relay.stop()
  }
  return 0
}
