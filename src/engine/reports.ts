import { fromString, toString } from 'uint8arrays'
import { SEALED_OVERHEAD, generateSealingKeyPair, openSealed, sealTo } from '../crypto/index.ts'
import { InvalidReportError, encodeReport, reportId, verifyReport } from '../moderation/index.ts'
import { TokenBucket } from '../network/limits.ts'
import { InvalidParametersError, RateLimitedError } from '../room/index.ts'
import { MAX_OPAQUE_LENGTH } from '../wire/limits.ts'
import { randomSeed } from './randomness.ts'
import { evidenceOf } from './report-evidence.ts'
import { MAX_INBOX, ReportInbox } from './report-inbox.ts'
import { readSetting, writeSetting } from './settings.ts'
import type { ReportOptions, Reports, UndertoneEvent } from './api.ts'
import type { ListHolding } from './list-holding.ts'
import type { ListRegistry } from './lists.ts'
import type { Received } from './report-inbox.ts'
import type { RoomCore } from './room-core.ts'
import type { RoomRegistry } from './rooms.ts'
import type { Outcome, Reason, Report, ReportSummary, ReportedMessage } from '../moderation/index.ts'
import type { Store } from '../store/store-api.ts'
import type { PersonaId, SignedMessage } from '../wire/index.ts'
import type { AbortOptions } from '@libp2p/interface'

const SETTING = 'reports'
const INFO = new TextEncoder().encode('undertone/1/report')
/** Reports one reader may send at once, and then per hour. */
export const MAX_REPORTS = 10
const HOUR_MS = 3_600_000
/** Opening what was sealed costs milliseconds: at most so many at once, and a second. */
const OPENINGS = { capacity: 200, perSecond: 20 }
/** Sealed ones that wait for their turn; of more than that, chance decides which are opened. */
export const MAX_UNOPENED = 1_000
const OPEN_AGAIN_MS = 500
/** Longest wait for a maintainer's key, and how often it is looked for, ms. */
const KEY_WAIT_MS = 5_000
const KEY_LOOK_MS = 100
const MAX_PENDING = 32
const MAX_OUTCOMES = 2_000

interface Pending { report: string, list: string, key: string }

export interface ReportDeskInit {
  store: Store
  rooms: RoomRegistry
  lists: ListRegistry
  now (): number
  emit (event: UndertoneEvent): void
  log (level: 'debug', message: string): void
}

/** Reports and appeals: sent sealed to a list's maintainers, read by them, answered by them. */
export class ReportDesk implements Reports {
  readonly #init: ReportDeskInit
  readonly #inbox: ReportInbox
  /** see MAX_UNOPENED */
  readonly #unopened: Array<{ holding: ListHolding, message: SignedMessage, tell: boolean }> = []
  #timer?: ReturnType<typeof setTimeout>
  readonly #bucket: TokenBucket
  readonly #openings: TokenBucket
  #outcomes: Record<string, Outcome> = {}
  #pending: Pending[] = []

  constructor (init: ReportDeskInit) {
    this.#init = init
    this.#bucket = new TokenBucket({ capacity: MAX_REPORTS, perSecond: MAX_REPORTS / (HOUR_MS / 1000), now: init.now })
    this.#openings = new TokenBucket({ ...OPENINGS, now: init.now })
    this.#inbox = new ReportInbox({
      known: (room, persona) => init.rooms.find(room)?.core.roster.has(persona as PersonaId) === true,
      outcome: report => this.#outcomes[report]
    })
  }

  async load (): Promise<void> {
    const { outcomes = {}, pending = [] } = await readSetting<{ outcomes: Record<string, Outcome>, pending: Pending[] }>(this.#init.store, SETTING) ?? {}
    this.#outcomes = outcomes
    this.#pending = pending
    for (const holding of this.#init.lists.all().filter(each => each.own)) {
      const sealed = holding.room.core.timeline.ordered.filter(each => each.kind === 'report')
      for (const message of sealed.slice(-MAX_INBOX)) {
        await this.#open(holding, message, false)
      }
      // a flood's are the newest: what was there before is not forgotten for it
      sealed.slice(0, -MAX_INBOX).slice(-MAX_UNOPENED).forEach(message => { this.#openLater(holding, message, false) })
    }
  }

  /** sealed reports that wait for their turn */
  get unopened (): number { return this.#unopened.length }

  stop (): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#unopened.length = 0
  }

  /** After a wipe. */
  clear (): void {
    this.stop()
    this.#inbox.clear()
    this.#outcomes = {}
    this.#pending = []
  }

  async #save (): Promise<void> {
    await writeSetting(this.#init.store, SETTING, { outcomes: Object.fromEntries(Object.entries(this.#outcomes).slice(-MAX_OUTCOMES)), pending: this.#pending })
  }

  // ---- sending

  async #write (core: RoomCore, fields: Pick<Report, 'kind' | 'reason' | 'note' | 'messages' | 'context' | 'answer'>, anonymous: boolean): Promise<Uint8Array> {
    const report: Report = { version: 1, room: core.id, time: this.#init.now(), ...fields, ...(anonymous ? {} : { from: core.self }) }
    return encodeReport(report, core.keyPair.privateKey)
  }

  #limited (): void {
    if (!this.#bucket.take()) {
      throw new RateLimitedError(`At most ${MAX_REPORTS} reports an hour: maintainers are people. Put several messages into one report, or wait.`)
    }
  }

  async send ({ signal, ...options }: ReportOptions & AbortOptions): Promise<{ report: string, sent: number }> {
    const { core } = this.#init.rooms.get(options.room)
    const { messages, context } = await evidenceOf(core, options)
    if (messages.length === 0) {
      throw new InvalidParametersError('report.send needs "message" or "messages".')
    }
    const { lists } = this.#init
    const to = options.to?.map(list => lists.get(list)) ?? lists.all().filter(holding => !holding.own && !holding.config.paused)
    this.#limited()
    const answer = await generateSealingKeyPair()
    const bytes = await this.#write(core, { kind: 'report', reason: options.reason, note: options.note ?? '', messages, context, answer: toString(answer.publicKey, 'base64url') }, options.anonymous === true)
    const report = reportId(bytes)
    let sent = 0
    try {
      for (const holding of to) {
        const count = await this.#deliver(holding, bytes, { signal })
        if (count > 0) {
          this.#pending = [...this.#pending, { report, list: holding.id, key: toString(answer.privateKey, 'base64url') }].slice(-MAX_PENDING)
        }
        sent += count
      }
    } finally {
      // those it has gone to may answer, also when it was called back before it had gone to all
      await this.#save()
    }
    return { report, sent }
  }

  /** An appeal is signed by the persona it is about: nobody can take back an entry about somebody else. */
  async appeal (holding: ListHolding, { signal, ...options }: { room: string, text: string, message?: string } & AbortOptions): Promise<{ sent: number }> {
    const { core } = this.#init.rooms.get(options.room)
    const { messages, context } = await evidenceOf(core, options)
    if (options.text.trim() === '') {
      throw new InvalidParametersError('text must say what is wrong with the entry.')
    }
    this.#limited()
    const answer = await generateSealingKeyPair()
    const bytes = await this.#write(core, { kind: 'appeal', reason: 'other', note: options.text, messages, context, answer: toString(answer.publicKey, 'base64url') }, false)
    const sent = await this.#deliver(holding, bytes, { signal })
    this.#pending = [...this.#pending, { report: reportId(bytes), list: holding.id, key: toString(answer.privateKey, 'base64url') }].slice(-MAX_PENDING)
    await this.#save()
    return { sent }
  }

  /** Seals to each maintainer; says each in the list's room as a persona that is used for this only. */
  async #deliver (holding: ListHolding, bytes: Uint8Array, { signal }: AbortOptions): Promise<number> {
    signal?.throwIfAborted()
    const { core } = holding.room
    if (bytes.length + SEALED_OVERHEAD > MAX_OPAQUE_LENGTH) {
      throw new InvalidParametersError('These messages are too long for one report. Choose fewer, or less context.')
    }
    await this.#init.lists.awake(holding.id)
    const keysNow = (): Uint8Array[] => holding.feed.maintainers.flatMap(persona => core.roster.get(persona as PersonaId)?.sealingKey ?? []).filter(key => key.length > 0)
    // a list that was just subscribed to may not have told its maintainers' keys yet
    for (let waited = 0; keysNow().length === 0 && waited < KEY_WAIT_MS; waited += KEY_LOOK_MS) {
      await new Promise(resolve => setTimeout(resolve, KEY_LOOK_MS))
      signal?.throwIfAborted()
    }
    const keys = keysNow()
    for (const key of keys) {
      const sealed = await sealTo(key, bytes, INFO, fromString(holding.id))
      await (holding.own ? core.voice.say({ kind: 'report', sealed }) : core.voice.sayOnce({ kind: 'report', sealed }, randomSeed()))
    }
    return keys.length
  }

  // ---- receiving

  async received (core: RoomCore, message: SignedMessage): Promise<void> {
    const holding = this.#init.lists.find(core.id)
    if (holding != null && !core.isSelf(message.author)) {
      await this.#open(holding, message, true)
    }
  }

  async #open (holding: ListHolding, message: SignedMessage, tell: boolean): Promise<void> {
    const { body } = message
    const { core } = holding.room
    if (body.kind !== 'report') {
      return
    }
    const aad = fromString(holding.id)
    const keys = holding.own
      ? core.state.sealingKey == null ? [] : [{ key: core.state.sealingKey, pending: undefined }]
      : this.#pending.filter(each => each.list === holding.id).map(pending => ({ key: fromString(pending.key, 'base64url'), pending }))
    for (const { key, pending } of keys) {
      // what is loaded was let in before
      if (tell && !this.#openings.take()) {
        this.#openLater(holding, message, tell)
        return
      }
      const bytes = await openSealed(key, body.sealed, INFO, aad).catch(() => undefined)
      if (bytes != null) {
        await (pending == null ? this.#take(holding, bytes, tell) : this.#answered(holding, message, pending, bytes))
        return
      }
    }
  }

  /** Who floods a list with what nobody can open must not keep others from being heard. */
  #openLater (holding: ListHolding, message: SignedMessage, tell: boolean): void {
    const at = this.#unopened.length < MAX_UNOPENED ? this.#unopened.length : Math.floor(Math.random() * MAX_UNOPENED)
    this.#unopened[at] = { holding, message, tell }
    this.#openSoon()
  }

  #openSoon (): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      const batch = this.#unopened.splice(0, OPENINGS.perSecond * OPEN_AGAIN_MS / 1_000)
      Promise.all(batch.map(async each => this.#open(each.holding, each.message, each.tell))).catch(error => { this.#init.log('debug', `report: ${String(error)}`) }).finally(() => {
        this.#unopened.length > 0 && this.#openSoon()
      })
    }, OPEN_AGAIN_MS)
  }

  async #take (holding: ListHolding, bytes: Uint8Array, tell: boolean): Promise<void> {
    const id = reportId(bytes)
    try {
      const report = await verifyReport(bytes)
      if (this.#inbox.add(id, { list: holding.id, report, ...(report.kind === 'appeal' ? { signed: bytes } : {}) }) && tell) {
        this.#init.emit({ type: 'report', list: holding.id, report: id, kind: report.kind, reason: report.reason })
      }
    } catch (error) {
      this.#init.log('debug', `report: ${String(error)}`)
    }
  }

  async #answered (holding: ListHolding, message: SignedMessage, pending: Pending, bytes: Uint8Array): Promise<void> {
    if (holding.feed.maintainers.includes(message.author)) {
      const { outcome, note } = JSON.parse(new TextDecoder().decode(bytes))
      this.#pending = this.#pending.filter(each => each !== pending)
      await this.#save()
      this.#init.emit({ type: 'report', list: holding.id, report: pending.report, outcome: String(outcome), note: String(note ?? '').slice(0, 2_048) })
    }
  }

  /** Reports of the same messages for the same reason are one, with their number. */
  #merged (): Map<string, Array<[string, Received]>> {
    const merged = new Map<string, Array<[string, Received]>>()
    for (const [id, received] of this.#inbox.entries()) {
      const { kind, room, reason, from, messages, context } = received.report
      const about = messages.filter(each => !context.includes(each.id)).map(each => each.id).sort()
      const key = JSON.stringify([received.list, kind, room, about, ...(kind === 'appeal' ? [from] : [reason])])
      merged.set(key, [...merged.get(key) ?? [], [id, received]])
    }
    return merged
  }

  inbox (): ReportSummary[] {
    return [...this.#merged().values()].map(([[id, { list, report }], ...others]) => ({
      report: id,
      kind: report.kind,
      list,
      room: report.room,
      reason: report.reason,
      note: [report, ...others.map(([, other]) => other.report)].map(each => each.note).filter(note => note !== '').join('\n'),
      from: report.from ?? null,
      time: report.time,
      messages: shown(report),
      count: 1 + others.length,
      outcome: this.#outcomes[id] ?? null,
      answerable: report.answer != null
    }))
  }

  async resolve (reports: string[], resolution: { outcome: Outcome, note?: string, reply?: boolean }): Promise<{ resolved: number }> {
    const merged = [...this.#merged().values()]
    let resolved = 0
    for (const id of reports) {
      const group = merged.find(each => each.some(([other]) => other === id))
      if (group == null) {
        throw new InvalidParametersError('reports names one that is not in the inbox. Read report.inbox for those that are.')
      }
      for (const [each, { list, report }] of group) {
        this.#outcomes[each] = resolution.outcome
        if (resolution.reply === true && report.answer != null) {
          await this.#answer(list, report.answer, resolution)
        }
      }
      resolved++
    }
    await this.#save()
    return { resolved }
  }

  async #answer (list: string, key: string, { outcome, note = '' }: { outcome: Outcome, note?: string }): Promise<void> {
    const { core } = this.#init.lists.get(list).room
    const words = new TextEncoder().encode(JSON.stringify({ outcome, note: note.slice(0, 2_048) }))
    try {
      await core.voice.say({ kind: 'report', sealed: await sealTo(fromString(key, 'base64url'), words, INFO, fromString(list)) })
    } catch (error) {
      this.#init.log('debug', `answer: ${String(error)}`)
    }
  }

  // ---- outside

  /** A report as a file, for somebody who does not use Undertone. */
  async export (options: { report?: string } & Partial<ReportOptions>): Promise<Uint8Array> {
    if (options.report != null) {
      const received = this.#inbox.get(options.report)
      if (received == null) {
        throw new InvalidReportError('No such report is in the inbox. Read report.inbox for those that are.')
      }
      // the reporter's signature is over what was sealed; what is handed on is evidence without it
      const { from, answer, ...report } = received.report
      return received.signed ?? encodeReport(report)
    }
    const { core } = this.#init.rooms.get(options.room ?? '')
    const { messages, context } = await evidenceOf(core, options)
    return this.#write(core, { kind: 'report', reason: options.reason ?? 'other', note: options.note ?? '', messages, context }, options.anonymous !== false)
  }

  async verify (bytes: Uint8Array): ReturnType<Reports['verify']> {
    const report = await verifyReport(bytes)
    const { reason, note, room, time, from = null } = report
    return { valid: true, messages: shown(report), reason, note, from, room, time }
  }
}

/** Evidence as people read it. */
export function shown (report: { messages: SignedMessage[], context: string[], reason?: Reason }): ReportedMessage[] {
  return report.messages.map(message => ({
    id: message.id,
    author: message.author,
    text: 'text' in message.body && typeof message.body.text === 'string' ? message.body.text : message.body.kind === 'attachment' ? message.body.name : '',
    time: message.time,
    context: report.context.includes(message.id)
  }))
}
