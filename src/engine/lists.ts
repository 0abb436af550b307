import { InvalidListError } from '../moderation/index.ts'
import { InvalidParametersError } from '../room/index.ts'
import { decodeInvite } from '../wire/index.ts'
import { UnknownListError } from './errors.ts'
import { readListFile, writeListFile } from './list-files.ts'
import { ListHolding } from './list-holding.ts'
import { ListMaker } from './list-maker.ts'
import { OWN_LIST } from './own-list.ts'
import { readSetting, writeSetting } from './settings.ts'
import { unveiler } from './veil.ts'
import { isWebAddress } from './web-lists.ts'
import type { EntryInit, HelpLine, ListEdit, ListFormat, ListOptions, Lists } from './api.ts'
import type { ListConfig } from './list-holding.ts'
import type { OwnList } from './own-list.ts'
import type { RoomCore } from './room-core.ts'
import type { LiveRoom } from './room.ts'
import type { RoomRegistry } from './rooms.ts'
import type { WebLists } from './web-lists.ts'
import type { Entry, ListChanges, ListSummary, PreviewResult, Subscription } from '../moderation/index.ts'
import type { Store } from '../store/store-api.ts'
import type { SignedMessage } from '../wire/index.ts'
import type { AbortOptions } from '@libp2p/interface'

const SETTING = 'lists'
/** Lists one node holds: each is a room of its own. */
export const MAX_HELD_LISTS = 256
/** Many statements become one look at what they change. */
const CHANGE_DELAY_MS = 30
/** Longest wait for a list that is only looked at, ms. */
const PREVIEW_WAIT_MS = 20_000
/** A list whose makers and readers are away is followed all the same, after so long. */
const SUBSCRIBE_WAIT_MS = 3_000
const DEFAULT_ENTRIES = 10_000
const EMPTY_FILTERS = { actions: null, reasons: null, weight: 1, paused: false, trial: false, capped: false }

export interface ListRegistryInit {
  store: Store
  rooms: RoomRegistry
  own: OwnList
  seed: number
  now (): number
  /** what readers are given to come in */
  invite (core: RoomCore): Promise<{ address: string, link: string }>
  web: WebLists
  /** connects a list that rests; resolves when it is */
  awake (list: string): Promise<void>
  preview (holding: ListHolding, core: RoomCore): PreviewResult
  appeal (holding: ListHolding, options: { room: string, text: string, message?: string } & AbortOptions): Promise<{ sent: number }>
  /** what lists say, or how they are used, has changed */
  changed (lists: string[]): void
  log (level: 'warn' | 'debug', message: string): void
}

/** The lists this node maintains or reads. Each is a room in which only its maintainers write. */
export class ListRegistry implements Lists {
  readonly #init: ListRegistryInit
  readonly #maker: ListMaker
  readonly #holdings = new Map<string, ListHolding>()
  readonly #changed = new Set<string>()
  #timer?: ReturnType<typeof setTimeout>
  #saving: Promise<void> = Promise.resolve()

  constructor (init: ListRegistryInit) {
    this.#init = init
    this.#maker = new ListMaker({
      ...init,
      get: list => this.get(list),
      hold: room => this.#hold(room),
      roomForOneMore: () => { this.#roomForOneMore() },
      save: async () => this.save(),
      awake: async list => this.awake(list)
    })
  }

  async load (): Promise<void> {
    const configs = await readSetting<Record<string, ListConfig>>(this.#init.store, SETTING) ?? {}
    for (const room of this.#init.rooms.all()) {
      if (room.core.state.kind === 'list') {
        const holding = this.#hold(room, configs[room.id])
        const known = holding.config.heads
        if (holding.isRollback([...room.core.timeline.ordered]) && Object.keys(known).length > 0) {
          holding.config.rollbacks++
        }
      }
    }
    this.#tellNow(...this.#holdings.keys())
  }

  #hold (room: LiveRoom, config?: Partial<ListConfig>): ListHolding {
    let holding = this.#holdings.get(room.id)
    if (holding == null) {
      const now = this.#init.now()
      const orders = this.all().map(each => each.config.order)
      holding = new ListHolding(room, { list: room.id, address: '', subscribed: now, order: Math.max(-1, ...orders) + 1, accepted: { size: 0, time: now }, heads: {}, rollbacks: 0, ...EMPTY_FILTERS, ...config }, { ...this.#init, late: each => { this.#heed(each, () => each.settle()) } })
      this.#holdings.set(room.id, holding)
    }
    return holding
  }

  all (): ListHolding[] { return [...this.#holdings.values()] }

  /** @throws {UnknownListError} */
  get (list: string): ListHolding {
    const holding = this.#holdings.get(list)
    if (holding == null) {
      throw new UnknownListError('No such list is followed or maintained here. Read list.subscriptions for those that are, or subscribe by its address.')
    }
    return holding
  }

  find (list: string): ListHolding | undefined { return this.#holdings.get(list) }

  /** Connects a list that is needed now. */
  async awake (list: string): Promise<void> { await this.#init.awake(list).catch(error => { this.#init.log('debug', `list: ${String(error)}`) }) }

  /** A statement arrived, from a maintainer or from ourselves. */
  received (core: RoomCore, message: SignedMessage): void {
    const holding = this.#holdings.get(core.id)
    if (holding != null) {
      this.#heed(holding, () => holding.received(message))
    }
  }

  #heed (holding: ListHolding, change: () => boolean): void {
    const writers = holding.feed.everMaintainer.size
    const own = holding.own
    if (change()) {
      this.#tell([holding.id])
      if (holding.feed.everMaintainer.size > writers) {
        // what new maintainers said before we knew them was not taken
        holding.room.session.compare()
      }
      if (holding.own && !own) {
        holding.room.hello().catch(error => { this.#init.log('warn', `hello: ${String(error)}`) })
      }
    }
  }

  #tell (lists: string[]): void {
    lists.forEach(list => { this.#changed.add(list) })
    this.#timer ??= setTimeout(() => { this.#tellNow() }, CHANGE_DELAY_MS)
  }

  #tellNow (...lists: string[]): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const changed = [...new Set([...this.#changed, ...lists])]
    this.#changed.clear()
    this.#init.changed(changed)
    this.save().catch(error => { this.#init.log('debug', `lists: ${String(error)}`) })
  }

  async save (): Promise<void> {
    this.#saving = this.#saving.catch(() => {}).then(async () => writeSetting(this.#init.store, SETTING, Object.fromEntries(this.all().map(each => [each.id, each.config]))))
    await this.#saving
  }

  stop (): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#holdings.forEach(holding => { holding.rest() })
  }

  /** After a wipe. */
  clear (): void {
    this.stop()
    this.#holdings.clear()
    this.#changed.clear()
  }

  #roomForOneMore (): void {
    if (this.#holdings.size >= MAX_HELD_LISTS) {
      throw new InvalidParametersError(`This node holds ${MAX_HELD_LISTS} lists, as many as it can. Unsubscribe from one first.`)
    }
  }

  // ---- maintaining

  async create (options: { title: string, description?: string, license?: string, appeals?: string }): Promise<{ list: string, address: string }> { return this.#maker.create(options) }
  async edit (list: string, change: ListEdit): Promise<{ list: string }> { return this.#maker.edit(list, change) }
  async add (list: string, entry: EntryInit): Promise<{ entry: string }> { return this.#maker.add(list, entry) }
  async remove (list: string, entry: string): Promise<void> { await this.#maker.remove(list, entry) }
  async addHelp (list: string, line: HelpLine): Promise<void> { await this.#maker.addHelp(list, line) }
  async removeHelp (list: string, address: string): Promise<void> { await this.#maker.removeHelp(list, address) }
  async import (bytes: Uint8Array, title?: string): Promise<{ list: string, entries: number, skipped: number }> { return this.#maker.import(bytes, title) }

  // ---- reading

  async subscribe (options: ListOptions & { address?: string, bytes?: Uint8Array } & AbortOptions): Promise<{ list: string }> {
    const fetched = options.bytes == null && isWebAddress(options.address ?? '') ? await this.#init.web.fetch(options.address ?? '', options) : undefined
    const bytes = options.bytes ?? fetched?.bytes
    const file = bytes == null ? undefined : readListFile(bytes)
    const invite = file?.invite ?? decodeInvite(options.address ?? '')
    if (invite.kind !== 'list') {
      throw new InvalidParametersError('address must be a list\'s. This is an invite to a room: use room.join.')
    }
    const known = this.#holdings.get(invite.room)
    if (known == null) {
      this.#roomForOneMore()
    }
    const before = this.#init.rooms.find(invite.room)
    const room = await this.#init.rooms.join({ invite })
    if (file != null) {
      const counts = await room.core.accept(file.encoded)
      if (counts.invalid > 0 && counts.added === 0) {
        await (before == null ? room.leave({ forget: true }) : Promise.resolve())
        throw new InvalidListError('Nothing in this file was signed by the list\'s maintainers. Somebody changed it, or made it up.')
      }
      if (known?.isRollback(file.messages) === true) {
        known.config.rollbacks++
      }
    }
    const holding = this.#hold(room, { address: file?.address ?? options.address })
    this.#heed(holding, () => holding.settle())
    // who else may write is known now: what they said is taken, too
    if (file != null && holding.feed.everMaintainer.size > 1) {
      await room.core.accept(file.encoded)
    }
    holding.config.web = fetched?.visit ?? holding.config.web
    this.#apply(holding.config, options)
    await this.awake(room.id)
    if (known == null && file == null) {
      await this.#firstWord(holding, SUBSCRIBE_WAIT_MS)
    }
    this.#tellNow(room.id)
    await this.save()
    return { list: room.id }
  }

  /** Waits until something of a list just followed is here: who asked wants to read it, or to write to its makers. */
  async #firstWord (holding: ListHolding, most: number, { signal }: AbortOptions = {}): Promise<void> {
    const until = Date.now() + most
    while (holding.feed.version === 0 && Date.now() < until) {
      signal?.throwIfAborted()
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }

  #apply (config: ListConfig, options: ListOptions): void {
    for (const [name, value] of Object.entries({ actions: options.actions, reasons: options.reasons, weight: options.weight, paused: options.paused, order: options.order, trial: options.trial })) {
      if (value !== undefined) {
        Object.assign(config, { [name]: value })
      }
    }
  }

  async configure (list: string, options: ListOptions): Promise<Subscription> {
    const holding = this.get(list)
    this.#apply(holding.config, options)
    holding.accept()
    this.#tellNow(list)
    await this.save()
    return holding.subscription()
  }

  async unsubscribe (list: string): Promise<void> {
    const holding = this.get(list)
    this.#holdings.delete(list)
    holding.rest()
    await holding.room.leave({ forget: true })
    this.#tellNow(list)
    await this.save()
  }

  subscriptions (): Subscription[] {
    return this.all().map(each => each.subscription()).sort((a, b) => a.order - b.order)
  }

  async entries (list: string, options: { from?: number, limit?: number } = {}): Promise<{ entries: Entry[], list: ListSummary }> {
    const { from = 0, limit = DEFAULT_ENTRIES } = options
    if (list === OWN_LIST) {
      const { own } = this.#init
      return {
        entries: own.entries().slice(from, from + limit),
        list: { list, title: own.reader.title, description: '', license: '', appeals: '', address: '', entries: own.size, version: own.feed.version, maintainers: [], own: true, retired: false, counts: own.feed.counts(), help: [] }
      }
    }
    const holding = this.get(list)
    // who looks at a list wants its newest
    this.awake(list).catch(() => {})
    const { title, description, license, appeals, size, version, maintainers, retired } = holding.feed
    const unveil = unveiler(this.#init.rooms)
    return {
      entries: [...holding.feed.entries(from, limit)].map(entry => ({ ...entry, subject: unveil(entry.subject) })),
      list: { list, title: title === '' ? holding.title : title, description, license, appeals, address: (await this.invite(list)).address, entries: size, version, maintainers, own: holding.own, retired, counts: holding.feed.counts(), help: [...holding.feed.help.values()] }
    }
  }

  changes (list: string, limit?: number): ListChanges {
    const changes = this.get(list).changes(limit)
    const unveil = unveiler(this.#init.rooms)
    return { ...changes, changes: changes.changes.map(change => change.subject == null ? change : { ...change, subject: unveil(change.subject) }) }
  }

  async invite (list: string): Promise<{ address: string, link: string }> {
    return this.#init.invite(this.get(list).room.core)
  }

  /** Signed statements that others can subscribe to, or the entries in another program's form. */
  async export (list: string, format: ListFormat = 'undertone'): Promise<Uint8Array> {
    if (format !== 'undertone') {
      const { entries, list: summary } = await this.entries(list, { limit: Infinity })
      const { writeForeignList } = await import('../moderation/formats.ts')
      return writeForeignList(format, summary.title, entries, this.#init.now())
    }
    if (list === OWN_LIST) {
      throw new InvalidParametersError('Your own list is signed by nobody. Export it as "text" or in another program\'s format, or make a list with list.create.')
    }
    const holding = this.get(list)
    const { address } = await this.invite(list)
    const ordered = holding.room.core.timeline.ordered.filter(each => each.kind === 'entry' || each.kind === 'hello')
    return writeListFile({ list, title: holding.title, address }, ordered)
  }

  /** What a list would have changed in a room. A list that is not followed is read for this, and forgotten. */
  async preview ({ list, address, room, signal }: { list?: string, address?: string, room: string } & AbortOptions): Promise<PreviewResult> {
    const core = this.#init.rooms.get(room).core
    if (list != null) {
      await this.awake(list)
      await this.#firstWord(this.get(list), PREVIEW_WAIT_MS, { signal })
      return this.#init.preview(this.get(list), core)
    }
    const web = isWebAddress(address ?? '')
    const followed = web ? this.all().find(({ config }) => config.web?.address === address?.trim()) : this.#holdings.get(decodeInvite(address ?? '').room)
    if (followed != null) {
      return this.#init.preview(followed, core)
    }
    const { list: visited } = await this.subscribe({ address, paused: true, signal })
    try {
      await this.#firstWord(this.get(visited), PREVIEW_WAIT_MS, { signal })
      return this.#init.preview(this.get(visited), core)
    } finally {
      await this.unsubscribe(visited)
    }
  }

  async appeal (list: string, options: { room: string, text: string, message?: string } & AbortOptions): Promise<{ sent: number }> {
    return this.#init.appeal(this.get(list), options)
  }
}
