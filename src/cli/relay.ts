import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createKeeper } from '../engine/keeper/keeper.ts'
import { createRelay } from '../network/relay.ts'
import { CommandFailedError } from './errors.ts'
import { aborted, untilSignal } from './lifetime.ts'
import { makeLog, networkInit, readPassphrase } from './options.ts'
import type { CommonOptions } from './options.ts'
import type { Keeper } from '../engine/keeper/keeper.ts'
import type { NetworkInit } from '../network/compartment-api.ts'

const SEED_BYTES = 32
const DAY_MS = 86_400_000
const MEBIBYTE = 1024 * 1024

export interface RelayOptions extends CommonOptions {
  keep?: string[]
  keepDays: number
  keepSize?: number
}

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

/** Rooms' sealed messages go to the disk only behind a passphrase: the key of the epoch lies with them. */
async function startKeeper (options: RelayOptions, { tls }: NetworkInit, addresses: string[], log: ReturnType<typeof makeLog>): Promise<Keeper | undefined> {
  const { keep: invites = [], keepDays, keepSize, passphraseFile, memory } = options
  const data = memory === true || passphraseFile == null || options.data == null ? undefined : join(options.data, 'keeper')
  if (invites.length === 0 && data == null) {
    return undefined
  }
  if (data == null) {
    log('warn', 'Without --data and --passphrase-file what is kept is in memory, and gone when this stops.')
  }
  return createKeeper({
    ...options,
    tls,
    // members who know this relay find the rooms' hosts through it
    bootstrap: options.profile === 'public' && options.bootstrap == null ? undefined : [...options.bootstrap ?? [], ...addresses],
    data,
    passphrase: data == null || passphraseFile == null ? undefined : readPassphrase(passphraseFile),
    invites,
    keepFor: keepDays * DAY_MS,
    maxBytes: keepSize == null ? undefined : keepSize * MEBIBYTE,
    log
  })
}

/** `undertone relay`: prints its addresses, one a line, and serves until it is stopped. */
export async function runRelay (options: RelayOptions): Promise<number> {
  const signal = untilSignal()
  const log = makeLog(options.log)
  const seed = options.data == null || options.memory === true ? undefined : await readSeed(options.data)
  const network = networkInit(options, log)
  const relay = await createRelay({ ...network, seed })
  await relay.start()
  let keeper: Keeper | undefined
  try {
    const addresses = relay.addresses().map(String)
    if (addresses.length === 0) {
      throw new CommandFailedError('No address could be opened. Choose another one with --listen.')
    }
    keeper = await startKeeper(options, network, addresses, log)
    process.stdout.write(options.json === true ? `${JSON.stringify({ peer: relay.peerId, addresses, ...(keeper == null ? {} : { keeps: keeper.rooms() }) })}\n` : addresses.map(address => `${address}\n`).join(''))
    await aborted(signal)
  } finally {
    await keeper?.stop()
    await relay.stop()
  }
  return 0
}
