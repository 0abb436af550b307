import { shareId } from '../wire/index.ts'
import { AnnotationIndex } from './annotations.ts'
import { before, merge, position } from './order.ts'
import type { Annotations } from './annotations.ts'
import type { MessageId, PersonaId, SignedMessage } from '../wire/index.ts'

/** Bound on messages held; the oldest go first. */
export const MAX_TIMELINE_MESSAGES = 250_000
/** Bound on bytes of payload held. */
export const MAX_TIMELINE_BYTES = 512 * 1024 * 1024
const MAX_FRONTIER = 8
/** So many go one by one; of more each that stays is moved once. */
const MAX_SPLICED = 8
/** Chains of which only the end is known, nothing of them being held any more. */
export const MAX_ENDED_CHAINS = 4_096

/** Where an author's chain ends; its words may be gone. */
export type ChainHead = Pick<SignedMessage, 'id' | 'author' | 'sequence' | 'time' | 'kind'>

export interface TimelineInit {
  maxMessages?: number
  maxBytes?: number
  /** these had to go for want of room */
  onEvicted? (ids: MessageId[]): void
}

/** Kinds that are kept however old: without them later messages cannot be judged. */
export function isStanding ({ kind }: Pick<SignedMessage, 'kind'>): boolean {
  return kind === 'hello' || kind === 'charter' || kind === 'burn' || kind === 'entry' || kind === 'vote'
}

/** Kinds a person sees as a line of the conversation. Kinds this version does not know are kept, not shown. */
export function isVisible ({ kind }: Pick<SignedMessage, 'kind'>): boolean {
  return kind === 'text' || kind === 'reply' || kind === 'attachment'
}

/**
 * The messages of a room that are held now. A pure function of the set of messages put in: any two
 * members with the same set show the same order, whatever way the messages came. Order is (time,
 * id); senders never date a message before one they have seen, which makes it causal too.
 */
export class Timeline {
  readonly #maxMessages: number
  readonly #maxBytes: number
  readonly #onEvicted?: (ids: MessageId[]) => void
  readonly #byId = new Map<MessageId, SignedMessage>()
  readonly #ordered: SignedMessage[] = []
  readonly #visible: SignedMessage[] = []
  /** added, and not yet at their place in the two above: history comes in thousands */
  #loose: SignedMessage[] = []
  readonly #annotations = new AnnotationIndex(id => this.#byId.get(id))
  /** per author: sequence → ID, and → a second one only where the author forked its chain */
  readonly #chains = new Map<PersonaId, { head: ChainHead, bySequence: Map<number, MessageId>, twins: Map<number, MessageId> }>()
  /** authors of whom nothing but the chain's end is left, the longest gone first */
  readonly #ended = new Set<PersonaId>()
  readonly #missing = new Map<MessageId, { author: PersonaId, since: number }>()
  readonly #frontier = new Map<MessageId, PersonaId>()
  #bytes = 0
  #lastTime = 0
  #floor = -1
  #version = 0

  constructor (init: TimelineInit = {}) {
    this.#maxMessages = init.maxMessages ?? MAX_TIMELINE_MESSAGES
    this.#maxBytes = init.maxBytes ?? MAX_TIMELINE_BYTES
    this.#onEvicted = init.onEvicted
  }

  get size (): number { return this.#byId.size }
  get bytes (): number { return this.#bytes }
  /** time of the newest message held, ms */
  get lastTime (): number { return this.#lastTime }

  /** another number whenever a message came or went */
  get version (): number { return this.#version }
  /** nothing this old is held or taken any more, for want of room; ms, -1 while there is room */
  get floor (): number { return this.#floor }

  has (id: MessageId): boolean { return this.#byId.has(id) }
  get (id: MessageId): SignedMessage | undefined { return this.#byId.get(id) }
  /** all messages, ascending (time, id); not a copy */
  get ordered (): readonly SignedMessage[] {
    this.#settle()
    return this.#ordered
  }

  /** the lines of the conversation, ascending; not a copy */
  get visible (): readonly SignedMessage[] {
    this.#settle()
    return this.#visible
  }

  /** personas, hashes and claims remembered besides the messages held: none of them may outgrow those */
  get remembered (): { authors: number, missing: number, annotated: number } {
    return { authors: this.#chains.size, missing: this.#missing.size, annotated: this.#annotations.size }
  }

  head (author: PersonaId): ChainHead | undefined { return this.#chains.get(author)?.head }
  /** the author signed two different messages with one sequence number */
  forked (author: PersonaId): boolean { return (this.#chains.get(author)?.twins.size ?? 0) > 0 }

  #settle (): void {
    if (this.#loose.length > 0) {
      const loose = this.#loose.sort((a, b) => before(a, b) ? -1 : 1)
      this.#loose = []
      merge(this.#ordered, loose)
      merge(this.#visible, loose.filter(isVisible))
    }
  }

  annotations (id: MessageId): Annotations | undefined { return this.#annotations.of(id) }

  /** IDs that authors' chains name and that are not held, oldest gap first. */
  missing (): Array<{ id: MessageId, author: PersonaId, since: number }> {
    return [...this.#missing].map(([id, gap]) => ({ id, ...gap }))
  }

  /** Whether a message held here names this one as its author's previous: its hash vouches for it. */
  vouches (message: SignedMessage): boolean {
    return this.successor(message) != null || this.#missing.get(message.id)?.author === message.author
  }

  /** The message held here that names this one as its author's previous. */
  successor (message: SignedMessage): SignedMessage | undefined {
    const chain = this.#chains.get(message.author)
    return this.#after(message, chain?.bySequence) ?? this.#after(message, chain?.twins)
  }

  #after (message: SignedMessage, ids: Map<number, MessageId> | undefined): SignedMessage | undefined {
    const id = ids?.get(message.sequence + 1)
    const next = id == null ? undefined : this.#byId.get(id)
    return next?.previous === message.id ? next : undefined
  }

  /** Nobody has it any more (retention), or it was refused: stop asking. */
  giveUp (id: MessageId): void { this.#missing.delete(id) }

  /** Up to eight newest messages of others that nothing held refers to yet. */
  frontier (self: PersonaId): MessageId[] {
    return [...this.#frontier].filter(([, author]) => author !== self).map(([id]) => id).slice(-MAX_FRONTIER)
  }

  /** Adds a verified message; false when it was held already, there is no room for it, or its author forked there twice. */
  add (message: SignedMessage, now: number): boolean {
    if (this.#byId.has(message.id) || (message.time <= this.#floor && !isStanding(message)) || !this.#mayFork(message)) {
      return false
    }
    this.#version++
    this.#byId.set(message.id, message)
    this.#bytes += message.size
    if (this.#loose.length > 0 || (this.#ordered.length > 0 && before(message, this.#ordered[this.#ordered.length - 1]))) {
      this.#loose.push(message)
    } else {
      this.#ordered.push(message)
      if (isVisible(message)) {
        this.#visible.push(message)
      }
    }
    this.#missing.delete(message.id)
    this.#lastTime = Math.max(this.#lastTime, message.time)
    this.#link(message, now)
    this.#annotations.add(message)
    if (this.#byId.size > this.#maxMessages || this.#bytes > this.#maxBytes) {
      this.#makeRoom()
    }
    return this.#byId.has(message.id)
  }

  /**
   * Two of a persona's messages with one number prove that it forked; more prove nothing else. Which
   * two does not depend on the order of arrival.
   */
  #mayFork ({ author, sequence, id }: SignedMessage): boolean {
    const chain = this.#chains.get(author)
    const [first, second] = [chain?.bySequence.get(sequence), chain?.twins.get(sequence)]
    if (first == null || second == null) {
      return true
    }
    const largest = first > second ? first : second
    if (id > largest) {
      return false
    }
    this.remove([largest])
    return true
  }

  /** The oldest go, a few at once. */
  #makeRoom (): void {
    const mostMessages = this.#maxMessages - Math.floor(this.#maxMessages / 64)
    const mostBytes = this.#maxBytes - Math.floor(this.#maxBytes / 64)
    const ids: MessageId[] = []
    let messages = this.#byId.size
    let bytes = this.#bytes
    for (const message of this.ordered) {
      if (messages <= mostMessages && bytes <= mostBytes) {
        break
      }
      if (!isStanding(message)) {
        ids.push(message.id)
        messages--
        bytes -= message.size
        this.#floor = message.time
      }
    }
    this.remove(ids)
    // of hellos and the like there are as many as personas: only then they go, too
    while (this.#byId.size > this.#maxMessages || this.#bytes > this.#maxBytes) {
      const [oldest] = this.ordered
      ids.push(oldest.id)
      this.remove([oldest.id])
    }
    this.#onEvicted?.(ids)
  }

  #link (message: SignedMessage, now: number): void {
    let chain = this.#chains.get(message.author)
    if (chain == null) {
      chain = { head: message, bySequence: new Map(), twins: new Map() }
      this.#chains.set(message.author, chain)
    }
    this.#ended.delete(message.author)
    const ids = chain.bySequence.has(message.sequence) ? chain.twins : chain.bySequence
    ids.set(message.sequence, message.id)
    if (message.sequence > chain.head.sequence) {
      chain.head = message
    }
    if (message.previous != null) {
      const previous = this.#byId.get(message.previous)
      if (previous == null) {
        this.#missing.set(message.previous, { author: message.author, since: now })
      } else {
        shareId(message, previous)
      }
      this.#frontier.delete(message.previous)
    }
    for (const seen of message.seen) {
      this.#frontier.delete(seen)
    }
    if (chain.head === message) {
      this.#frontier.delete(message.id)
      this.#frontier.set(message.id, message.author)
      while (this.#frontier.size > MAX_FRONTIER * 2) {
        this.#frontier.delete(this.#frontier.keys().next().value as MessageId)
      }
    }
  }

  #end (author: PersonaId): void {
    this.#ended.delete(author)
    this.#ended.add(author)
    if (this.#ended.size > MAX_ENDED_CHAINS) {
      const [first] = this.#ended
      this.#ended.delete(first)
      this.#chains.delete(first)
    }
  }

  /** Forgets messages (expired, or burned by their author). */
  remove (ids: MessageId[]): void {
    this.#settle()
    const gone = new Set<SignedMessage>()
    for (const id of ids) {
      const message = this.#byId.get(id)
      if (message == null) {
        continue
      }
      gone.add(message)
      this.#byId.delete(id)
      this.#bytes -= message.size
      this.#frontier.delete(id)
      this.#annotations.remove(message)
      const chain = this.#chains.get(message.author)
      if (chain != null) {
        const twin = chain.twins.get(message.sequence)
        if (twin === id) {
          chain.twins.delete(message.sequence)
        } else if (twin != null) {
          chain.bySequence.set(message.sequence, twin)
          chain.twins.delete(message.sequence)
        } else {
          chain.bySequence.delete(message.sequence)
        }
        // the chain's end outlives its message, whose words do not stay, so that the next one links to it
        if (chain.head === message) {
          chain.head = { id, author: message.author, sequence: message.sequence, time: message.time, kind: message.kind }
        }
        if (chain.bySequence.size === 0) {
          this.#end(message.author)
        }
      }
      if (message.previous != null && this.#missing.get(message.previous)?.author === message.author) {
        this.#missing.delete(message.previous)
      }
    }
    if (gone.size === 0) {
      return
    }
    this.#version++
    for (const list of [this.#ordered, this.#visible]) {
      if (gone.size <= MAX_SPLICED) {
        for (const message of gone) {
          const at = position(list, message)
          if (list[at] === message) {
            list.splice(at, 1)
          }
        }
        continue
      }
      let kept = 0
      for (const message of list) {
        if (!gone.has(message)) {
          list[kept++] = message
        }
      }
      list.length = kept
    }
  }

  /** A page of visible messages, ascending: the newest `limit`, or those before/after a message or a time (ms). */
  page (query: { before?: MessageId | number, after?: MessageId | number, limit: number }): { messages: SignedMessage[], more: boolean } {
    const { visible } = this
    const at = (mark: MessageId | number): number | undefined => {
      if (typeof mark === 'number') {
        const found = visible.findIndex(message => message.time >= mark)
        return found < 0 ? visible.length : found
      }
      const message = this.#byId.get(mark)
      return message == null ? undefined : position(visible, message)
    }
    const end = query.before == null ? visible.length : at(query.before) ?? 0
    if (query.after != null) {
      const start = at(typeof query.after === 'number' ? query.after + 1 : query.after)
      if (start == null) {
        return { messages: [], more: false }
      }
      const from = visible[start]?.id === query.after ? start + 1 : start
      return { messages: visible.slice(from, Math.max(from, Math.min(end, from + query.limit))), more: from + query.limit < end }
    }
    const from = Math.max(0, end - query.limit)
    return { messages: visible.slice(from, end), more: from > 0 }
  }
}
