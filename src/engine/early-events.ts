import type { UndertoneEvent } from './api.ts'

/** Events kept for whoever listens once the engine runs; of more, the oldest are lost, and how many is told. */
export const MAX_EARLY_EVENTS = 4_096

/**
 * Stored rooms meet their members while the engine still starts, when nobody can listen yet. What happens
 * then is kept until the first listener comes, or until the turn in which one could have come is over.
 */
export class EarlyEvents {
  #held: UndertoneEvent[] | undefined = []
  #lost = 0

  /** Answers false when events are told at once. */
  hold (event: UndertoneEvent): boolean {
    if (this.#held == null) {
      return false
    }
    if (this.#held.push(event) > MAX_EARLY_EVENTS) {
      this.#held.shift()
      this.#lost++
    }
    return true
  }

  /** What was held, once, in its order; from now on nothing is held. */
  release (): UndertoneEvent[] {
    const held = this.#held ?? []
    this.#held = undefined
    return this.#lost === 0 ? held : [{ type: 'status', overflow: this.#lost }, ...held]
  }
}
