import { RpcClient } from '../rpc/client.ts'
import { notification } from '../rpc/dispatch.ts'
import { HandedStore } from '../store/handed.ts'
import { Listeners } from './backend.ts'
import { PageNode } from './page-node.ts'
import { channelName, mayShare, openChannel } from './tab-channel.ts'
import type { Backend } from './backend.ts'
import type { Estate, TabChannel, TabMessage } from './tab-channel.ts'
import type { UndertoneEvent } from '../engine/api.ts'
import type { StoreChange } from '../store/handed.ts'

const HELLO_MS = 1_000
const ASLEEP_MS = 20_000
const TICK_MS = 5_000

export interface PageInit {
  /** relays and DHT servers that this page starts from; without one it knows only what invites say */
  helpers: string[]
}

/**
 * The node of this browser profile: in this tab, or in the first one that was opened. The browser's
 * lock says which; when that tab is gone, the next one goes on with the same rooms and personas.
 */
export class PageBackend implements Backend {
  readonly where = 'page'
  readonly #id = globalThis.crypto.randomUUID()
  readonly #events = new Listeners<UndertoneEvent>()
  readonly #connection = new Listeners<boolean>()
  readonly #channel?: TabChannel
  readonly #store: HandedStore
  readonly #pending = new Map<number, { text: string, taken: boolean }>()
  readonly #gone = new Listeners<void>()
  #estate: Omit<Estate, 'changes'>
  #client = this.#newClient()
  #node?: PageNode
  #leader?: string
  /** changes told before the estate they belong to arrived: it may or may not hold them, and twice is once */
  #early: StoreChange[] = []
  #following: Promise<void> = Promise.resolve()
  #release?: () => void
  #waiting?: { resolve (): void, reject (error: unknown): void }
  #watchers = false
  #closed = false

  constructor (init: PageInit) {
    this.#estate = { helpers: init.helpers, stun: [] }
    this.#channel = mayShare(new URL(location.href)) && 'locks' in navigator && 'BroadcastChannel' in globalThis
      ? openChannel(channelName(new URL(location.href)))
      : undefined
    this.#store = new HandedStore({
      tell: change => {
        if (this.#watchers) {
          this.#channel?.send({ kind: 'change', change })
        }
      }
    })
  }

  async open (): Promise<void> {
    this.#stayAwake()
    if (this.#channel == null) {
      await this.#lead()
      return
    }
    this.#channel.onMessage(message => { this.#heard(message) })
    await new Promise<void>((resolve, reject) => {
      this.#waiting = { resolve, reject }
      // the browser gives it to one tab at a time, and to the next one when that is gone
      navigator.locks.request(channelName(new URL(location.href)), async () => {
        if (!this.#closed) {
          await this.#succeed()
          await new Promise<void>(resolve => { this.#release = resolve })
        }
      }).catch(reject)
      this.#hello()
    })
  }

  /** Asks until somebody answers: a tab that just starts its node has no ears yet. */
  #hello (): void {
    if (this.#node == null && this.#leader == null && !this.#closed) {
      this.#channel?.send({ kind: 'hello', from: this.#id })
      setTimeout(() => { this.#hello() }, HELLO_MS)
    }
  }

  async #succeed (): Promise<void> {
    await this.#following
    const before = this.#leader
    // others that followed the last one follow this one from its first change on, and do not ask again
    this.#watchers = before != null
    try {
      await this.#lead()
    } catch (error) {
      this.#waiting?.reject(error)
      this.#connection.tell(false)
      throw error
    }
    this.#channel?.send({ kind: 'leader', from: this.#id })
    if (before != null) {
      this.#moved()
    }
  }

  async #lead (): Promise<void> {
    this.#node = await PageNode.open({
      ...this.#estate,
      store: this.#store,
      onEvent: event => {
        this.#events.tell(event)
        if (this.#watchers) {
          this.#channel?.send({ kind: 'event', text: notification(event) })
        }
      },
      onRestart: () => {
        this.#channel?.send({ kind: 'restarted' })
        this.#connection.tell(true)
      },
      onEstate: () => {
        this.#estate = this.#ofNode()
        this.#channel?.send({ kind: 'estate', estate: this.#estate })
      },
      onCleared: () => {
        this.#channel?.send({ kind: 'cleared' })
      }
    })
    this.#leader = this.#id
    this.#waiting?.resolve()
  }

  #ofNode (): Omit<Estate, 'changes'> {
    return { ...(this.#node as PageNode).network, passphrase: this.#node?.passphrase }
  }

  #heard (message: TabMessage): void {
    if (this.#node != null) {
      this.#heardAsLeader(this.#node, message)
      return
    }
    if (message.kind === 'welcome' && message.to === this.#id) {
      const { changes, ...estate } = message.estate
      this.#estate = estate
      this.#leader = message.from
      const all = [...changes, ...this.#early.splice(0)]
      all.forEach(change => { this.#follow(change) })
      this.#waiting?.resolve()
    } else if (message.kind === 'leader' && this.#leader != null) {
      this.#leader = message.from
      this.#moved()
    } else if (message.kind === 'leader') {
      this.#channel?.send({ kind: 'hello', from: this.#id })
    } else if (message.kind === 'change' && this.#leader == null) {
      this.#early.push(message.change)
    } else if (message.kind === 'change') {
      this.#follow(message.change)
    } else if (message.kind === 'estate') {
      this.#estate = message.estate
    } else if (message.kind === 'event') {
      this.#client.receive(message.text)
    } else if (message.kind === 'taken' && message.to === this.#id) {
      const call = this.#pending.get(message.id)
      if (call != null) {
        call.taken = true
      }
    } else if (message.kind === 'reply' && message.to === this.#id) {
      this.#pending.delete(message.id)
      this.#client.receive(message.text)
    } else if (message.kind === 'restarted') {
      this.#connection.tell(true)
    } else if (message.kind === 'cleared' && ![...this.#pending.values()].some(({ text }) => isWipe(text))) {
      this.#gone.tell()
    }
  }

  #heardAsLeader (node: PageNode, message: TabMessage): void {
    if (message.kind === 'hello') {
      this.#watchers = true
      this.#store.snapshot().then(changes => {
        this.#channel?.send({ kind: 'welcome', from: this.#id, to: message.from, estate: { ...this.#ofNode(), changes } })
      }).catch(() => {})
    } else if (message.kind === 'call') {
      this.#channel?.send({ kind: 'taken', to: message.from, id: message.id })
      node.handle(message.text).then(text => {
        this.#channel?.send({ kind: 'reply', to: message.from, id: message.id, text })
        if (isWipe(message.text)) {
          this.#gone.tell()
        }
      }).catch(() => {})
    }
  }

  #follow (change: StoreChange): void {
    this.#following = this.#following.then(async () => this.#store.follow(change)).catch(() => {})
  }

  /** Another tab runs the node now: what it never got is asked again, what it got is not done twice. */
  #moved (): void {
    const pending = [...this.#pending]
    this.#pending.clear()
    for (const [id, { text, taken }] of pending) {
      if (!taken) {
        this.#transmit(id, text)
        continue
      }
      this.#client.receive(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32_000, message: 'The tab that did this was closed meanwhile. Look whether it was done, and try again if not.', data: { name: 'ConnectionClosedError' } } }))
    }
    this.#connection.tell(true)
  }

  #newClient (): RpcClient {
    return new RpcClient({
      send: text => { this.#transmit(JSON.parse(text).id, text) },
      onEvent: event => { this.#events.tell(event) }
    })
  }

  #transmit (id: number, text: string): void {
    if (this.#node != null) {
      this.#node.handle(text).then(reply => { this.#client.receive(reply) }).catch(() => {})
      return
    }
    this.#pending.set(id, { text, taken: false })
    this.#channel?.send({ kind: 'call', from: this.#id, id, text })
  }

  async call (method: string, params: object = {}): Promise<any> {
    if (this.#node != null) {
      return this.#node.call(method, params)
    }
    return this.#client.call(method, params)
  }

  /** Timers stop while a page or a laptop sleeps; whatever wakes it looks for members at once. */
  #stayAwake (): void {
    const refresh = (): void => { this.#node?.call('node.refresh', {}).catch(() => {}) }
    let last = Date.now()
    setInterval(() => {
      if (Date.now() - last > ASLEEP_MS) {
        refresh()
      }
      last = Date.now()
    }, TICK_MS)
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') {
        refresh()
      }
    })
    document.addEventListener('resume', refresh)
    globalThis.addEventListener('online', refresh)
    window.addEventListener('pageshow', event => { event.persisted && refresh() })
  }

  onEvent (listener: (event: UndertoneEvent) => void): () => void { return this.#events.add(listener) }
  onConnection (listener: (connected: boolean) => void): () => void { return this.#connection.add(listener) }

  /** Told when another tab cleared everything. */
  onGone (listener: () => void): () => void { return this.#gone.add(listener) }

  async close (): Promise<void> {
    this.#closed = true
    await this.#node?.stop()
    this.#release?.()
    this.#channel?.close()
  }
}

function isWipe (text: string): boolean { return text.includes('"method":"node.wipe"') }

export async function openPage (init: PageInit): Promise<PageBackend> {
  const backend = new PageBackend(init)
  await backend.open()
  return backend
}
