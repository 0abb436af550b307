import { ListRota, MAX_OPEN_LISTS, MAX_VISITED_LISTS } from './list-rota.ts'
import type { LiveRoom } from './room.ts'

/** When lists are connected: own ones, so that readers find them, and followed ones, so that they are read, each in turns of their kind. */
export class ListTurns {
  readonly #own: ListRota
  readonly #followed: ListRota

  constructor ({ log }: { log (message: string): void }) {
    this.#own = new ListRota({ max: MAX_OPEN_LISTS, log })
    this.#followed = new ListRota({ max: MAX_VISITED_LISTS, log })
  }

  get #both (): ListRota[] { return [this.#own, this.#followed] }

  async add ({ id, core, session }: LiveRoom): Promise<void> {
    const rota = core.mayUtter(core.self, 'entry') ? this.#own : this.#followed
    await rota.add({ id, newest: () => core.timeline.lastTime, unheard: () => core.voice.unheard, wake: async () => session.wake(), rest: async () => session.rest() })
  }

  /** Resolves when the list is connected. */
  async call (list: string): Promise<void> { await Promise.all(this.#both.map(async rota => rota.call(list))) }
  async begin (): Promise<void> { await Promise.all(this.#both.map(async rota => rota.begin())) }
  remove (list: string): void { this.#both.forEach(rota => { rota.remove(list) }) }
  stop (): void { this.#both.forEach(rota => { rota.stop() }) }
  clear (): void { this.#both.forEach(rota => { rota.clear() }) }
}
