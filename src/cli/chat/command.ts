import { CommandFailedError } from '../errors.ts'
import { terminalText } from '../terminal-text.ts'
import type { ChatMessage, MemberInfo } from '../../engine/api.ts'

/** What a word of a command can be completed to. */
export type Words = 'member' | 'message' | 'reason' | 'action' | 'list' | 'room' | 'file' | 'command'

/** What has an ID nobody would type: entries of lists, reports, proposals. */
export type Handled = 'e' | 'r' | 'p'

/** What commands work with: the method table of the RPC, and what the screen calls things. */
export interface Chat {
  /** a method of the contract */
  call (method: string, params?: object): Promise<any>
  readonly room: string
  print (...lines: string[]): void
  /** the same with words of these messages in it: it stays no longer than they do */
  quote (messages: string[], ...lines: string[]): void
  /** by the number on the screen */
  message (number: string): ChatMessage
  /** everybody here, by name, end of ID, or the number of one of their messages */
  persona (who: string): Promise<string>
  members (): Promise<MemberInfo[]>
  reveal (message: ChatMessage): void
  /** a short name for an ID, like `e3`; the same one each time */
  handle (kind: Handled, id: string): string
  /** the ID behind a short name; what is none is an ID itself */
  handled (text: string): string
  older (): Promise<void>
  /** goes on in another room of this node */
  enter (room: string): Promise<void>
  left (room: string): void
  quit (): void
}

export interface ChatCommand {
  /** words after the name, as the help shows them */
  takes: string
  does: string
  completes?: Words[]
  run (chat: Chat, rest: string): Promise<void>
}

export type ChatCommands = Record<string, ChatCommand>

/** The first word, or words in quotes, and the rest as it was typed. */
export function firstWord (text: string): [string, string] {
  const [, quoted, first, rest] = /^(?:"([^"]*)"|(\S*))\s*([^]*)$/.exec(text.trim()) as RegExpExecArray
  return [quoted ?? first, rest]
}

/** Words without the quotes around them. */
export function unquoted (text: string): string { return text.trim().replace(/^"([^"]*)"$/, '$1') }

/** A command was typed that says too little, or what it does not take; its usage is shown beside. */
export class UnclearCommandError extends CommandFailedError {
  static name = 'UnclearCommandError'
  name = 'UnclearCommandError'
}

export function need (text: string, what: string): string {
  if (text === '') {
    throw new UnclearCommandError(`Say ${what}.`)
  }
  return text
}

/** `name=value` and `name="some words"` taken out of a text; a name may come several times. */
export function optionsIn<Name extends string> (text: string, names: readonly Name[]): { options: Partial<Record<Name, string[]>>, rest: string } {
  const options: Partial<Record<Name, string[]>> = {}
  const rest = text.replace(new RegExp(`(?<!\\S)(${names.join('|')})=(?:"([^"]*)"|(\\S*))`, 'g'), (_, name: Name, quoted?: string, bare?: string) => {
    options[name] = [...options[name] ?? [], quoted ?? bare ?? '']
    return ''
  })
  return { options, rest: rest.replace(/\s+/g, ' ').trim() }
}

/** For commands that take options alone: a word that is none would be lost without a word about it. */
export function onlyOptions<Name extends string> (text: string, names: readonly Name[]): Partial<Record<Name, string[]>> {
  const { options, rest } = optionsIn(text, names)
  if (rest !== '') {
    throw new UnclearCommandError(`What is meant by "${rest}"? This command takes ${names.map(name => `${name}=…`).join(', ')}; words with spaces go in quotes.`)
  }
  return options
}

/** `slowMode:5000,history:join` by name; numbers as numbers. */
export function namedValues (values: string[]): Record<string, unknown> {
  return Object.fromEntries(values.flatMap(value => value.split(',')).map(value => {
    const [, name, amount] = /^(\w+):(.+)$/.exec(value) ?? []
    return [need(name ?? '', `name:value, like slowMode:5000, instead of "${value}"`), /^-?\d+$/.test(amount) ? Number(amount) : amount]
  }))
}

export function numberOf (text: string, what: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new UnclearCommandError(`${what} must be a number, 0 or above.`)
  }
  return value
}

export function switchOf (text: string, what: string): boolean {
  if (text !== 'on' && text !== 'off') {
    throw new UnclearCommandError(`${what} is on or off.`)
  }
  return text === 'on'
}

/** `spam,scam`, or `all` for no limit. */
export function wordsOf (text: string): string[] | null { return text === 'all' ? null : text.split(',').filter(word => word !== '') }

const SUBJECT = /^(word|domain|pattern|branch|attachment|image|message|rule|persona):(.+)$/

/** The one subject of an entry as it is typed: `word:…`, `domain:…`, `image:<n>`, `branch:<who>` …, or a person. */
export async function subjectOf (chat: Chat, text: string): Promise<object> {
  const [, kind, value] = SUBJECT.exec(text) ?? []
  if (kind == null) {
    return { persona: await chat.persona(text) }
  }
  const isNumber = /^#?\d{1,6}$/.test(value)
  if (kind === 'message' && isNumber) {
    return { message: chat.message(value).id }
  }
  if (kind === 'persona' && !value.startsWith('12D3Koo') && !value.startsWith('hashed:')) {
    return { persona: await chat.persona(value) }
  }
  if (kind === 'image' && isNumber) {
    const { image } = await chat.call('moderation.image', { room: chat.room, message: chat.message(value).id })
    return { image: need(image ?? '', 'a picture that was opened: /fetch it first') }
  }
  if (kind === 'branch' && !/^[0-9a-f]{64}$/.test(value) && !value.startsWith('hashed:')) {
    const persona = await chat.persona(value)
    const branch = (await chat.members()).find(each => each.persona === persona)?.branch
    return { branch: need(branch ?? '', 'somebody who came in by an invite') }
  }
  return { [kind]: value }
}

/** A list, by ID, place in `/lists` or title, at the beginning of a text; and what follows it. */
export async function takeList (chat: Chat, text: string): Promise<[any, string]> {
  const { subscriptions } = await chat.call('list.subscriptions')
  const typed = need(text.trim(), 'which list')
  const [first, others] = firstWord(typed)
  // the reader's own is no subscription
  if (first === 'own' && !subscriptions.some((each: any) => each.title === 'own')) {
    return [{ list: 'own', title: 'own', own: true }, others]
  }
  const named = subscriptions.filter((each: any, i: number) => each.list === first || String(i + 1) === first || each.title.toLowerCase() === first.toLowerCase())
  if (named.length === 1) {
    return [named[0], others]
  }
  // a title of several words, without quotes: the longest that fits
  const begun = subscriptions.filter((each: any) => `${typed.toLowerCase()} `.startsWith(`${each.title.toLowerCase()} `)).sort((a: any, b: any) => b.title.length - a.title.length)
  if (begun.length === 0 || begun[1]?.title.length === begun[0].title.length) {
    throw new CommandFailedError(named.length > 1 || begun.length > 1 ? 'Several lists have this title. Use the number in /lists.' : `No list "${first}" is known here. See /lists; /subscribe <address or file> follows one, /newlist <title> makes one.`)
  }
  return [begun[0], typed.slice(begun[0].title.length).trim()]
}

/** A list and nothing else. */
export async function listOf (chat: Chat, text: string): Promise<any> {
  const [list, rest] = await takeList(chat, text)
  if (rest !== '') {
    throw new UnclearCommandError(`What is meant by "${rest}"? This command takes a list alone.`)
  }
  return list
}

export function day (ms: number): string { return new Date(ms).toISOString().slice(0, 10) }

/** Anything that came back, as indented lines. */
export function describe (value: unknown, indent = ''): string[] {
  if (typeof value !== 'object' || value == null) {
    return [`${indent}${value == null ? 'none' : terminalText(String(value))}`]
  }
  const entries = Array.isArray(value) ? value.map((item): [string, unknown] => ['-', item]) : Object.entries(value)
  if (entries.length === 0) {
    return [`${indent}none`]
  }
  return entries.flatMap(([name, item]) => {
    const label = terminalText(name)
    return typeof item === 'object' && item != null
      ? [`${indent}${label}`, ...describe(item, `${indent}  `)]
      : [`${indent}${label} ${describe(item)[0]}`]
  })
}
