import { spawn } from 'node:child_process'
import { cpuOf, memoryOf } from './process-usage.ts'
import type { ChildProcess } from 'node:child_process'

/** A measured program failed or ended by itself. */
export class PeerFailedError extends Error {
  static name = 'PeerFailedError'
  name = 'PeerFailedError'
}

/** Nothing that was started outlives the one who measures, however it ends. */
const running = new Set<ChildProcess>()
process.once('exit', () => { running.forEach(child => child.kill('SIGKILL')) })

/** Begins every text of a benchmark: `#<number> `, so that it is found without parsing the line. */
const TEXT = '"text":"#'

/**
 * A process under measurement that speaks JSON-RPC in lines. Unlike what a client would do, events
 * are not parsed and not kept: the one that measures must cost next to nothing itself.
 */
export class PeerProcess {
  readonly #child: ChildProcess
  readonly #calls = new Map<number, { resolve (value: any): void, reject (error: Error): void }>()
  readonly #lines: string[] = []
  readonly #waiters = new Set<() => void>()
  #next = 1
  #rest = ''
  #stderr = ''
  /** each number that a `message` event brought */
  onText: (number: number, at: number) => void = () => {}
  /** every other event */
  onEvent: (event: any) => void = () => {}
  lostEvents = 0

  constructor (program: string, args: string[], nodeArgs: string[] = []) {
    this.#child = spawn(process.execPath, [...nodeArgs, program, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => { this.#read(text) })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => { this.#stderr = (this.#stderr + text).slice(-2_000) })
    this.#child.stdin?.on('error', () => {})
    running.add(this.#child)
    this.#child.on('exit', () => {
      running.delete(this.#child)
      this.#calls.forEach(({ reject }) => { reject(new PeerFailedError(`A process ended by itself. ${this.#stderr}`)) })
      this.#calls.clear()
      this.#waiters.forEach(go => { go() })
    })
  }

  get pid (): number { return this.#child.pid ?? -1 }
  get stderr (): string { return this.#stderr }
  cpu (): number { return cpuOf(this.pid) }
  memory (): { now: number, peak: number } { return memoryOf(this.pid) }

  #read (text: string): void {
    const at = performance.now()
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() as string
    for (const line of lines) {
      const found = line.startsWith('{"jsonrpc":"2.0","method":"event","params":{"type":"message"') ? line.indexOf(TEXT) : -1
      if (found >= 0) {
        this.onText(parseInt(line.slice(found + TEXT.length, found + TEXT.length + 9), 10), at)
      } else if (line.startsWith('{')) {
        this.#take(JSON.parse(line))
      } else {
        this.#lines.push(line)
        this.#waiters.forEach(go => { go() })
      }
    }
  }

  #take (message: any): void {
    if (message.method === 'event') {
      this.lostEvents += message.params.overflow ?? 0
      this.onEvent(message.params)
      return
    }
    const call = this.#calls.get(message.id)
    this.#calls.delete(message.id)
    if (message.error == null) {
      call?.resolve(message.result)
    } else {
      call?.reject(new PeerFailedError(`${message.error.data?.name}: ${message.error.message}`))
    }
  }

  async call (method: string, params: object = {}): Promise<any> {
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject })
      this.#child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
    })
  }

  /** The first line of its output that is no JSON. */
  async firstLine (signal: AbortSignal): Promise<string> {
    while (this.#lines.length === 0) {
      if (this.#child.exitCode != null) {
        throw new PeerFailedError(`A process ended by itself. ${this.#stderr}`)
      }
      await new Promise<void>((resolve, reject) => {
        this.#waiters.add(resolve)
        signal.addEventListener('abort', () => { reject(signal.reason) }, { once: true })
      })
    }
    return this.#lines[0]
  }

  /** SIGTERM, and SIGKILL for what does not listen. */
  async stop (): Promise<void> {
    if (this.#child.exitCode != null || this.#child.signalCode != null) {
      return
    }
    const exited = new Promise(resolve => { this.#child.once('exit', resolve) })
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => { this.#child.kill('SIGKILL') }, 3_000)
    await exited
    clearTimeout(timer)
  }
}
