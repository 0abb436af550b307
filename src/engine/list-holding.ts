import { ListFeed, decodeStatement, statementOf } from '../moderation/index.ts'
import type { LiveRoom } from './room.ts'
import type { WebVisit } from './web-lists.ts'
import type { Action, ListChange, ListChanges, ListFork, Reason, ReaderList, Statement, Subscription } from '../moderation/index.ts'
import type { PersonaId, SignedMessage } from '../wire/index.ts'

/** A list is read for the first time until then: it may bring as much as it likes. */
export const FIRST_READING_MS = 600_000
/** Within a day a list may grow by half and this many; beyond that it may only warn until its reader looks. */
export const SUDDEN_GROWTH = 200
const DAY_MS = 86_400_000
const MAX_CHANGES = 1_000
/** After its statements were folded, a list rests this many times as long before those that came out of order are. */
const REST = 6

/** How a reader uses a list; survives restarts. */
export interface ListConfig {
  list: string
  address: string
  subscribed: number
  actions: Action[] | null
  reasons: Reason[] | null
  weight: number
  order: number
  paused: boolean
  trial: boolean
  capped: boolean
  /** size that the reader's trust was given to, and when */
  accepted: { size: number, time: number }
  /** end of each maintainer's chain as far as this reader has ever seen it */
  heads: Record<string, { sequence: number, id: string }>
  /** where and when a web server was last asked for it */
  web?: WebVisit
  /** how often somebody offered less than was known */
  rollbacks: number
}

/** One list this node holds: its room, what it says, and how the reader uses it. */
export class ListHolding {
  readonly room: LiveRoom
  readonly config: ListConfig
  feed: ListFeed
  /** lists that copy each other share one */
  voice?: string
  /** it would hide most of the people in a room */
  broad = false
  readonly #seed: number
  readonly #now: () => number
  readonly #onLate: () => void
  #restUntil = 0
  #timer?: ReturnType<typeof setTimeout>

  /** `late` is called when statements wait that `settle` would fold. */
  constructor (room: LiveRoom, config: ListConfig, init: { seed: number, now(): number, late(holding: ListHolding): void }) {
    this.room = room
    this.config = config
    this.#seed = init.seed
    this.#now = init.now
    this.#onLate = () => { init.late(this) }
    this.feed = this.#fold()
    this.#observe()
  }

  get id (): string { return this.config.list }
  get founder (): string { return this.room.core.state.founder ?? '' }
  /** this reader may write in it */
  get own (): boolean { return this.feed.maintainers.includes(this.room.core.self) }
  get title (): string { return this.feed.title === '' ? this.room.core.state.name : this.feed.title }
  get forked (): boolean { return [...this.feed.everMaintainer].some(persona => this.room.core.timeline.forked(persona as PersonaId)) }

  /** Its statements, ascending (time, ID). */
  statements (): Statement[] {
    return this.room.core.timeline.ordered.flatMap(message => statementOf(message) ?? [])
  }

  #fold (): ListFeed {
    const began = performance.now()
    const feed = ListFeed.read({ founder: this.founder, seed: this.#seed }, this.statements())
    const ended = performance.now()
    this.#restUntil = ended + REST * (ended - began)
    return feed
  }

  /** Counts a message that arrived; false when it changed nothing. */
  received (message: SignedMessage): boolean {
    const statement = statementOf(message)
    if (statement == null) {
      return false
    }
    const before = this.feed.version
    if (this.feed.follows(statement) && this.feed.maintainers.includes(statement.author) && !decodeStatement(statement.entry).some(each => each?.op === 'describe')) {
      this.feed.apply(statement)
    } else if (this.room.core.isSelf(message.author) || performance.now() >= this.#restUntil) {
      this.feed = this.#fold()
    } else {
      this.#foldLater()
      return false
    }
    this.#observe()
    return this.feed.version !== before
  }

  /** Many statements out of their order are folded together: one by one, a long list would take all of a core. */
  #foldLater (): void {
    this.#timer ??= setTimeout(() => { this.#onLate() }, this.#restUntil - performance.now())
  }

  /** Folds what waits; false when that changed nothing. */
  settle (): boolean {
    if (this.#timer == null) {
      return false
    }
    this.rest()
    const before = this.feed.version
    this.feed = this.#fold()
    this.#observe()
    return this.feed.version !== before
  }

  /** Nothing is folded later any more. */
  rest (): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** Heads, growth and who may write, after the feed changed. */
  #observe (): void {
    const { core } = this.room
    const writers = [...this.feed.everMaintainer]
    if (JSON.stringify(core.state.policy.writers) !== JSON.stringify(writers)) {
      core.state.policy.writers = writers
      core.keeper.save()
    }
    for (const persona of writers) {
      const head = core.timeline.head(persona as PersonaId)
      if (head != null && head.sequence >= (this.config.heads[persona]?.sequence ?? -1)) {
        this.config.heads[persona] = { sequence: head.sequence, id: head.id }
      }
    }
    const { accepted, subscribed } = this.config
    const now = this.#now()
    if (this.own || now - subscribed < FIRST_READING_MS || (!this.config.capped && now - accepted.time > DAY_MS && this.feed.size <= accepted.size * 1.5 + SUDDEN_GROWTH)) {
      this.config.accepted = { size: this.feed.size, time: now }
    } else if (this.feed.size > accepted.size * 1.5 + SUDDEN_GROWTH) {
      this.config.capped = true
    }
  }

  /** The reader has looked: what the list says now is trusted. */
  accept (): void {
    this.config.capped = this.broad = false
    this.config.accepted = { size: this.feed.size, time: this.#now() }
  }

  /** Whether statements offered by somebody end before what was seen already. */
  isRollback (offered: SignedMessage[]): boolean {
    const newest = new Map<string, number>()
    for (const message of offered) {
      newest.set(message.author, Math.max(message.sequence, newest.get(message.author) ?? -1))
    }
    return Object.entries(this.config.heads).some(([persona, head]) => (newest.get(persona) ?? -1) < head.sequence)
  }

  reader (): ReaderList {
    const { list, actions, reasons, weight, order, trial, capped } = this.config
    return {
      list,
      title: this.title,
      actions,
      reasons,
      weight,
      // with others writing in it, too, it is a list like any other
      own: this.own && this.feed.maintainers.length === 1,
      order,
      trial,
      capped: !this.own && (capped || this.broad || this.forked),
      voice: this.voice
    }
  }

  subscription (): Subscription {
    const { list, address, actions, reasons, weight, order, paused, trial, capped, web = null } = this.config
    const { description, retired, size, version } = this.feed
    return { list, title: this.title, description, address, own: this.own, persona: this.room.core.self, actions, reasons, weight, order, paused, trial, retired, capped: capped || this.broad, forked: this.forked, entries: size, version, web }
  }

  /** The list's public history, newest first. */
  changes (limit = 100): ListChanges {
    const most = Math.min(limit, MAX_CHANGES)
    const changes: ListChange[] = []
    const statements = this.statements()
    for (let i = statements.length - 1; i >= 0 && changes.length < most; i--) {
      const { id, author: maintainer, time, entry } = statements[i]
      let number = 0
      for (const operation of decodeStatement(entry)) {
        const change = { time, maintainer, entry: null, subject: null, action: null, reason: null, count: 1 }
        if (operation?.op === 'describe') {
          changes.push({ ...change, op: 'describe' })
        } else if (operation?.op === 'remove') {
          operation.entries.slice(0, most).forEach(each => { changes.push({ ...change, op: 'remove', entry: each }) })
        } else if (operation?.op === 'help' || operation?.op === 'unhelp') {
          changes.push({ ...change, op: 'help', count: operation.op === 'help' ? operation.lines.length : operation.addresses.length })
        } else if (operation != null) {
          const { kind, action, reason, values } = operation
          const all = values.split('\n')
          all.slice(0, most).forEach((value, n) => { changes.push({ ...change, op: 'add', entry: `${id}.${number + n}`, subject: { [kind]: value }, action, reason }) })
          number += all.length
        }
      }
    }
    return { changes: changes.slice(0, most), forks: this.#forks(), rollbacks: this.config.rollbacks, heads: Object.entries(this.config.heads).map(([maintainer, { sequence, id }]) => ({ maintainer, sequence, statement: id })) }
  }

  #forks (): ListFork[] {
    const { timeline } = this.room.core
    const forks: ListFork[] = []
    for (const maintainer of this.feed.everMaintainer) {
      if (timeline.forked(maintainer as PersonaId)) {
        const bySequence = new Map<number, string[]>()
        for (const message of timeline.ordered.filter(each => each.author === maintainer)) {
          bySequence.set(message.sequence, [...bySequence.get(message.sequence) ?? [], message.id])
        }
        bySequence.forEach((statements, sequence) => {
          if (statements.length > 1) {
            forks.push({ maintainer, sequence, statements })
          }
        })
      }
    }
    return forks.slice(0, MAX_CHANGES)
  }
}
