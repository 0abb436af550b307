import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { PendingCalls } from '../rpc/pending-calls.ts'
import { CommandFailedError } from './errors.ts'
import type { AbortOptions } from '@libp2p/interface'
import type { ChildProcess } from 'node:child_process'

const ENTRY = fileURLToPath(new URL('../../../bin/undertone.js', import.meta.url))

export interface RpcEvent { type: string, room?: string, [name: string]: any }

/** Another Undertone process, driven over its stdin and stdout, as any program could. */
export class ChildNode {
  readonly #child: ChildProcess
  readonly #calls = new PendingCalls()
  readonly #lines: string[] = []
  readonly #listeners = new Set<() => void>()
  readonly events: RpcEvent[] = []
  /** replies to nothing that was asked here: errors about what could not be read */
  readonly refusals: any[] = []
  /** replies under IDs that `call` did not give: to what was written by hand */
  readonly replies: any[] = []
  #rest = ''
  #stderr = ''

  /**
   * @param keep - characters of its stderr that are remembered
   */
  constructor (args: string[], keep = 4_096) {
    // the channel ends with this process, whatever ends it, and the child with the channel
    this.#child = spawn(process.execPath, [ENTRY, ...args], { stdio: ['pipe', 'pipe', 'pipe', 'ipc'], env: { ...process.env, UNDERTONE_PARENT: 'watch' } })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => { this.#read(text) })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-keep)
      this.#tell()
    })
    this.#child.stdin?.on('error', () => {})
    this.#child.on('exit', () => {
      this.#calls.end(() => new CommandFailedError(`A node ended by itself. ${this.#stderr}`))
      this.#tell()
    })
  }

  #read (text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() as string
    for (const line of lines) {
      if (!line.startsWith('{')) {
        this.#lines.push(line)
        continue
      }
      const message = JSON.parse(line)
      if (message.jsonrpc == null) {
        this.#lines.push(line)
      } else if (message.method === 'event') {
        this.events.push(message.params)
      } else if (message.id == null) {
        this.refusals.push(message.error)
      } else {
        const call = this.#calls.take(message.id)
        if (call == null) {
          this.replies.push(message)
        } else if (message.error == null) {
          call.resolve(message.result)
        } else {
          call.reject(Object.assign(new CommandFailedError(`${message.error.data?.name}: ${message.error.message}`), { code: message.error.code, remote: message.error.data?.name }))
        }
      }
    }
    this.#tell()
  }

  #tell (): void { [...this.#listeners].forEach(listener => { listener() }) }

  async call (method: string, params: object = {}, { signal }: AbortOptions = {}): Promise<any> {
    return this.#calls.begin(id => { this.#child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`) }, { signal })
  }

  /** Resolves with the first truthy answer, asked whenever something arrives. */
  async until<T> (ask: () => T | undefined | false, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const answer = ask()
        if (answer != null && answer !== false) {
          done()
          resolve(answer)
        } else if (this.#child.exitCode != null) {
          done()
          reject(new CommandFailedError(`A node ended by itself. ${this.#stderr}`))
        }
      }
      const onAbort = (): void => {
        done()
        reject(signal.reason)
      }
      const done = (): void => {
        this.#listeners.delete(look)
        signal.removeEventListener('abort', onAbort)
      }
      this.#listeners.add(look)
      signal.addEventListener('abort', onAbort, { once: true })
      look()
    })
  }

  async firstLine (signal: AbortSignal): Promise<string> {
    return this.until(() => this.#lines[0], signal)
  }

  get pid (): number | undefined { return this.#child.pid }
  get stderr (): string { return this.#stderr }

  /** Sends a signal and waits for nothing. */
  kill (signal: NodeJS.Signals): void { this.#child.kill(signal) }

  /** Raw bytes on its stdin. */
  write (bytes: string | Uint8Array): void { this.#child.stdin?.write(bytes) }
  endInput (): void { this.#child.stdin?.end() }

  /** Every line of its stdout that is not JSON-RPC. */
  get lines (): readonly string[] { return this.#lines }

  /** Resolves with its exit code. */
  async exited (): Promise<number | null> {
    if (this.#child.exitCode == null && this.#child.signalCode == null) {
      await new Promise(resolve => { this.#child.once('exit', resolve) })
    }
    return this.#child.exitCode
  }

  async stop (): Promise<void> {
    if (this.#child.exitCode != null || this.#child.signalCode != null) {
      return
    }
    const exited = new Promise(resolve => { this.#child.once('exit', resolve) })
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => { this.#child.kill('SIGKILL') }, 5_000)
    await exited
    clearTimeout(timer)
  }
}
