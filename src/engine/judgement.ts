import { NotSupportedError } from './errors.ts'
import type { Moderation, Room } from './api.ts'
import type { RoomCore } from './room-core.ts'
import type { Judge } from './room-view.ts'
import type { ModerationPolicy, Verdict } from '../moderation/moderation-api.ts'
import type { PersonaId, SignedMessage } from '../wire/index.ts'

export class Judgement implements Moderation, Judge {
  #policy: ModerationPolicy = { threshold: 1, classifier: null, hidden: 'press' }
  constructor (init: { store: unknown, now(): number, room(id: string): Room, lists(): unknown, changed(room?: string): void }) { void init }
  async load (): Promise<void> {}
  listsChanged (): void {}
  message (core: RoomCore, message: SignedMessage, text: string): Verdict | null { return null }
  persona (core: RoomCore, persona: PersonaId): Verdict | null { return null }
  async block (): Promise<{ entry: string }> { throw new NotSupportedError('not yet') }
  policy (change?: Partial<ModerationPolicy>): ModerationPolicy { return Object.assign(this.#policy, change) }
  explain (): Verdict { return { action: 'none', sources: [] } }
}
