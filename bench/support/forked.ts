import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A program of `bench/workers/` in a process of its own; one command after the other, answered over IPC. */
export class Forked {
  readonly #child
  #next = 0

  /** @param nodeArgs - for its Node.js */
  constructor (worker: string, signal: AbortSignal, nodeArgs: string[] = []) {
    const path = fileURLToPath(new URL(`../workers/${worker}.js`, import.meta.url))
    this.#child = fork(path, { execArgv: ['--expose-gc', ...nodeArgs], signal }).on('error', () => {})
  }

  async call (command: string, options: object = {}): Promise<any> {
    const id = this.#next++
    if (!this.#child.connected) {
      throw new Error('A peer of the benchmark ended by itself')
    }
    return new Promise((resolve, reject) => {
      const onMessage = (message: any): void => {
        if (message.id === id) {
          this.#child.off('message', onMessage)
          message.error == null ? resolve(message.result) : reject(new Error(message.error))
        }
      }
      this.#child.on('message', onMessage)
      this.#child.once('exit', () => { reject(new Error('A peer of the benchmark ended by itself')) })
      this.#child.send({ id, command, options })
    })
  }

  async end (): Promise<void> {
    await this.call('end').catch(() => {})
    if (this.#child.connected) {
      this.#child.disconnect()
    }
  }
}

/** The other side: answers commands until the driver is gone. */
export function answer (commands: Record<string, (options: any) => Promise<unknown>>): void {
  process.on('message', async ({ id, command, options }: any) => {
    try {
      process.send?.({ id, result: await commands[command](options) })
    } catch (error: any) {
      process.send?.({ id, error: String(error?.stack ?? error) })
    }
  })
  process.on('disconnect', () => { process.exit() })
}
