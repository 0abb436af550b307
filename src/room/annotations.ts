import { before } from './order.ts'
import type { MessageId, PersonaId, SignedMessage } from '../wire/index.ts'

/** Bounds on what others may attach to one message. */
export const MAX_REACTIONS_PER_MESSAGE = 2_000

/** What later messages did to one message. */
export interface Annotations {
  /** newest edit per persona, by (time, id); only the target's author's counts */
  edits: Map<PersonaId, SignedMessage>
  /** personas that asked for deletion; only the target's author's counts */
  deletions: Set<PersonaId>
  /** emoji → personas, in order of arrival */
  reactions: Map<string, Map<PersonaId, SignedMessage>>
}

/** What edits, deletions and reactions say about other messages, which may not have arrived yet. */
export class AnnotationIndex {
  readonly #get: (id: MessageId) => SignedMessage | undefined
  readonly #byTarget = new Map<MessageId, Annotations>()

  /** @param get - a message that is held */
  constructor (get: (id: MessageId) => SignedMessage | undefined) {
    this.#get = get
  }

  /** messages of which something is known */
  get size (): number { return this.#byTarget.size }

  of (id: MessageId): Annotations | undefined { return this.#byTarget.get(id) }

  #notes (id: MessageId): Annotations {
    let found = this.#byTarget.get(id)
    if (found == null) {
      found = { edits: new Map(), deletions: new Set(), reactions: new Map() }
      this.#byTarget.set(id, found)
    }
    return found
  }

  /** An edit or delete counts only from the target's author, who may not be known yet. */
  add (message: SignedMessage): void {
    if (!annotates(message)) {
      return
    }
    const { body } = message
    if (body.kind === 'edit' || body.kind === 'delete') {
      const target = this.#get(body.to)
      if (target != null && target.author !== message.author) {
        return
      }
      // no bound of its own for those that nobody can judge yet: each is a held message, and false ones must not keep out the author's
      const notes = this.#notes(body.to)
      const edit = notes.edits.get(message.author)
      if (body.kind === 'delete') {
        notes.deletions.add(message.author)
      } else if (edit == null || before(edit, message)) {
        notes.edits.set(message.author, message)
      }
    } else if (body.kind === 'reaction') {
      const notes = this.#notes(body.to)
      let total = 0
      for (const personas of notes.reactions.values()) {
        total += personas.size
      }
      let personas = notes.reactions.get(body.emoji)
      const current = personas?.get(message.author)
      if (current == null && total >= MAX_REACTIONS_PER_MESSAGE) {
        return
      }
      if (personas == null) {
        personas = new Map()
        notes.reactions.set(body.emoji, personas)
      }
      if (current == null || before(current, message)) {
        personas.set(message.author, message)
      }
    }
  }

  /** A message goes, and with it what was said about it, and what it said about another one. */
  remove (message: SignedMessage): void {
    this.#byTarget.delete(message.id)
    const body = annotates(message) ? message.body : undefined
    if (body?.kind !== 'edit' && body?.kind !== 'delete' && body?.kind !== 'reaction') {
      return
    }
    const notes = this.#byTarget.get(body.to)
    if (notes == null) {
      return
    }
    if (body.kind === 'delete') {
      notes.deletions.delete(message.author)
    } else {
      const personas = body.kind === 'edit' ? notes.edits : notes.reactions.get(body.emoji)
      if (personas?.get(message.author) === message) {
        personas.delete(message.author)
      }
      if (body.kind === 'reaction' && personas?.size === 0) {
        notes.reactions.delete(body.emoji)
      }
    }
    if (notes.edits.size + notes.deletions.size + notes.reactions.size === 0) {
      this.#byTarget.delete(body.to)
    }
  }
}

/** Known without reading its body. */
function annotates ({ kind }: SignedMessage): boolean {
  return kind === 'edit' || kind === 'delete' || kind === 'reaction'
}
