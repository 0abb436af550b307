import { InvalidListError, addOperations, checkEntry, encodeStatement, encodeStatements, isResources, readResource, readResources } from '../moderation/index.ts'
import { InvalidParametersError, NotMemberError } from '../room/index.ts'
import { OWN_LIST, checkExpires } from './own-list.ts'
import { plainName } from './plain-text.ts'
import { veiled } from './veil.ts'
import type { EntryInit, HelpLine, ListEdit } from './api.ts'
import type { ListHolding } from './list-holding.ts'
import type { OwnList } from './own-list.ts'
import type { RoomCore } from './room-core.ts'
import type { LiveRoom } from './room.ts'
import type { RoomRegistry } from './rooms.ts'
import type { Entry, ListOperation, Resource, ResourceList } from '../moderation/index.ts'
import type { PersonaId, SignedMessage } from '../wire/index.ts'

/** A month: how long reports to maintainers live in a list's room. What a list says stays. */
const LIST_RETENTION_MS = 30 * 86_400_000

/** Help lines of one operation: as long as they may be, they still fit one statement. */
const LINES_EACH = 16

export interface ListMakerInit {
  rooms: RoomRegistry
  own: OwnList
  /** throws UnknownListError */
  get (list: string): ListHolding
  hold (room: LiveRoom): ListHolding
  roomForOneMore (): void
  invite (core: RoomCore): Promise<{ address: string, link: string }>
  changed (lists: string[]): void
  save (): Promise<void>
  /** connects a list that rests */
  awake (list: string): Promise<void>
}

/** What a maintainer does: begins lists, and signs what they say. */
export class ListMaker {
  readonly #init: ListMakerInit

  constructor (init: ListMakerInit) {
    this.#init = init
  }

  async create (options: { title: string, description?: string, license?: string, appeals?: string }): Promise<{ list: string, address: string }> {
    this.#init.roomForOneMore()
    const { title, description = '', license = '', appeals = '' } = options
    // checked before a room is made for it
    encodeStatement([{ op: 'describe', title, description, license, appeals, maintainers: ['x'], retired: false, ends: {} }])
    const room = await this.#init.rooms.create({ name: plainName(title) || '…', kind: 'list', policy: { retention: LIST_RETENTION_MS } })
    const holding = this.#init.hold(room)
    await room.hello()
    await this.#say(holding, [{ op: 'describe', title, description, license, appeals, maintainers: [room.core.self], retired: false, ends: {} }])
    await this.#init.save()
    return { list: room.id, address: (await this.#init.invite(room.core)).address }
  }

  async #say (holding: ListHolding, operations: ListOperation[]): Promise<SignedMessage[]> {
    if (!holding.own) {
      throw new NotMemberError('Only a list\'s maintainers write in it. Overrule it for yourself with moderation.overrule, or appeal with list.appeal.')
    }
    await this.#init.awake(holding.id)
    const said: SignedMessage[] = []
    for (const entry of encodeStatements(operations)) {
      said.push(await holding.room.core.voice.say({ kind: 'entry', entry }))
    }
    return said
  }

  async edit (list: string, change: ListEdit): Promise<{ list: string }> {
    const holding = this.#init.get(list)
    const { title, description, license, appeals, maintainers, retired, ends } = holding.feed
    const next = change.maintainers ?? maintainers
    const gone = maintainers.filter(persona => !next.includes(persona))
    const { timeline } = holding.room.core
    // their word ends with what is known of it now; our own with this very statement
    const closed = gone.map(persona => [persona, (timeline.head(persona as PersonaId)?.sequence ?? -1) + (holding.room.core.isSelf(persona) ? 1 : 0)])
    await this.#say(holding, [{
      op: 'describe',
      title: change.title ?? title,
      description: change.description ?? description,
      license: change.license ?? license,
      appeals: change.appeals ?? appeals,
      maintainers: next,
      retired: change.retired ?? retired,
      ends: { ...Object.fromEntries(Object.entries(ends).filter(([persona]) => !next.includes(persona))), ...Object.fromEntries(closed) }
    }])
    return { list }
  }

  async add (list: string, entry: EntryInit): Promise<{ entry: string }> {
    if (list === OWN_LIST) {
      return this.#ownChanged(this.#init.own.add(entry))
    }
    const holding = this.#init.get(list)
    this.#notRetired(holding)
    const checked = checkEntry(entry)
    checkExpires(checked.expires, holding.room.core.now())
    const [message] = await this.#say(holding, addOperations([{ ...checked, subject: veiled(this.#init.rooms, checked.subject) }]))
    return { entry: `${message.id}.0` }
  }

  /** A help line for who follows the list; one of the same address is replaced. */
  async addHelp (list: string, line: HelpLine): Promise<void> {
    const holding = this.#init.get(list)
    this.#notRetired(holding)
    await this.#say(holding, [{ op: 'help', lines: [checkedLine(line)] }])
  }

  async removeHelp (list: string, address: string): Promise<void> {
    const holding = this.#init.get(list)
    if (!holding.feed.help.has(address)) {
      throw new InvalidParametersError('address is no help line of this list. Read list.entries for those that are.')
    }
    await this.#say(holding, [{ op: 'unhelp', addresses: [address] }])
  }

  #notRetired (holding: ListHolding): void {
    if (holding.feed.retired) {
      throw new NotMemberError('This list is retired. Take it up again with list.edit {retired: false}, or write in another one.')
    }
  }

  async #ownChanged (adding: Promise<Entry>): Promise<{ entry: string }> {
    const { entry } = await adding
    this.#init.changed([OWN_LIST])
    return { entry }
  }

  async remove (list: string, entry: string): Promise<void> {
    if (list === OWN_LIST) {
      if (!await this.#init.own.remove(entry)) {
        throw new InvalidParametersError('entry is not in your own list. Read list.entries for those that are.')
      }
      this.#init.changed([OWN_LIST])
      return
    }
    const holding = this.#init.get(list)
    if (holding.feed.find(entry) == null) {
      throw new InvalidParametersError('entry is not in this list (any more). Read list.entries for those that are.')
    }
    await this.#say(holding, [{ op: 'remove', entries: [entry] }])
  }

  /** A list of another program, or a copy of somebody's, as a list of our own. */
  async import (bytes: Uint8Array, title?: string): Promise<{ list: string, entries: number, skipped: number }> {
    if (isResources(bytes)) {
      return this.#importHelp(readResources(bytes), title)
    }
    // a page loads this when somebody imports
    const { readForeignList } = await import('../moderation/formats.ts')
    const foreign = readForeignList(bytes, { check: checkEntry, refuse: message => new InvalidListError(message) })
    const operations = addOperations(foreign.entries)
    const { list } = await this.create({ title: (title ?? foreign.title).slice(0, 128) })
    await this.#say(this.#init.get(list), operations)
    return { list, entries: foreign.entries.length, skipped: foreign.skipped }
  }

  async #importHelp ({ title: given, resources }: ResourceList, title: string = given): Promise<{ list: string, entries: number, skipped: number }> {
    const { list } = await this.create({ title: title.slice(0, 128) })
    const operations: ListOperation[] = []
    for (let i = 0; i < resources.length; i += LINES_EACH) {
      operations.push({ op: 'help', lines: resources.slice(i, i + LINES_EACH) })
    }
    await this.#say(this.#init.get(list), operations)
    return { list, entries: resources.length, skipped: 0 }
  }
}

function checkedLine (line: HelpLine): Resource {
  try {
    return readResource(line)
  } catch (error) {
    throw new InvalidParametersError((error as Error).message, { cause: error })
  }
}
