import { createUndertone } from '../engine/create.ts'
import { loadPatterns, onPatternsLoaded } from '../moderation/index.ts'
import { InvalidParametersError } from '../room/index.ts'
import { Dispatcher } from '../rpc/dispatch.ts'
import { createMethods } from '../rpc/methods.ts'
import { applyChange } from '../store/handed.ts'
import { openStore } from '../store/index.ts'
import { decodeInvite } from '../wire/index.ts'
import { MAX_HELPERS } from './address.ts'
import { invitedRelays } from './invited-relays.ts'
import { DATA, clearEverything, keepsHere } from './traces.ts'
import type { Undertone, UndertoneEvent } from '../engine/api.ts'
import type { Method, Methods } from '../rpc/method.ts'
import type { HandedStore } from '../store/handed.ts'
import type { Store } from '../store/store-api.ts'

const SETTING = 'page/network'
/** A tab that ran the node lets go of its data a moment after it is gone. */
const LET_GO_MS = 5_000

/** Where a page begins. */
export interface PageNetwork {
  /** relays and DHT servers; without one a page finds only who invites name */
  helpers: string[]
  /** STUN servers, none unless the person wants them: they learn the page's address */
  stun: string[]
}

export interface PageNodeInit extends PageNetwork {
  /** the session in memory */
  store: HandedStore
  /** opens what this device keeps */
  passphrase?: string
  /** an event, as text for whoever watches */
  onEvent (event: UndertoneEvent): void
  /** the engine is another one now: what was read before is to be read again */
  onRestart (): void
  /** a successor must know this instead of what it knew */
  onEstate (): void
  onCleared (): void
}

/** The node that runs in a page: the engine, and what only a page can do (`page.*`). */
export class PageNode {
  readonly #init: PageNodeInit
  #network: PageNetwork
  #engine!: Undertone
  #store!: Store
  #methods: Methods = new Map()
  #dispatcher!: Dispatcher
  #passphrase?: string
  #busy: Promise<unknown> = Promise.resolve()

  private constructor (init: PageNodeInit) {
    this.#init = init
    this.#network = { helpers: init.helpers, stun: init.stun }
    this.#passphrase = init.passphrase
  }

  static async open (init: PageNodeInit): Promise<PageNode> {
    const node = new PageNode(init)
    await node.#run(init.passphrase == null ? init.store.reopen() : await openKept(init.passphrase))
    return node
  }

  get network (): PageNetwork { return this.#network }
  get passphrase (): string | undefined { return this.#passphrase }

  async #run (store: Store): Promise<void> {
    this.#store = store
    const engine = await createUndertone({
      store,
      profile: 'public',
      // a page asks nobody it was not told of; desktops in the public DHT look in ours, too
      dht: 'own',
      bootstrap: this.#network.helpers,
      stun: this.#network.stun,
      // a file's address would tell where somebody keeps it, and leads nowhere for others
      app: location.protocol.startsWith('http') ? location.origin + location.pathname : undefined
    })
    this.#engine = engine
    engine.addEventListener('event', event => {
      if (engine === this.#engine) {
        this.#init.onEvent(event.detail)
      }
    })
    // what was judged without them is judged again
    onPatternsLoaded(() => { engine.moderation.policy({}) })
    const methods = new Map<string, Method>(createMethods({ engine }))
    this.#define(methods)
    this.#methods = methods
    // while somebody types where to go, the way to the helpers is made
    if (this.#network.helpers.length > 0 && engine.rooms.list().length === 0) {
      engine.prepare()
    }
    this.#dispatcher = new Dispatcher({ methods, signal: new AbortController().signal, log: () => {} })
  }

  #define (methods: Map<string, Method>): void {
    const define = (name: string, act: (params: any) => Promise<unknown>): void => {
      methods.set(name, { fields: {}, call: async params => act(params ?? {}) })
    }
    define('page.state', async () => this.state())
    define('page.ahead', async ({ name, passphrase }) => { this.#engine.prepare({ name: String(name), passphrase }) })
    define('page.network', async params => this.#once(async () => this.#setNetwork(params)))
    define('page.keep', async params => this.#once(async () => this.#keep(params)))
    define('node.wipe', async params => {
      if (params.confirm !== true) {
        throw new InvalidParametersError('node.wipe: confirm must be true.')
      }
      return this.#once(async () => this.#clear())
    })
    for (const name of ['list.add', 'moderation.block']) {
      const method = methods.get(name)
      if (method != null) {
        define(name, async params => {
          if (params.pattern != null || params.subject?.pattern != null) {
            await loadPatterns()
          }
          return method.call(params, { signal: new AbortController().signal })
        })
      }
    }
    const join = methods.get('room.join')
    if (join != null) {
      define('room.join', async params => {
        const info = await join.call(params, { signal: new AbortController().signal })
        if (typeof params.invite === 'string') {
          await this.#meetRelays(invitedRelays(decodeInvite(params.invite).contacts.map(String)))
        }
        return info
      })
    }
    const change = methods.get('node.passphrase')
    if (change != null) {
      define('node.passphrase', async params => {
        const result = await change.call(params, { signal: new AbortController().signal })
        this.#passphrase = params.next
        this.#init.onEstate()
        return result
      })
    }
  }

  /** Changes of the engine itself one after the other. */
  async #once<T> (act: () => Promise<T>): Promise<T> {
    const done = this.#busy.catch(() => {}).then(act)
    this.#busy = done
    return done
  }

  async state (): Promise<PageNetwork & { kept: boolean, vault: boolean, keepable: boolean }> {
    return { ...this.#network, kept: this.#passphrase != null, ...await keepsHere() }
  }

  async #restart (store: Store): Promise<void> {
    await this.#run(store)
    this.#init.onEstate()
    this.#init.onRestart()
  }

  async #setNetwork ({ helpers = this.#network.helpers, stun = this.#network.stun }: Partial<PageNetwork>): Promise<PageNetwork> {
    for (const list of [helpers, stun]) {
      if (!Array.isArray(list) || list.length > MAX_HELPERS || list.some(each => typeof each !== 'string')) {
        throw new InvalidParametersError(`helpers and stun are lists of at most ${MAX_HELPERS} addresses.`)
      }
    }
    const before = this.#network
    this.#network = { helpers, stun }
    await this.#engine.stop()
    const store = this.#passphrase == null ? this.#init.store.reopen() : await openKept(this.#passphrase)
    try {
      await this.#run(store)
    } catch (error) {
      this.#network = before
      await this.#run(store)
      throw error
    }
    await store.putSetting(SETTING, new TextEncoder().encode(JSON.stringify(this.#network)))
    this.#init.onEstate()
    this.#init.onRestart()
    return this.#network
  }

  /** Relays that let us in are helpers from now on, also at the next visit if this session is kept; those that were named come first. */
  async #meetRelays (relays: string[]): Promise<void> {
    const news = relays.filter(each => !this.#network.helpers.includes(each)).slice(0, MAX_HELPERS - this.#network.helpers.length)
    if (news.length > 0) {
      this.#network = { ...this.#network, helpers: [...this.#network.helpers, ...news] }
      this.#engine.addBootstrap(news)
      await this.#store.putSetting(SETTING, new TextEncoder().encode(JSON.stringify(this.#network)))
      this.#init.onEstate()
    }
  }

  /** From now on, and at the next visit, this device keeps what the rooms' policies allow. */
  async #keep ({ passphrase }: { passphrase?: unknown }): Promise<object> {
    if (typeof passphrase !== 'string' || passphrase === '') {
      throw new InvalidParametersError('passphrase must not be empty.')
    }
    if (this.#passphrase != null) {
      throw new InvalidParametersError('This session is kept already. Use node.passphrase to change its passphrase.')
    }
    if (!(await keepsHere()).keepable) {
      throw new InvalidParametersError('This browser keeps nothing, or other pages have a part in this address: files, paths of an IPFS gateway. Open the app at an address of its own.')
    }
    // a wrong passphrase is refused before anything here ends
    const kept = await openStore({ data: DATA, passphrase })
    await this.#engine.stop()
    const known = new Set(await kept.rooms())
    for (const change of await this.#init.store.snapshot()) {
      // in a room of both, the persona kept on this device goes on
      if (change.kind !== 'state' || !known.has(change.room)) {
        await applyChange(kept, change)
      }
    }
    const saved = await kept.getSetting(SETTING)
    if (saved != null) {
      const { helpers, stun } = JSON.parse(new TextDecoder().decode(saved))
      this.#network = { helpers: [...new Set([...this.#network.helpers, ...helpers])].slice(0, MAX_HELPERS), stun }
    }
    this.#passphrase = passphrase
    await this.#restart(kept)
    await this.#init.store.wipe()
    return {}
  }

  /** Leave no trace. */
  async #clear (): Promise<object> {
    await this.#engine.wipe()
    await this.#engine.stop()
    await this.#init.store.wipe()
    this.#passphrase = undefined
    await clearEverything(DATA)
    this.#init.onCleared()
    return {}
  }

  async call (method: string, params: object): Promise<unknown> {
    const found = this.#methods.get(method)
    if (found == null) {
      throw new InvalidParametersError(`There is no method ${method}.`)
    }
    return found.call(params, { signal: new AbortController().signal })
  }

  /** A call as text, from another tab. */
  async handle (text: string): Promise<string> {
    return await this.#dispatcher.handle(text) ?? ''
  }

  async stop (): Promise<void> {
    await this.#engine.stop()
    await this.#store.close()
  }
}

async function openKept (passphrase: string): Promise<Store> {
  const until = performance.now() + LET_GO_MS
  for (;;) {
    try {
      return await openStore({ data: DATA, passphrase })
    } catch (error: any) {
      if (error?.name !== 'DataInUseError' || performance.now() > until) {
        throw error
      }
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  }
}
