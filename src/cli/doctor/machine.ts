import { execFile } from 'node:child_process'
import { access, constants, mkdir, open, readdir, statfs, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { openStore } from '../../store/index.ts'
import { readPassphrase } from '../options.ts'
import { fail, ok, reasonOf, warn } from './finding.ts'
import type { Finding } from './finding.ts'
import type { CommonOptions } from '../options.ts'

/** Before this, the clock is certainly wrong: the program is younger. */
const NOT_BEFORE = Date.UTC(2026, 0, 1)
const YEAR_MS = 31_557_600_000
const ENOUGH_BYTES = 256 * 1024 * 1024

export function runtime (): Finding {
  const { node } = process.versions
  return Number(node.split('.')[0]) >= 22 ? ok('Node.js', node) : fail('Node.js', node, 'Install Node.js 22 or newer.')
}

/** Whether the operating system keeps the clock right; undefined where it does not say. */
async function isSynchronised (): Promise<boolean | undefined> {
  if (process.platform !== 'linux') {
    return undefined
  }
  try {
    const { stdout } = await promisify(execFile)('timedatectl', ['show', '--property=NTPSynchronized', '--value'], { timeout: 2_000 })
    return stdout.trim() === '' ? undefined : stdout.trim() === 'yes'
  } catch {
    return undefined
  }
}

export async function clock (now = Date.now()): Promise<Finding> {
  const at = new Date(now).toISOString()
  if (now < NOT_BEFORE || now > NOT_BEFORE + 20 * YEAR_MS) {
    return fail('clock', `it says ${at}`, 'Set the clock of this machine: rooms change their keys by it.')
  }
  return await isSynchronised() === false
    ? warn('clock', `${at}, not kept by a time service`, 'Turn on time synchronisation: members whose clocks differ by 2 minutes do not understand each other.')
    : ok('clock', `${at}; members whose clocks differ by 2 minutes do not understand each other`)
}

async function free (folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** The nearest folder above that exists. */
async function existing (folder: string): Promise<string> {
  try {
    await access(folder)
    return folder
  } catch {
    return dirname(folder) === folder ? folder : existing(dirname(folder))
  }
}

export async function storage (options: CommonOptions): Promise<Finding> {
  const { data, passphraseFile } = options
  if (data == null || options.memory === true) {
    return ok('storage', 'memory only: nothing is written')
  }
  if (passphraseFile == null) {
    return warn('storage', 'no passphrase', 'Without --passphrase-file nothing is written to --data.')
  }
  const passphrase = readPassphrase(passphraseFile)
  try {
    const ground = await existing(data)
    if (ground !== data) {
      await access(ground, constants.W_OK)
      return ok('storage', `${data} will be made`)
    }
    await mkdir(data, { recursive: true })
    const probe = join(data, `.doctor-${process.pid}`)
    const file = await open(probe, 'wx', 0o600)
    await file.writeFile('x').finally(async () => file.close()).finally(async () => unlink(probe))
    const bytes = await free(data)
    if (bytes < ENOUGH_BYTES) {
      return warn('storage', `${Math.floor(bytes / 1024 / 1024)} MiB are free at ${data}`, 'Make room: what cannot be written is lost when the program ends.')
    }
    if ((await readdir(data)).length > 0) {
      await (await openStore({ data, passphrase })).close()
      return ok('storage', `${data} opens with this passphrase`)
    }
    return ok('storage', `${data} can be written`)
  } catch (error) {
    return fail('storage', `${data}: ${reasonOf(error)}`, 'Check the passphrase, that no other Undertone uses this folder, and its permissions; or choose another folder.')
  }
}
