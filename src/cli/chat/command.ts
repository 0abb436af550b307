import { CommandFailedError } from '../errors.ts'
import { terminalText } from '../terminal-text.ts'
import type { ChatMessage, MemberInfo } from '../../engine/api.ts'

/** What a word of a command can be completed to. */
export type Words = 'member' | 'message' | 'reason' | 'action' | 'list' | 'room' | 'file'

/** What commands work with: the method table of the RPC, and what the screen calls things. */
export interface Chat {
  /** a method of the contract */
  call (method: string, params?: object): Promise<any>
  readonly room: string
  print (...lines: string[]): void
  /** by the number on the screen */
  message (number: string): ChatMessage
  /** everybody here, by name, end of ID, or the number of one of their messages */
  persona (who: string): Promise<string>
  members (): Promise<MemberInfo[]>
  reveal (message: ChatMessage): void
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

/** The first word, and the rest as it was typed. */
export function firstWord (text: string): [string, string] {
  const [, first, rest] = /^(\S*)\s*([^]*)$/.exec(text.trim()) as RegExpExecArray
  return [first, rest]
}

export function need (text: string, what: string): string {
  if (text === '') {
    throw new CommandFailedError(`Say ${what}. /help shows how.`)
  }
  return text
}

/** A subject of a list entry as it is typed: `word:…`, `domain:…`, `pattern:…`, or a person. */
export async function subjectOf (chat: Chat, text: string): Promise<object> {
  const [, kind, value] = /^(word|domain|pattern|branch|attachment|image):(.+)$/.exec(text) ?? []
  return kind == null ? { persona: await chat.persona(text) } : { [kind]: value }
}

/** A list by ID, title or place in `/lists`. */
export async function listOf (chat: Chat, text: string): Promise<string> {
  const { subscriptions } = await chat.call('list.subscriptions')
  const wanted = need(text, 'which list').toLowerCase()
  const found = subscriptions.filter((each: any, i: number) => each.list === text || String(i + 1) === text || each.title.toLowerCase() === wanted)
  if (found.length !== 1) {
    throw new CommandFailedError(found.length === 0 ? 'No such list is known here. See /lists.' : 'Several lists have this title. Use the number in /lists.')
  }
  return found[0].list
}

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
