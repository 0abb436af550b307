import { KEPT_STATE } from './keeper/kept-state.ts'
import type { ExpiryClock, ExpiryClockInit } from './expiry-clock.ts'
import type { RoomCore } from './room-core.ts'
import type { Store } from '../store/store-api.ts'
import type { SignedMessage } from '../wire/index.ts'

export interface LeftRoomsInit {
  store: Pick<Store, 'room' | 'files' | 'forget'>
  now (): number
  log (level: 'error', message: string): void
  // handed in: what a page loads late and shares with what it has costs it twice
  clock (init: ExpiryClockInit): ExpiryClock
  isStanding (message: SignedMessage): boolean
}

/** Rooms that were left and not forgotten: what was kept of them stays until its time is over, and goes on time. */
export class LeftRooms {
  readonly #init: LeftRoomsInit
  readonly #clocks = new Map<string, ExpiryClock>()
  #working: Promise<unknown> = Promise.resolve()

  constructor (init: LeftRoomsInit) {
    this.#init = init
  }

  /** It is not opened again at the next start, but what was kept stays until retention. */
  async leave ({ id, store, state, timeline }: Pick<RoomCore, 'id' | 'store' | 'state' | 'timeline'>): Promise<void> {
    const { retention } = state.policy
    if (retention >= 0) {
      // who was in it goes with the last that was said
      const standing = await store.getMany(timeline.ordered.filter(message => this.#init.isStanding(message)).map(message => message.id))
      await store.put(standing.map(record => ({ ...record, expires: this.#init.now() + retention })))
    }
    await store.putState('room', undefined)
    await this.add(id)
  }

  /** Destroys what is over, and watches the rest. */
  async add (room: string): Promise<void> {
    const clock = this.#init.clock({
      now: () => this.#init.now(),
      due: () => {
        this.#expire(room).catch(error => {
          this.#init.log('error', `Retention of a room that was left: ${String(error)}`)
          this.#clocks.get(room)?.again()
        })
        return undefined
      }
    })
    this.#clocks.get(room)?.stop()
    this.#clocks.set(room, clock)
    await this.#expire(room)
  }

  async #expire (room: string): Promise<void> {
    const turn = this.#working.catch(() => {}).then(async () => {
      const { store, now } = this.#init
      const clock = this.#clocks.get(room)
      if (clock == null) {
        return
      }
      const records = await store.room(room)
      await records.expire(now())
      const files = await store.files(room)
      await files.delete((await files.list()).map(file => file.id))
      const { bytes, next } = await records.usage()
      if (bytes === 0 && await records.getState(KEPT_STATE) == null) {
        // not even that one was in it
        this.#clocks.delete(room)
        await store.forget(room)
      } else {
        clock.note(next)
      }
    })
    this.#working = turn
    await turn
  }

  /** It is joined again: whoever is in it sees to it. Resolves when nothing of it is being destroyed any more. */
  async remove (room: string): Promise<void> {
    this.#clocks.get(room)?.stop()
    this.#clocks.delete(room)
    await this.#working.catch(() => {})
  }

  stop (): void {
    this.#clocks.forEach(clock => { clock.stop() })
    this.#clocks.clear()
  }
}
