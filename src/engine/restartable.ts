import { TypedEventEmitter } from 'main-event'
import type { Charters, Lists, Moderation, PrivacyLedger, Reports, Rooms, Status, Undertone, UndertoneEvent, UndertoneEvents } from './api.ts'
import type { AbortOptions } from '@libp2p/interface'

/**
 * The engine as programs hold it. An engine that was stopped or wiped has let go of all it held; started again,
 * this one makes another from the same settings, which opens what is stored.
 */
export class Restartable extends TypedEventEmitter<UndertoneEvents> implements Undertone {
  readonly [Symbol.toStringTag] = '@undertone/undertone'
  readonly #make: () => Promise<Undertone>
  #engine: Undertone
  #listened = false
  readonly #added: string[] = []
  #running = true
  /** starts and stops, one after another */
  #last: Promise<void> = Promise.resolve()

  private constructor (make: () => Promise<Undertone>, engine: Undertone) {
    super()
    this.#make = make
    this.#engine = engine
  }

  /** @param options - for the first time only */
  static async create (make: (options?: AbortOptions) => Promise<Undertone>, options: AbortOptions = {}): Promise<Restartable> { return new Restartable(make, await make(options)) }

  get rooms (): Rooms { return this.#engine.rooms }
  get lists (): Lists { return this.#engine.lists }
  get moderation (): Moderation { return this.#engine.moderation }
  get reports (): Reports { return this.#engine.reports }
  get charters (): Charters { return this.#engine.charters }
  status (): Status { return this.#engine.status() }
  async privacy (): Promise<PrivacyLedger> { return this.#engine.privacy() }
  async changePassphrase (current: string, next: string): Promise<void> { await this.#engine.changePassphrase(current, next) }
  async setDuressPassphrase (current: string, duress: string): Promise<void> { await this.#engine.setDuressPassphrase(current, duress) }
  refresh (): void { this.#engine.refresh() }
  addBootstrap (addresses: string[]): void {
    this.#engine.addBootstrap(addresses)
    this.#added.push(...addresses)
  }

  prepare (room?: { name: string, passphrase?: string }): void { this.#engine.prepare(room) }

  readonly #tell = ({ detail }: CustomEvent<UndertoneEvent>): void => { this.dispatchEvent(new CustomEvent('event', { detail })) }

  override addEventListener: TypedEventEmitter<UndertoneEvents>['addEventListener'] = (type, listener, options) => {
    super.addEventListener(type, listener, options)
    if (!this.#listened) {
      // what the engine kept for its first listener comes now
      this.#listened = true
      this.#engine.addEventListener('event', this.#tell)
    }
  }

  async #inTurn (run: () => Promise<void>): Promise<void> {
    const turn = this.#last.catch(() => {}).then(run)
    this.#last = turn
    return turn
  }

  async start (): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#running) {
        return
      }
      this.#engine = await this.#make()
      this.#running = true
      this.#added.length > 0 && this.#engine.addBootstrap(this.#added)
      if (this.#listened) {
        this.#engine.addEventListener('event', this.#tell)
      }
    })
  }

  async stop (): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#running) {
        this.#running = false
        await this.#engine.stop()
      }
    })
  }

  async wipe (): Promise<void> {
    // not in turn: nothing is waited for before the keys are gone
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#last = promise
    try {
      await this.#engine.wipe()
      await this.#engine.stop()
      this.#running = false
    } finally {
      resolve()
    }
  }
}
