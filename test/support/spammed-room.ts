import { createUndertone } from '../../src/index.ts'
import type { ChatMessage, Undertone } from '../../src/index.ts'

type Room = ReturnType<Undertone['rooms']['get']>

/**
 * A room of nodes in one process: a maintainer, a spammer, a harasser, and people, every other one
 * of whom reads the maintainer's list.
 */
export class SpammedRoom {
  readonly engines: Undertone[] = []
  readonly #limitMs: number
  readonly #signal?: AbortSignal
  #yard = ''
  list = ''
  address = ''
  said = 0

  constructor (limitMs: number, signal?: AbortSignal) {
    this.#limitMs = limitMs
    this.#signal = signal
  }

  get maintainer (): Undertone { return this.engines[0] }
  get spammer (): Undertone { return this.engines[1] }
  get harasser (): Undertone { return this.engines[2] }
  get others (): Undertone[] { return this.engines.slice(3) }
  get subscribers (): Undertone[] { return this.others.filter((_, i) => i % 2 === 0) }
  get strangers (): Undertone[] { return this.others.filter((_, i) => i % 2 === 1) }
  get yard (): string { return this.#yard }
  get troublemakers (): string[] { return [this.spammer, this.harasser].map(engine => this.here(engine).info().persona) }

  here (engine: Undertone): Room { return engine.rooms.get(this.#yard) }
  async seen (engine: Undertone, hidden = false): Promise<ChatMessage[]> { return (await this.here(engine).history({ limit: 1_000, hidden })).messages }

  async until (is: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const began = performance.now()
    while (!await is()) {
      this.#signal?.throwIfAborted()
      if (performance.now() - began > this.#limitMs) {
        throw new Error(`${what} did not happen`)
      }
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }

  async all (engines: Undertone[], is: (engine: Undertone) => boolean | Promise<boolean>, what: string): Promise<void> {
    await this.until(async () => (await Promise.all(engines.map(async engine => is(engine)))).every(Boolean), what)
  }

  async open (nodes: number): Promise<void> {
    for (let i = 0; i < nodes; i++) {
      this.engines.push(await createUndertone({ profile: 'private', dht: 'off', listen: ['/ip4/127.0.0.1/tcp/0'], bootstrap: ['/ip4/127.0.0.1/tcp/9'] }))
    }
    const yard = await this.maintainer.rooms.create({ name: 'Yard', kind: 'invite' })
    this.#yard = yard.id
    const { invite } = await yard.invite()
    for (const engine of this.engines.slice(1)) {
      await engine.rooms.join({ invite })
    }
    await this.all(this.engines, engine => this.here(engine).info().members === nodes, 'everybody knowing everybody')
    Object.assign(this, await this.maintainer.lists.create({ title: 'Peace in the yard' }))
  }

  async subscribe (): Promise<void> {
    await Promise.all(this.subscribers.map(async engine => engine.lists.subscribe({ address: this.address })))
    await this.all(this.subscribers, engine => engine.lists.subscriptions()[0].version > 0, 'the list reaching its readers')
  }

  async talk (): Promise<void> {
    await this.here(this.spammer).send('buy my coins')
    await this.here(this.harasser).send('you are all worthless')
    for (const engine of this.others) {
      await this.here(engine).send('good morning')
    }
    this.said = this.others.length + 2
    await this.all(this.others, async engine => (await this.seen(engine)).length === this.said, 'everybody reading everything')
  }

  /** Lists both; answers with the ms until no subscriber sees them any more. */
  async silence (): Promise<number> {
    const reasons = ['spam', 'harassment'] as const
    const began = performance.now()
    for (const [i, persona] of this.troublemakers.entries()) {
      await this.maintainer.lists.add(this.list, { subject: { persona }, action: 'hide', reason: reasons[i], note: `seen in the yard, ${reasons[i]}` })
    }
    await this.all(this.subscribers, async engine => (await this.seen(engine)).length === this.said - 2, 'subscribers no longer seeing them')
    return performance.now() - began
  }

  async stop (): Promise<void> { await Promise.all(this.engines.splice(0).map(async engine => engine.stop())) }
}
