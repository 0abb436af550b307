import { RpcClient } from '../rpc/client.ts'
import { Listeners } from './backend.ts'
import type { Backend } from './backend.ts'
import type { UndertoneEvent } from '../engine/api.ts'

const RETRY_MS = 1_000

/** The desktop node that served this page, over its WebSocket. */
export class SocketBackend implements Backend {
  readonly where = 'desktop'
  readonly #events = new Listeners<UndertoneEvent>()
  readonly #connection = new Listeners<boolean>()
  readonly #url: string
  #client?: RpcClient
  #socket?: WebSocket
  #closed = false

  constructor (url: string) {
    this.#url = url
  }

  async open (): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const socket = new WebSocket(this.#url)
      const client = new RpcClient({
        send: text => {
          // on its way to being closed, it would complain to the console; `onclose` ends the call
          socket.readyState === WebSocket.OPEN && socket.send(text)
        },
        onEvent: event => { this.#events.tell(event) }
      })
      socket.onopen = () => {
        this.#client = client
        this.#socket = socket
        this.#connection.tell(true)
        resolve()
      }
      socket.onmessage = ({ data }) => { client.receive(String(data)) }
      socket.onclose = () => {
        client.close()
        reject(new Error('The node cannot be reached.'))
        if (this.#client === client) {
          this.#connection.tell(false)
          this.#again()
        }
      }
    })
  }

  #again (): void {
    if (!this.#closed) {
      setTimeout(() => { this.open().catch(() => { this.#again() }) }, RETRY_MS)
    }
  }

  async call (method: string, params: object = {}): Promise<any> {
    if (this.#client == null) {
      throw new Error('The node cannot be reached.')
    }
    return this.#client.call(method, params)
  }

  onEvent (listener: (event: UndertoneEvent) => void): () => void { return this.#events.add(listener) }
  onConnection (listener: (connected: boolean) => void): () => void { return this.#connection.add(listener) }

  async close (): Promise<void> {
    this.#closed = true
    this.#socket?.close()
  }
}

const DOOR = 'undertone-door'

/** Where this browser's session goes in: kept by origin, which a cookie is not. */
function door (found?: string): string | null {
  try {
    found == null || localStorage.setItem(DOOR, found)
    return localStorage.getItem(DOOR)
  } catch {
    // nothing is kept here: the session lasts until the page is loaded again
    return found ?? null
  }
}

/**
 * The desktop node behind this page: with the one-time token of its address, or with the session of
 * an earlier visit; undefined when the page was not served by one.
 */
export async function openDesktop (token: string | undefined): Promise<SocketBackend | undefined> {
  if (document.querySelector('meta[name=undertone-node]') == null) {
    return undefined
  }
  const answer = token == null ? undefined : await fetch('/session', { method: 'POST', body: JSON.stringify({ token }) })
  const path = `/rpc/${door(answer?.ok === true ? (await answer.json()).door : undefined) ?? ''}`
  if (!(await fetch(path)).ok) {
    throw new SessionRefusedError()
  }
  const backend = new SocketBackend(`ws://${location.host}${path}`)
  await backend.open()
  return backend
}

/** Thrown when the one-time link was used already. */
export class SessionRefusedError extends Error {
  static name = 'SessionRefusedError'
  name = 'SessionRefusedError'
}
