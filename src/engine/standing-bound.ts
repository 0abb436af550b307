import { BoundedMap } from '../network/limits.ts'
import { MAX_PERSONAS, isStanding } from '../room/index.ts'
import type { PersonaId, SignedMessage } from '../wire/index.ts'

/** Statements that never expire (hellos, charters, votes …) taken from one persona: else they would push the conversation out. */
export const MAX_STANDING_MESSAGES = 256
/** Bytes of them. */
export const MAX_STANDING_BYTES = 512 * 1024

/** How much each persona has said that stays however old it is. */
export class StandingBound {
  readonly #said = new BoundedMap<PersonaId, { messages: number, bytes: number }>({ max: MAX_PERSONAS })

  allows (message: SignedMessage): boolean {
    const { messages, bytes } = this.#said.get(message.author) ?? { messages: 0, bytes: 0 }
    return !isStanding(message) || (messages < MAX_STANDING_MESSAGES && bytes + message.size <= MAX_STANDING_BYTES)
  }

  /** It was taken. */
  note (message: SignedMessage): void {
    if (isStanding(message)) {
      const { messages, bytes } = this.#said.get(message.author) ?? { messages: 0, bytes: 0 }
      this.#said.set(message.author, { messages: messages + 1, bytes: bytes + message.size })
    }
  }
}
