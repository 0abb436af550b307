import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { REASONS } from '../../moderation/index.ts'
import type { ChatCommands, Words } from './command.ts'

const ACTIONS = ['hide', 'blur', 'warn', 'label', 'mute', 'allow']
const MAX_FILES = 200

export interface CompletionSource {
  /** names of people, rooms and lists on the screen now */
  words (kind: 'member' | 'message' | 'list' | 'room'): string[]
}

function files (start: string): string[] {
  const folder = start.endsWith('/') ? start : dirname(start)
  try {
    return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true }).slice(0, MAX_FILES)
      .map(each => `${folder === '.' && !start.startsWith('./') ? each.name : join(folder, each.name)}${each.isDirectory() ? '/' : ''}`)
  } catch {
    return []
  }
}

function candidates (kind: Words, start: string, source: CompletionSource, commands: ChatCommands): string[] {
  switch (kind) {
    case 'reason': return [...REASONS]
    case 'action': return ACTIONS
    case 'command': return Object.keys(commands)
    case 'file': return files(start)
    default: return source.words(kind)
  }
}

/** What the last word of a line can become, and that word, as Node's readline asks for it. */
export function complete (commands: ChatCommands, line: string, source: CompletionSource): [string[], string] {
  // words in quotes are one
  const words = line.match(/"[^"]*(?:"|$)|[^\s"]+|(?<=\s)$/g) ?? ['']
  const last = words[words.length - 1]
  if (words.length === 1) {
    return [line.startsWith('/') ? Object.keys(commands).map(name => `/${name} `).filter(each => each.startsWith(line)) : [], line]
  }
  const name = words[0].slice(1)
  const kind = words[0].startsWith('/') && Object.hasOwn(commands, name) ? commands[name].completes?.[words.length - 2] : undefined
  const bare = (text: string): string => text.replace(/^"/, '')
  return [kind == null ? [] : candidates(kind, last, source, commands).filter(each => each.startsWith(last) || bare(each).startsWith(bare(last))), last]
}
