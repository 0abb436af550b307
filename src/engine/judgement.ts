import { EntryIndex, SEVERITY, checkSubject, verdictOf } from '../moderation/index.ts'
import { BoundedMap } from '../network/limits.ts'
import { InvalidParametersError, UnknownMessageError, UnknownPersonaError } from '../room/index.ts'
import { ListGuard } from './list-guard.ts'
import { previewOf, standingIn } from './list-preview.ts'
import { textOf } from './room-view.ts'
import { readSetting, writeSetting } from './settings.ts'
import { Subjects } from './subjects.ts'
import type { Moderation, Resource, UndertoneEvent } from './api.ts'
import type { ClassifierDesk } from './classifier-desk.ts'
import type { ListHolding } from './list-holding.ts'
import type { ListLooks } from './list-preview.ts'
import type { ListRegistry } from './lists.ts'
import type { OwnList } from './own-list.ts'
import type { ResourceShelf } from './resource-shelf.ts'
import type { RoomCore } from './room-core.ts'
import type { Judge } from './room-view.ts'
import type { RoomRegistry } from './rooms.ts'
import type { Action, Entry, Judged, ListFeed, ListMatch, ModerationPolicy, PreviewResult, Reason, ReaderList, Subject, Verdict } from '../moderation/index.ts'
import type { Store } from '../store/store-api.ts'
import type { MessageId, PersonaId, SignedMessage } from '../wire/index.ts'

const SETTING = 'moderation.policy'
/** Verdicts remembered: they are asked for each time a message is drawn. */
const MAX_REMEMBERED = 50_000
/** Entries expire: a verdict is not older than this. */
const REMEMBERED_MS = 60_000
/** Messages of each room that are judged again when lists change; older ones are when they are drawn. */
const MAX_REJUDGED = 500
/** Verdicts told one by one; more of them are told as a number. */
const MAX_TOLD = 200
const NONE: Verdict = Object.freeze({ action: 'none', sources: [] })
export const DEFAULT_MODERATION: ModerationPolicy = Object.freeze({ threshold: 1, classifier: null, hidden: 'press', web: false })

export interface JudgementInit {
  store: Store
  seed: number
  own: OwnList
  rooms (): RoomRegistry
  lists (): ListRegistry
  classifier: ClassifierDesk
  shelf: ResourceShelf
  now (): number
  emit (event: UndertoneEvent): void
}

/** What this reader's lists make of what is said: one index over all of them, asked before anything is shown. */
export class Judgement implements Moderation, Judge {
  readonly #init: JudgementInit
  readonly #index: EntryIndex
  readonly #guard = new ListGuard()
  readonly #readers = new Map<ListFeed, ReaderList>()
  readonly #feeds = new Map<string, ListFeed>()
  readonly #remembered = new BoundedMap<string, { text: string, version: number, at: number, verdict: Verdict | null }>({ max: MAX_REMEMBERED })
  readonly #told = new BoundedMap<string, string>({ max: MAX_REMEMBERED })
  readonly #subjects = new Subjects()
  #policy: ModerationPolicy = { ...DEFAULT_MODERATION }
  #version = 0

  constructor (init: JudgementInit) {
    this.#init = init
    this.#index = new EntryIndex(init.seed)
  }

  async load (): Promise<void> {
    this.#policy = { ...DEFAULT_MODERATION, ...await readSetting<Partial<ModerationPolicy>>(this.#init.store, SETTING) }
    await Promise.all([this.#init.own.load(), this.#init.shelf.load()])
    this.#take('own', this.#init.own.feed, this.#init.own.reader)
  }

  /** After a wipe. */
  clear (): void {
    this.#init.own.clear()
    this.#init.shelf.clear()
    ;[...this.#feeds.keys()].forEach(list => { this.#take(list, undefined) })
    this.#take('own', this.#init.own.feed, this.#init.own.reader)
    this.#policy = { ...DEFAULT_MODERATION }
    this.#remembered.clear()
    this.#told.clear()
    this.#subjects.clear()
  }

  // ---- lists

  #take (list: string, feed: ListFeed | undefined, reader?: ReaderList): void {
    const former = this.#feeds.get(list)
    if (former != null && former !== feed) {
      this.#index.delete(former)
      this.#readers.delete(former)
      this.#feeds.delete(list)
    }
    if (feed != null && reader != null) {
      this.#feeds.set(list, feed)
      this.#index.add(feed)
      this.#readers.set(feed, reader)
    }
  }

  /** What these lists say, or how they are used, has changed: everything shown is judged again. */
  listsChanged (lists: string[]): void {
    const registry = this.#init.lists()
    for (const list of lists) {
      const holding = registry.find(list)
      if (list === 'own') {
        this.#take(list, this.#init.own.feed, this.#init.own.reader)
      } else {
        this.#take(list, holding == null || holding.config.paused ? undefined : holding.feed, holding?.reader())
      }
    }
    const held = registry.all()
    this.#guard.voices(held, this.#index)
    for (const { core } of this.#init.rooms().list()) {
      this.#guard.breadth(core, held, message => this.#matches(core, message))
    }
    held.forEach(holding => {
      if (this.#feeds.has(holding.id)) {
        this.#readers.set(holding.feed, holding.reader())
      }
    })
    this.rejudge()
    // readers learn that a list they follow says something else now
    lists.filter(list => list !== 'own').forEach(list => { this.#init.emit({ type: 'room', room: list, list: true }) })
  }

  /** Tells what has changed about what was shown. */
  rejudge (): void {
    this.#version++
    for (const { core } of this.#init.rooms().list()) {
      const told: UndertoneEvent[] = []
      const { visible } = core.timeline
      for (const message of visible.slice(-MAX_REJUDGED)) {
        if (!core.isSelf(message.author)) {
          const verdict = this.message(core, message, textOf(core, message))
          this.#news(`${core.id}/${message.id}`, verdict, { type: 'verdict', room: core.id, message: message.id, author: message.author, verdict }, told)
        }
      }
      for (const { persona } of core.roster.all().slice(-MAX_REJUDGED)) {
        const verdict = core.isSelf(persona) ? null : this.persona(core, persona)
        this.#news(`${core.id}/${persona}`, verdict, { type: 'verdict', room: core.id, persona, verdict }, told)
      }
      if (told.length > MAX_TOLD) {
        this.#init.emit({ type: 'verdict', room: core.id, changed: told.length })
      } else {
        told.forEach(event => { this.#init.emit(event) })
      }
    }
  }

  #news (key: string, verdict: Verdict | null, event: UndertoneEvent, told: UndertoneEvent[]): void {
    const mark = verdict == null ? '' : `${verdict.action} ${verdict.sources.map(source => source.entry).join()}`
    if ((this.#told.get(key) ?? '') !== mark) {
      this.#told.set(key, mark)
      told.push(event)
    }
  }

  // ---- verdicts

  #listMatches (judged: Judged): ListMatch[] {
    return this.#index.matches(judged).flatMap(({ feed, entry }) => {
      const list = this.#readers.get(feed)
      return list == null ? [] : [{ list, entry }]
    })
  }

  #byFeed (judged: Judged): Map<ListFeed, Entry[]> {
    const found = new Map<ListFeed, Entry[]>()
    this.#index.matches(judged).forEach(({ feed, entry }) => { found.set(feed, [...found.get(feed) ?? [], entry]) })
    return found
  }

  #matches (core: RoomCore, message: SignedMessage): ListMatch[] {
    return this.#listMatches(this.#subjects.message(core, message, textOf(core, message)))
  }

  #verdict (matches: ListMatch[]): Verdict | null {
    if (matches.length === 0) {
      return null
    }
    const verdict = verdictOf(matches, this.#policy.threshold, this.#init.now())
    return verdict.sources.length === 0 && verdict.trial == null ? null : verdict
  }

  message (core: RoomCore, message: SignedMessage, text: string): Verdict | null {
    const key = `${core.id}/${message.id}`
    const now = this.#init.now()
    const known = this.#remembered.get(key)
    if (known != null && known.version === this.#version && known.text === text && Math.abs(now - known.at) < REMEMBERED_MS) {
      return known.verdict
    }
    const labels = this.#init.classifier.matches(this.#policy, text)
    const verdict = this.#verdict([...this.#listMatches(this.#subjects.message(core, message, text)), ...labels])
    this.#remembered.set(key, { text, version: this.#version, at: now, verdict })
    if (known == null && !this.#told.has(key) && verdict != null) {
      this.#told.set(key, `${verdict.action} ${verdict.sources.map(source => source.entry).join()}`)
    }
    return verdict
  }

  /** These are gone: nothing of them is remembered, least of all their words. */
  forget (core: RoomCore, ids: MessageId[]): void {
    for (const id of ids) {
      this.#remembered.delete(`${core.id}/${id}`)
      this.#told.delete(`${core.id}/${id}`)
    }
  }

  /** messages whose verdict is remembered, with their words */
  get remembered (): number { return this.#remembered.size }

  persona (core: RoomCore, persona: PersonaId): Verdict | null {
    return this.#verdict(this.#listMatches(this.#subjects.persona(core, persona)))
  }

  get hides (): boolean { return this.#policy.hidden === 'gone' }

  /** Resolves when a message can be judged; nothing when it can be at once. */
  prepare (text: string): Promise<void> | undefined {
    return this.#init.classifier.prepare(this.#policy, text)
  }

  /** A picture was opened: what lists say of its like is said of it from now on. */
  async picture (core: RoomCore, message: SignedMessage, seen: string | Uint8Array): Promise<string | undefined> {
    const { pictures } = this.#subjects
    const before = pictures.of(message)
    if (typeof seen === 'string') {
      pictures.note(message, seen)
    }
    const image = typeof seen === 'string' ? seen : await pictures.look(message, seen)
    if (image != null && image !== before) {
      const key = `${core.id}/${message.id}`
      const shown = this.#remembered.get(key)
      if (shown != null) {
        this.#remembered.set(key, { ...shown, version: -1 })
      }
      const told: UndertoneEvent[] = []
      const verdict = core.isSelf(message.author) ? null : this.message(core, message, textOf(core, message))
      this.#news(key, verdict, { type: 'verdict', room: core.id, message: message.id, author: message.author, verdict }, told)
      told.forEach(event => { this.#init.emit(event) })
    }
    return image
  }

  async image (room: string, id: string, image?: string): ReturnType<Moderation['image']> {
    const { core } = this.#init.rooms().get(room)
    const message = core.timeline.get(id as MessageId)
    if (message?.body.kind !== 'attachment') {
      throw new UnknownMessageError('message must be one with a file. It may have expired; read room.messages again.')
    }
    if (image != null) {
      checkSubject({ image })
      await this.picture(core, message, image)
    }
    return { image: image ?? this.#subjects.pictures.of(message) ?? null, verdict: core.isSelf(message.author) ? null : this.message(core, message, textOf(core, message)) }
  }

  explain (room: string, subject: { message?: string, persona?: string }): Verdict {
    const { core } = this.#init.rooms().get(room)
    if (subject.message != null) {
      checkKnown(core, subject)
      const message = core.timeline.get(subject.message as MessageId) as SignedMessage
      return this.message(core, message, textOf(core, message)) ?? NONE
    }
    return this.persona(core, subject.persona as PersonaId) ?? NONE
  }

  preview (holding: ListHolding, core: RoomCore): PreviewResult { return previewOf(this.#looks(), holding, core) }

  standing (room: string): ReturnType<Moderation['standing']> {
    return { lists: standingIn(this.#looks(), this.#init.lists().all(), this.#init.rooms().get(room).core, judged => this.#byFeed(judged)) }
  }

  #looks (): ListLooks { return { seed: this.#init.seed, subjects: this.#subjects, now: this.#init.now() } }

  // ---- the reader's own decisions

  async block (room: string, subject: Subject, action: Action = 'hide', reason: Reason = 'other'): Promise<{ entry: string }> {
    const { core } = this.#init.rooms().get(room)
    checkSubject(subject)
    if (subject.persona != null && core.isSelf(subject.persona)) {
      throw new InvalidParametersError('persona must be somebody else.')
    }
    // a mistyped ID would be an entry that never does anything
    checkKnown(core, subject)
    return this.#decide(subject, action, reason)
  }

  async #decide (subject: Subject, action: Action, reason: Reason): Promise<{ entry: string }> {
    const { entry } = await this.#init.own.add({ subject, action, reason })
    this.listsChanged(['own'])
    return { entry }
  }

  async overrule (room: string, subject: { persona?: string, message?: string }): Promise<{ entry: string }> {
    const { core } = this.#init.rooms().get(room)
    checkKnown(core, subject)
    const { sources } = this.explain(room, subject)
    return this.#decide(subject, 'allow', sources[0]?.reason ?? 'other')
  }

  async undo (entry: string): Promise<void> {
    const { own } = this.#init
    if (own.has(entry)) {
      await own.remove(entry)
      this.listsChanged(['own'])
      return
    }
    const registry = this.#init.lists()
    const holding = registry.all().find(each => each.feed.find(entry) != null)
    if (holding == null) {
      throw new InvalidParametersError('entry is in none of your lists (any more). Read list.entries for those that are.')
    }
    await registry.remove(holding.id, entry)
  }

  policy (change?: Partial<ModerationPolicy>): ModerationPolicy {
    if (change != null) {
      for (const [name, value] of Object.entries(change)) {
        if (value !== undefined) {
          Object.assign(this.#policy, { [name]: value })
        }
      }
      const { classifier } = this.#policy
      if (classifier != null && SEVERITY.indexOf(classifier.action) < SEVERITY.indexOf('blur')) {
        throw new InvalidParametersError('classifier.action must be "blur", "warn" or "label": a machine does not punish.')
      }
      writeSetting(this.#init.store, SETTING, this.#policy).catch(() => {})
      this.rejudge()
    }
    return { ...this.#policy }
  }

  async check (text: string, options: { signal?: AbortSignal } = {}): ReturnType<Moderation['check']> {
    return this.#init.classifier.check(this.#policy, text, options)
  }

  resources (language?: string): Resource[] {
    // what is paused, on trial, or may only warn does not send anybody anywhere
    const trusted = this.#init.lists().all().filter(({ config }) => !config.paused && !config.trial).filter(holding => holding.reader().capped !== true).sort((a, b) => a.config.order - b.config.order)
    return this.#init.shelf.for(language, trusted.map(({ title, feed }) => ({ title, resources: feed.help.values() })))
  }

  resourceLists (): Array<{ title: string, resources: number }> { return this.#init.shelf.titles() }
  async addResources (file: Uint8Array): Promise<{ title: string, resources: number }> { return this.#init.shelf.add(file) }
  async removeResources (title: string): Promise<void> { return this.#init.shelf.remove(title) }
}

/** @throws {UnknownMessageError|UnknownPersonaError} for a message or persona that this room does not know */
function checkKnown ({ roster, timeline }: RoomCore, { message, persona }: Subject): void {
  if (message != null && timeline.get(message as MessageId) == null) {
    throw new UnknownMessageError('No such message is held in this room. It may have expired; read room.messages again.')
  }
  if (persona != null && !persona.startsWith('hashed:') && !roster.has(persona as PersonaId) && timeline.head(persona as PersonaId) == null) {
    throw new UnknownPersonaError('No such persona is known in this room. Read room.members for those who are.')
  }
}
