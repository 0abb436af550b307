import { CommandFailedError } from '../errors.ts'
import { terminalText } from '../terminal-text.ts'
import { Handles } from './handles.ts'
import { Transcript } from './transcript.ts'
import type { Chat, Handled } from './command.ts'
import type { CompletionSource } from './completion.ts'
import type { ChatMessage, MemberInfo, RoomInfo, UndertoneEvent } from '../../engine/api.ts'

const PAGE = 100
const RETRY_MS = 1_000

export interface ConversationInit {
  call (method: string, params?: object): Promise<any>
  /** a message of the room on the screen: new, or changed */
  onMessage (id: string, isNew: boolean): void
  onNotice (lines: string[]): void
  /** something else on the screen is out of date */
  onChange (): void
  quit (): void
}

/** The rooms of this node as one person sees them: one on the screen, the others in the background. */
export class Conversation implements Chat, CompletionSource {
  readonly #init: ConversationInit
  readonly #transcripts = new Map<string, Transcript>()
  readonly #handles = new Handles()
  #members: MemberInfo[] = []
  #lists: string[] = []
  #rooms: string[] = []
  /** what is still to come of the history, and what has, by member */
  #coming = new Map<string, { missing: number, received: number }>()
  #forgetting = false
  /** quarters told of the file that is being fetched */
  #fetched = { attachment: '', quarters: 0 }
  info?: RoomInfo
  carriers: string[] = []

  constructor (init: ConversationInit) {
    this.#init = init
  }

  get room (): string { return this.info?.room ?? '' }
  get transcript (): Transcript { return this.#transcripts.get(this.room) as Transcript }

  handle (kind: Handled, id: string): string { return this.#handles.give(kind, id) }
  handled (text: string): string { return this.#handles.find(text) }
  async call (method: string, params: object = {}): Promise<any> { return this.#init.call(method, params) }
  quit (): void { this.#init.quit() }

  print (...lines: string[]): void { this.quote([], ...lines) }

  quote (messages: string[], ...lines: string[]): void {
    if (lines.length > 0) {
      this.transcript.notice(lines, messages)
      this.#init.onNotice(lines)
    }
  }

  async enter (room: string): Promise<void> {
    const { rooms } = await this.call('room.list')
    const info = rooms.find((each: RoomInfo) => each.room === room)
    if (info == null) {
      throw new CommandFailedError('That room is not open here any more.')
    }
    this.info = info
    this.#coming.clear()
    if (!this.#transcripts.has(room)) {
      this.#transcripts.set(room, new Transcript())
      const { messages } = await this.call('room.messages', { room, limit: PAGE })
      for (const message of messages) {
        this.#put(message)
      }
      this.print(`You are in "${terminalText(info.name)}". /help lists commands.`)
    }
    await this.call('room.read', { room })
    await this.refresh()
  }

  left (room: string): void {
    this.#transcripts.delete(room)
    this.call('room.list').then(async ({ rooms }) => {
      if (rooms.length === 0) {
        this.quit()
      } else {
        await this.enter(rooms[0].room)
      }
    }).catch(() => { this.quit() })
  }

  async older (): Promise<void> {
    const { oldest } = this.transcript
    const { messages, more, end } = await this.call('room.messages', { room: this.room, limit: PAGE, ...(oldest == null ? {} : { before: oldest.id }) }).catch((error: Error) => {
      if (error.name === 'UnknownMessageError') {
        // the oldest that was shown is over, and all before it
        return { messages: [], more: false, end: 'retention' }
      }
      throw error
    })
    for (const message of messages) {
      this.#put(message)
    }
    this.print(`${messages.length} older messages${more === true ? '; /more for yet older ones' : end === 'retention' ? '; what was before is gone, as this room decided' : '; that is all'}`)
  }

  #put (message: ChatMessage): void {
    this.#init.onMessage(message.id, this.transcript.put(message))
  }

  /** What the status line says, read again. */
  async refresh (): Promise<void> {
    const { room } = this
    const [{ rooms }, { members }, { compartments }] = await Promise.all([this.call('room.list'), this.call('room.members', { room }), this.call('node.status')])
    this.info = rooms.find((each: RoomInfo) => each.room === room) ?? this.info
    this.#rooms = rooms.map((each: RoomInfo) => each.name)
    this.#members = members
    const connections = compartments.find((each: any) => each.room === room)?.connections ?? []
    this.carriers = connections.filter((each: any) => each.member).map((each: any) => each.limited === true ? 'relay' : each.carrier)
    this.#init.onChange()
  }

  /** What the engine tells. */
  event (event: UndertoneEvent): void {
    const { type, room, message, changed, delivery, movedTo, joined, name, kind, overused, admitted } = event as any
    if (this.info == null) {
      return
    }
    if (type === 'report') {
      // its room is the list's, which is on no screen
      this.#reported(event as any)
      return
    }
    if (type === 'room' && event.expired != null) {
      this.#forget()
    }
    if (type === 'status' && event.store !== undefined) {
      this.print((event.store as Error | null)?.message ?? 'What is said is kept on the disk again.')
    }
    if (room !== this.room) {
      if (type === 'message' && message.self !== true) {
        this.#init.onChange()
        if (message.mention === 'heard' && !['hide', 'mute', 'blur'].includes(message.verdict?.action)) {
          this.print(`${terminalText(message.petname)} mentions you in another room. /rooms lists them, /go goes there.`)
        }
      } else if (type === 'room' && joined === true && kind !== 'list') {
        this.print(`A room was opened: "${terminalText(name)}". /rooms lists them, /go goes there.`)
      }
      const told = type === 'message' ? message : changed
      if (told != null) {
        this.#transcripts.get(room)?.put(told)
      }
      return
    }
    if (type === 'message') {
      this.#put(message)
      this.call('room.read', { room }).catch(() => {})
    } else if (type === 'room' && changed != null) {
      this.#put(changed)
    } else if (type === 'room' && movedTo != null) {
      this.print('The founder moved this room. /rooms shows the new one, /go goes there.')
    } else if (type === 'room' && overused != null) {
      this.print(`An invite for ${overused.uses} was used once more. The last to come is not let in, but can read along until the room moves: ${this.info.founder === this.info.persona ? '/move makes a fresh secret, without whoever you name' : 'ask the founder to move it'}.`)
    } else if (type === 'status' && admitted != null) {
      this.print(admitted === true ? 'Members let you in now.' : 'Somebody else used your invite first, and nobody here hears you. Ask for another invite, and /join with it.')
    } else if (type === 'sync') {
      this.#synced(event as any)
    } else if (type === 'status' && delivery != null) {
      this.transcript.delivered(message, delivery)
      this.#init.onChange()
    } else if (type === 'status' && event.attachment != null) {
      this.#fetching(event as any)
      return
    } else if (type === 'verdict') {
      this.#judgedAnew().catch(() => {})
    }
    if (type === 'member' || type === 'status') {
      this.refresh().catch(() => {})
    }
  }

  #synced ({ peer, missing, received, done }: { peer: string, missing: number, received: number, done: boolean }): void {
    done || missing === 0 ? this.#coming.delete(peer) : this.#coming.set(peer, { missing, received })
    this.#init.onChange()
  }

  /** What is over is on no screen, and in no answer to a search that stands there. */
  #forget (wait = 0): void {
    if (this.#forgetting) {
      return
    }
    this.#forgetting = true
    setTimeout(() => {
      this.#forgetting = false
      Promise.all([...this.#transcripts].map(async ([room, transcript]) => { transcript.keep(await this.#held(room, transcript.since)) })).then(() => { this.#init.onChange() }, () => {
        // one went while they were being read
        this.#transcripts.size > 0 && this.#forget(RETRY_MS)
      })
    }, wait).unref()
  }

  /** IDs of the messages that there still are since then. */
  async #held (room: string, since: number): Promise<Set<string>> {
    const held = new Set<string>()
    for (let after: string | number | undefined = Math.max(0, since - 1); after != null;) {
      const { messages, more } = await this.call('room.messages', { room, after, limit: 1_000, hidden: true })
      messages.forEach(({ id }: ChatMessage) => { held.add(id) })
      after = more === true ? messages.at(-1)?.id : undefined
    }
    return held
  }

  /** A report came in, or one of ours was answered. */
  #reported ({ list, report, kind, reason, outcome, note }: Record<string, string | undefined>): void {
    const title = async (): Promise<string> => terminalText((await this.call('list.subscriptions')).subscriptions.find((each: any) => each.list === list)?.title ?? '')
    title().catch(() => '').then(title => {
      this.print(outcome == null
        ? `${kind === 'appeal' ? 'An appeal' : `A report (${terminalText(reason ?? '')})`} came in for your list "${title}". /inbox shows it.`
        : `Your report ${this.handle('r', report ?? '')} was answered by "${title}": ${terminalText(outcome)}${note == null || note === '' ? '' : `, ${terminalText(note)}`}.`)
    }, () => {})
  }

  #fetching ({ attachment, received, size }: { attachment: string, received: number, size: number }): void {
    const before = this.#fetched.attachment === attachment ? this.#fetched.quarters : 0
    const quarters = Math.floor(4 * received / Math.max(1, size))
    this.#fetched = { attachment, quarters }
    if (quarters > before && quarters < 4) {
      this.print(`${25 * quarters} % of the file has come; /cancel stops it, and /fetch goes on later`)
    }
  }

  async #judgedAnew (): Promise<void> {
    const { messages } = await this.call('room.messages', { room: this.room, limit: 1_000 })
    for (const message of messages) {
      if (this.transcript.get(message.id) != null) {
        this.transcript.put(message)
      }
    }
    this.#init.onChange()
  }

  reveal (message: ChatMessage): void {
    this.transcript.reveal(message.id)
    this.#init.onMessage(message.id, false)
  }

  message (number: string): ChatMessage {
    const found = this.transcript.numbered(Number(number.replace(/^#/, '')))
    if (found == null) {
      throw new CommandFailedError('No such message is on the screen. Use the number that stands before it.')
    }
    return found
  }

  async members (): Promise<MemberInfo[]> { return (await this.call('room.members', { room: this.room })).members }

  async persona (who: string): Promise<string> {
    if (/^#?\d{1,6}$/.test(who)) {
      return this.message(who).author
    }
    const end = who.replace(/^…/, '')
    const members = await this.members()
    const found = members.filter(({ persona, petname }) => petname === who || persona === who || (end.length >= 4 && persona.endsWith(end)))
    if (found.length !== 1) {
      throw new CommandFailedError(found.length === 0 ? `Nobody here is called ${who}. See /members.` : `${who} fits several people. Use the end of the ID in /members.`)
    }
    return found[0].persona
  }

  words (kind: 'member' | 'message' | 'list' | 'room'): string[] {
    switch (kind) {
      case 'member': return this.#members.filter(each => !each.self).map(each => /\s/.test(each.petname) ? each.persona.slice(-8) : each.petname)
      case 'room': return this.#rooms
      case 'list':
        this.call('list.subscriptions').then(({ subscriptions }) => { this.#lists = subscriptions.map((each: any) => /\s/.test(each.title) ? `"${each.title}"` : each.title) }).catch(() => {})
        return this.#lists
      default: return this.transcript.items.slice(-20).flatMap(item => item.kind === 'message' ? [String(this.transcript.shown(item.id)?.number)] : []).reverse()
    }
  }

  #progress (): string {
    const [missing, received] = [...this.#coming.values()].reduce(([m, r], each) => [m + each.missing, r + each.received], [0, 0])
    return `${received} of ${received + missing} earlier messages have come`
  }

  /** `garden club · 3 here (tcp 2) · 1 not heard yet` */
  status (): string {
    const counts = new Map<string, number>()
    this.carriers.forEach(carrier => counts.set(carrier, (counts.get(carrier) ?? 0) + 1))
    const { waiting } = this.transcript
    return [
      terminalText(this.info?.name ?? ''),
      this.carriers.length === 0 ? 'nobody else is here now' : `${this.carriers.length + 1} here (${[...counts].map(([carrier, n]) => `${carrier} ${n}`).join(', ')})`,
      ...(waiting === 0 ? [] : [`${waiting} not heard yet`]),
      ...(this.#coming.size === 0 ? [] : [this.#progress()]),
      '/help'
    ].join(' · ')
  }
}
