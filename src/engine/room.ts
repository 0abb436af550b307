import { concat } from 'uint8arrays'
import { InvalidParametersError, NotMemberError, UnknownMessageError, UnknownPersonaError, isVisible } from '../room/index.ts'
import { encodeInvite, encodeInviteCode, inviteLink } from '../wire/index.ts'
import { readDraft, writeDraft } from './draft.ts'
import { historyEnd } from './history-end.ts'
import { admissionOf } from './invited-state.ts'
import { checkMentions, mentionsIn } from './mentions.ts'
import { checkLength, checkReaction } from './plain-text.ts'
import { fewestAddresses } from './private-rooms.ts'
import { randomSeed } from './randomness.ts'
import { isHidden, showMembers, showMessage, showRoom } from './room-view.ts'
import { foldText, searchTerms } from './search-text.ts'
import type { ChatMessage, ExportOptions, ExportedRoom, MemberInfo, MessagesQuery, OutgoingFile, Room, RoomInfo, SendOptions } from './api.ts'
import type { Attachments } from './attachments.ts'
import type { HistoryEnd } from './history-end.ts'
import type { PrivateRooms } from './private-rooms.ts'
import type { RoomCore } from './room-core.ts'
import type { RoomSession } from './room-session.ts'
import type { MentionRule, RoomState } from './room-state.ts'
import type { Judge } from './room-view.ts'
import type { KnownBody, MessageId, PersonaId, SignedMessage } from '../wire/index.ts'
import type { AbortOptions } from '@libp2p/interface'

const DEFAULT_PAGE = 100
const MAX_PAGE = 1_000
/** Bound on messages waiting for a slow reader of `messages()`; it then continues from the timeline. */
const MAX_LIVE_QUEUE = 1_024

export interface LiveRoomInit {
  core: RoomCore
  session: RoomSession
  judge: Judge
  attachments: Attachments
  privateRooms: PrivateRooms<LiveRoom>
  pack (core: RoomCore, passphrase: string | undefined, options: ExportOptions): Promise<ExportedRoom & { pieces: AsyncIterable<Uint8Array> }>
  leave (room: LiveRoom, forget: boolean): Promise<void>
  /** throws HarmfulTextError when the writer's own classifier would not send it */
  thinkTwice (text: string, options: AbortOptions): Promise<void>
  /** web address that `#/join/` links are made under */
  linkBase: string
  /** somebody is called another name here */
  renamed (persona: string): void
}

/** A room this node is in, as the library and the RPC use it. */
export class LiveRoom implements Room {
  readonly core: RoomCore
  readonly session: RoomSession
  readonly #init: LiveRoomInit
  readonly #readers = new Set<(message: SignedMessage) => void>()
  #hello?: Promise<void>

  constructor (init: LiveRoomInit) {
    this.#init = init
    this.core = init.core
    this.session = init.session
  }

  get id (): string { return this.core.id }
  info (): RoomInfo { return showRoom(this.core, this.#init.judge, this.session.keepers) }
  members (): MemberInfo[] { return showMembers(this.core, this.#init.judge) }
  show (message: SignedMessage): ChatMessage { return showMessage(this.core, message, this.#init.judge) }

  /** First words of a persona: who it is, what can be sealed to it, how it was let in. */
  async hello (options: AbortOptions = {}): Promise<void> {
    if (this.#hello == null && this.core.state.head == null) {
      const saying = (async () => { await this.core.voice.say(await this.#init.privateRooms.helloBody(this.core, options), options) })()
      this.#hello = saying
      saying.catch(() => { this.#hello = undefined })
    }
    await this.#hello
  }

  #known (id: string): SignedMessage {
    const message = this.core.timeline.get(id as MessageId)
    if (message == null || !isVisible(message)) {
      throw new UnknownMessageError('No such message is held in this room. It may have expired; read room.messages again.')
    }
    return message
  }

  /** What its author took back stays as it is. */
  #standing (id: string): SignedMessage {
    const message = this.#known(id)
    if (this.show(message).deleted) {
      throw new UnknownMessageError('Its author took this message back: there is nothing left to change or to react to.')
    }
    return message
  }

  async send (text: string, options: SendOptions = {}): Promise<{ id: string, time: number }> {
    checkText(text)
    if (options.anyway === false) {
      await this.#init.thinkTwice(text, options)
    }
    const mentions = options.mentions == null ? mentionsIn(this.core, text) : checkMentions(this.core, options.mentions)
    const body: KnownBody = options.replyTo == null
      ? { kind: 'text', text, mentions }
      : { kind: 'reply', to: this.#known(options.replyTo).id, text, mentions }
    const { id, time } = await this.core.voice.say(body, options)
    return { id, time }
  }

  async react (message: string, emoji: string, options: AbortOptions = {}): Promise<{ id: string }> {
    const target = this.#standing(message)
    checkReaction(emoji)
    const { id } = await this.core.voice.say(() => {
      const current = this.core.timeline.annotations(target.id)?.reactions.get(emoji)?.get(this.core.self)
      return { kind: 'reaction', to: target.id, emoji, remove: current?.body?.kind === 'reaction' && !current.body.remove }
    }, options)
    return { id }
  }

  #own (message: string): SignedMessage {
    const target = this.#known(message)
    if (target.author !== this.core.self) {
      throw new NotMemberError('Only its author can change a message. Hide it for yourself with moderation.block.')
    }
    return target
  }

  async edit (message: string, text: string, options: AbortOptions = {}): Promise<{ id: string }> {
    checkText(text)
    // what disappears takes its changed words with it
    const { id: to, expires } = this.#standing(this.#own(message).id)
    const { id } = await this.core.voice.say({ kind: 'edit', to, text }, { ...options, expires })
    return { id }
  }

  async delete (message: string, options: AbortOptions = {}): Promise<{ id: string }> {
    const { id } = await this.core.voice.say({ kind: 'delete', to: this.#own(message).id }, options)
    return { id }
  }

  /** The engine tells open readers about each new visible message. */
  deliver (message: SignedMessage): void {
    for (const reader of this.#readers) {
      reader(message)
    }
  }

  async * messages (options: AbortOptions = {}): AsyncIterable<ChatMessage> {
    const { timeline } = this.core
    const queue: SignedMessage[] = [...timeline.visible]
    const given = new Set<MessageId>()
    let wake: (() => void) | undefined
    let overflow = false
    const reader = (message: SignedMessage): void => {
      if (queue.length >= MAX_LIVE_QUEUE) {
        overflow = true
      } else {
        queue.push(message)
      }
      wake?.()
    }
    const stop = (): void => { wake?.() }
    this.#readers.add(reader)
    options.signal?.addEventListener('abort', stop)
    try {
      while (options.signal?.aborted !== true && !this.core.closed) {
        const message = queue.shift()
        if (message != null) {
          // what is over meanwhile is not shown any more
          if (!given.has(message.id) && timeline.has(message.id)) {
            given.add(message.id)
            yield this.show(message)
          }
          if (given.size > MAX_LIVE_QUEUE + 2 * timeline.size) {
            [...given].forEach(id => { timeline.has(id) || given.delete(id) })
          }
        } else if (overflow) {
          overflow = false
          queue.push(...timeline.visible.filter(m => !given.has(m.id)))
        } else {
          await new Promise<void>(resolve => { wake = resolve })
        }
      }
    } finally {
      this.#readers.delete(reader)
      options.signal?.removeEventListener('abort', stop)
    }
  }

  async history (query: MessagesQuery = {}): Promise<{ messages: ChatMessage[], more: boolean, end: HistoryEnd | null }> {
    const limit = Math.min(query.limit ?? DEFAULT_PAGE, MAX_PAGE)
    for (const name of ['before', 'after'] as const) {
      const mark = query[name]
      if (typeof mark === 'string' && !this.core.timeline.has(mark as MessageId)) {
        throw new UnknownMessageError(`${name} names no message that is held in this room. It may have expired: give a time in ms since 1970 instead, or read the newest.`)
      }
    }
    const { messages, more } = this.core.timeline.page({ before: query.before as MessageId | number, after: query.after as MessageId | number, limit })
    const shown = messages.map(m => this.show(m))
    return { messages: query.hidden ?? !this.#init.judge.hides ? shown : shown.filter(m => !isHidden(m.verdict)), more, end: more || query.after != null ? null : historyEnd(this.core) }
  }

  async search (text: string, options: AbortOptions & { limit?: number } = {}): Promise<{ messages: ChatMessage[] }> {
    const terms = searchTerms(text)
    const found: ChatMessage[] = []
    const { visible } = this.core.timeline
    for (let i = visible.length - 1; i >= 0 && found.length < Math.min(options.limit ?? DEFAULT_PAGE, MAX_PAGE) && terms.length > 0; i--) {
      if (i % 2_000 === 0) {
        options.signal?.throwIfAborted()
        await new Promise(resolve => setTimeout(resolve))
      }
      const message = this.show(visible[i])
      const haystack = foldText(`${message.text} ${message.petname} ${message.attachments.map(a => a.name).join(' ')}`)
      if (terms.every(term => haystack.includes(term))) {
        found.unshift(message)
      }
    }
    return { messages: found }
  }

  async rename (persona: string, petname: string): Promise<void> {
    if (!this.core.roster.has(persona as PersonaId)) {
      throw new UnknownPersonaError('No such persona is known in this room. Read room.members for those who are.')
    }
    const name = petname.trim()
    if (name.length > 64) {
      throw new InvalidParametersError('petname must be at most 64 characters.')
    }
    if (name === '') {
      this.core.roster.petnames.delete(persona as PersonaId)
    } else {
      this.core.roster.petnames.set(persona as PersonaId, name)
    }
    this.core.state.petnames = Object.fromEntries(this.core.roster.petnames)
    this.core.keeper.save()
    this.#init.renamed(persona)
  }

  async invite (options: { expires?: number, uses?: number, label?: string, local?: boolean } = {}): Promise<{ invite: string, link: string, code: string, expires: number | null }> {
    const invite = await this.#init.privateRooms.makeInvite(this.core, options)
    const code = encodeInviteCode({ ...invite, contacts: fewestAddresses(invite.contacts) })
    return { invite: encodeInvite(invite), link: inviteLink(this.#init.linkBase, invite), code, expires: invite.expires ?? null }
  }

  async attach (file: OutgoingFile, options: AbortOptions = {}): Promise<{ id: string, removed: string[] }> {
    return this.#init.attachments.attach(this.core, file, options)
  }

  async fetch (attachment: string, options: AbortOptions = {}): Promise<Uint8Array> {
    const data = await this.#init.attachments.fetch(this.core, attachment, options)
    const message = this.core.timeline.get(attachment as MessageId)
    if (message != null) {
      await this.#init.judge.picture(this.core, message, data)
    }
    return data
  }

  cancelFetch (attachment: string): boolean { return this.#init.attachments.cancel(this.core, attachment) }

  async direct (persona: string, options: AbortOptions = {}): Promise<Room> {
    return this.#init.privateRooms.direct(this.core, persona as PersonaId, options)
  }

  async move (without: string[], options: AbortOptions = {}): Promise<Room> {
    return this.#init.privateRooms.move(this.core, without as PersonaId[], options)
  }

  async burn (options: AbortOptions = {}): Promise<{ persona: string }> {
    await this.hello(options)
    if (this.core.roster.needsInvite && this.core.state.admission == null) {
      // a founder's next persona is no founder: it is let in like anybody else
      this.core.state.admission = admissionOf(await this.#init.privateRooms.makeInvite(this.core, { uses: 1 }))
    }
    await this.core.voice.say({ kind: 'burn' }, options)
    await this.core.keeper.flush()
    this.core.newPersona(randomSeed())
    await this.session.reconnect()
    this.#hello = undefined
    await this.hello(options)
    return { persona: this.core.self }
  }

  /** Members did not let this persona in: it is given up for one that shows another invite. */
  async readmit (admission: RoomState['admission'], options: AbortOptions = {}): Promise<void> {
    this.session.admission.reset()
    this.core.state.admission = admission
    await this.burn(options)
  }

  async pack (passphrase?: string, options: ExportOptions = {}): Promise<ExportedRoom & { pieces: AsyncIterable<Uint8Array> }> {
    // a hello that is still being said belongs in the file: without it nobody can judge what this persona says
    await this.#hello?.catch(() => {})
    return this.#init.pack(this.core, passphrase, options)
  }

  async export (passphrase?: string, options: ExportOptions = {}): Promise<ExportedRoom & { bytes: Uint8Array }> {
    const { pieces, ...told } = await this.pack(passphrase, options)
    const parts: Uint8Array[] = []
    for await (const piece of pieces) {
      options.signal?.throwIfAborted()
      parts.push(piece)
    }
    return { ...told, bytes: concat(parts) }
  }

  markRead (): void {
    const { visible } = this.core.timeline
    this.core.state.read = Math.max(this.core.state.read, visible[visible.length - 1]?.time ?? 0)
    this.core.keeper.save()
  }

  configure ({ mentions }: { mentions?: MentionRule }): RoomInfo {
    if (mentions != null) {
      this.core.state.mentions = mentions
      this.core.keeper.save()
    }
    return this.info()
  }

  draft (text?: string): string {
    text == null || writeDraft(this.core, text, this.core.now())
    return readDraft(this.core, this.core.now())
  }

  async leave (options: { forget?: boolean } = {}): Promise<void> {
    await this.#init.leave(this, options.forget === true)
    for (const reader of this.#readers) {
      // wakes open iterators, which then see that the room is closed
      reader(this.core.timeline.visible[0])
    }
    this.#readers.clear()
  }
}

function checkText (text: string): void {
  if (text.trim() === '') {
    throw new InvalidParametersError('text must not be empty; use room.delete to take a message back.')
  }
  checkLength(text)
}
