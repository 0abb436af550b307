import { toString } from 'uint8arrays'
import { MAX_LOOK_BACK, hashedSubject } from '../moderation/index.ts'
import { BoundedMap } from '../network/limits.ts'
import { PictureHashes } from './picture-hashes.ts'
import { textOf } from './room-view.ts'
import type { RoomCore } from './room-core.ts'
import type { Behaviour, Judged } from '../moderation/index.ts'
import type { PersonaId, SignedMessage } from '../wire/index.ts'

const MAX_HASHES = 20_000
/** Messages of everybody among which an author's own are looked for. */
const MAX_LOOKED_AT = 5_000
const MAX_BRANCHES = 16

/** What entries can name of a message or persona of a room: all that verdicts are found by. */
export class Subjects {
  readonly pictures = new PictureHashes()
  readonly #hashes = new BoundedMap<string, string>({ max: MAX_HASHES })

  #hash (core: RoomCore, kind: 'persona' | 'branch', value: string): string {
    const key = `${core.id}/${value}`
    let hash = this.#hashes.get(key)
    if (hash == null) {
      hash = hashedSubject(core.id, kind, value)
      this.#hashes.set(key, hash)
    }
    return hash
  }

  persona (core: RoomCore, persona: PersonaId): Judged {
    const branches: string[] = []
    let member = core.roster.get(persona)
    // who let them in, and who let those in
    while (member?.branch != null && branches.length < MAX_BRANCHES) {
      branches.push(member.branch, this.#hash(core, 'branch', member.branch))
      member = member.invitedBy == null ? undefined : core.roster.get(member.invitedBy)
    }
    return { persona, personaHash: this.#hash(core, 'persona', persona), branches }
  }

  message (core: RoomCore, message: SignedMessage, text: string): Judged {
    const { body } = message
    const picture = this.pictures.of(message)
    return {
      ...this.persona(core, message.author),
      message: message.id,
      text: body.kind === 'attachment' ? `${body.name} ${text}` : text,
      attachments: body.kind === 'attachment' ? [toString(body.hash, 'hex')] : undefined,
      images: picture == null ? undefined : [picture],
      behaviour: () => behaviourOf(core, message, text)
    }
  }

  clear (): void {
    this.#hashes.clear()
    this.pictures.clear()
  }
}

/** What an author did before a message, as far as rules look back. */
function behaviourOf (core: RoomCore, message: SignedMessage, text: string): Behaviour {
  const { visible } = core.timeline
  const before: Array<{ time: number, text: string }> = []
  let at = visible.length - 1
  while (at >= 0 && (visible[at].time > message.time || visible[at] === message)) {
    at--
  }
  for (let steps = 0; at >= 0 && before.length < MAX_LOOK_BACK && steps < MAX_LOOKED_AT; at--, steps++) {
    if (visible[at].author === message.author && visible[at].id !== message.id) {
      before.push({ time: visible[at].time, text: textOf(core, visible[at]) })
    }
  }
  const { body } = message
  return { time: message.time, before, text, file: body.kind === 'attachment', mentions: 'mentions' in body ? body.mentions.length : 0 }
}
