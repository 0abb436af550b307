import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isAsked } from '../bench-case.ts'
import { PeerProcess } from './peer-process.ts'
import type { CaseOptions } from '../bench-case.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
export const BASELINE = fileURLToPath(new URL('./gossipsub-peer.js', import.meta.url))
const STEMLESS_PROGRAM = fileURLToPath(new URL('../workers/rpc-without-stem.js', import.meta.url))

export const UNDERTONE = 'undertone'
/** As far as the baselines go: they have no stem either. */
export const STEMLESS = 'undertone without stems'
export const STRICT = 'gossipsub StrictSign'
export const FAST = 'gossipsub StrictSign + fastMsgIdFn'

/** The heap that `undertone` gives itself (src/cli/small-heap.ts), for programs of the benchmark. */
export const SMALL_HEAP = ['--max-semi-space-size=8', '--heap-growing-percent=40']

/** With these nothing but loopback is contacted or opened. */
export const LOCAL = ['--profile', 'private', '--listen', '/ip4/127.0.0.1/tcp/0', '--memory']

export interface Member {
  process: PeerProcess
  /** resolves when its process has answered */
  send (text: string): Promise<unknown>
}

/** Some processes of one kind that all hear one another. */
export interface Group {
  subject: string
  members: Member[]
  stop (): Promise<void>
}

export interface Subject {
  name: string
  start (count: number, signal: AbortSignal): Promise<Group>
}

/** Undertone as it is installed in a folder. */
export class UndertoneFolder {
  readonly #program: string
  readonly #processes: PeerProcess[] = []

  constructor (folder: string = ROOT) {
    this.#program = join(resolve(folder), 'bin', 'undertone.js')
  }

  run (...args: string[]): PeerProcess { return this.#start(this.#program, args) }

  #start (program: string, args: string[], flags: string[] = []): PeerProcess {
    const child = new PeerProcess(program, args, [...flags, ...process.env.UNDERTONE_BENCH_NODE_OPTIONS?.split(' ') ?? []])
    this.#processes.push(child)
    return child
  }

  rpc (...args: string[]): PeerProcess { return this.run('rpc', ...LOCAL, ...args) }

  /** A member without stems, of this build. */
  stemless (bootstrap: string): PeerProcess { return this.#start(STEMLESS_PROGRAM, [bootstrap], SMALL_HEAP) }

  /** A bootstrap node and DHT server; resolves with its address. */
  async bootstrap (signal: AbortSignal): Promise<string> {
    return this.run('relay', ...LOCAL).firstLine(signal)
  }

  async stop (): Promise<void> {
    await Promise.all(this.#processes.splice(0).map(async child => child.stop()))
  }
}

/** Members of one open room, found through the DHT. */
async function undertoneGroup (subject: string, count: number, signal: AbortSignal, { folder, stem = true }: { folder?: string, stem?: boolean } = {}): Promise<Group> {
  const programs = new UndertoneFolder(folder)
  try {
    const address = await programs.bootstrap(signal)
    const processes = Array.from({ length: count }, () => stem ? programs.rpc('--bootstrap', address, '--dht', 'own') : programs.stemless(address))
    const connected = processes.map(child => new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => { reject(signal.reason) }, { once: true })
      child.onEvent = event => {
        if (event.type === 'status' && event.connected >= Math.min(count - 1, 6)) {
          resolve()
        }
      }
    }))
    // both at once: whichever fails first, the other is not left without a listener
    const [[{ room }]] = await Promise.all([
      Promise.all(processes.map(async child => child.call('room.join', { name: 'benchmark' }))),
      Promise.all(connected)
    ])
    return {
      subject,
      members: processes.map(child => ({ process: child, send: async text => child.call('room.send', { room, text }) })),
      stop: async () => programs.stop()
    }
  } catch (error) {
    await programs.stop()
    throw error
  }
}

/** The same number of plain gossipsub peers, connected like a room's: everybody dials up to twelve before them. */
async function baselineGroup (subject: string, count: number, args: string[]): Promise<Group> {
  const processes = Array.from({ length: count }, () => new PeerProcess(BASELINE, args))
  const stop = async (): Promise<void> => { await Promise.all(processes.map(async child => child.stop())) }
  try {
    const addresses = await Promise.all(processes.map(async child => (await child.call('status')).addresses[0]))
    for (let i = 1; i < count; i++) {
      await Promise.all(addresses.slice(Math.max(0, i - 12), i).map(async address => processes[i].call('dial', { address })))
    }
    return { subject, members: processes.map(child => ({ process: child, send: async text => child.call('send', { text }) })), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

export const stemless: Subject = { name: STEMLESS, start: async (count, signal) => undertoneGroup(STEMLESS, count, signal, { stem: false }) }

/** What is compared, the baselines first: their figures are the goals. */
export function subjects (options: CaseOptions): Subject[] {
  const { against } = options
  const all: Subject[] = [
    { name: STRICT, start: async count => baselineGroup(STRICT, count, []) },
    { name: FAST, start: async count => baselineGroup(FAST, count, ['fast']) },
    ...(against == null ? [] : [{ name: `undertone in ${against}`, start: async (count: number, signal: AbortSignal) => undertoneGroup(`undertone in ${against}`, count, signal, { folder: against }) }]),
    { name: UNDERTONE, start: async (count, signal) => undertoneGroup(UNDERTONE, count, signal) }
  ]
  return all.filter(subject => isAsked(subject.name, options))
}
