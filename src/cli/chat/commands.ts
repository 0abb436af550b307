import { terminalText } from '../terminal-text.ts'
import { columnsOf } from './columns.ts'
import { UnclearCommandError } from './command.ts'
import { JUDGEMENT_COMMANDS } from './judgement-commands.ts'
import { LIST_COMMANDS } from './list-commands.ts'
import { REPORT_COMMANDS } from './report-commands.ts'
import { ROOM_COMMANDS } from './room-commands.ts'
import type { Chat, ChatCommand, ChatCommands } from './command.ts'

const USAGE_COLUMNS = 46

function help (title: string, commands: ChatCommands): string[] {
  return [title, ...Object.entries(commands).flatMap(([name, { takes, does }]) => {
    const usage = `  /${name} ${takes}`
    return columnsOf(usage) < USAGE_COLUMNS ? [`${usage.padEnd(USAGE_COLUMNS)}${does}`] : [usage, `${' '.repeat(USAGE_COLUMNS)}${does}`]
  })]
}

const GROUPS: Array<{ name: string, title: string, commands: ChatCommands }> = [
  { name: 'talking', title: 'Talking', commands: ROOM_COMMANDS },
  { name: 'judging', title: 'Judging, for you alone', commands: JUDGEMENT_COMMANDS },
  { name: 'lists', title: 'Lists, to follow and to make', commands: LIST_COMMANDS },
  { name: 'reports', title: 'Reports, appeals, help, and what the room decides', commands: REPORT_COMMANDS }
]

export const CHAT_COMMANDS: ChatCommands = {
  help: {
    takes: `[${GROUPS.map(({ name }) => name).join('|')}|all|command]`,
    does: 'what there is to type',
    completes: ['command'],
    run: async (chat, rest) => {
      const name = rest.replace(/^\//, '')
      const group = GROUPS.find(each => each.name === name)
      // "/help lists" is the group; "/lists" says itself what it does
      if (group == null && Object.hasOwn(CHAT_COMMANDS, name)) {
        chat.print(`/${name} ${CHAT_COMMANDS[name].takes}`, CHAT_COMMANDS[name].does)
        return
      }
      if (name !== '' && name !== 'all' && group == null) {
        throw new UnclearCommandError(`There is no command /${terminalText(name)}.`)
      }
      chat.print(
        ...group == null ? ['What you type is said; commands begin with a slash. <n> is the number before a message, <who> a name or the end of an ID, <list> a number or title in /lists.'] : [],
        ...GROUPS.filter(each => group == null || each === group).flatMap(each => each === group || name === 'all' || each === GROUPS[0]
          ? help(each.title, each.commands)
          : [`${each.title} (/help ${each.name}): ${Object.keys(each.commands).map(command => `/${command}`).join(' ')}`])
      )
    }
  },
  ...ROOM_COMMANDS,
  ...JUDGEMENT_COMMANDS,
  ...LIST_COMMANDS,
  ...REPORT_COMMANDS
}

/** A typed line: words are said, commands are run. Errors are told, never thrown. */
export async function runLine (chat: Chat, typed: string): Promise<void> {
  const text = typed.trim()
  try {
    if (!text.startsWith('/') || text.startsWith('//')) {
      if (text !== '') {
        await chat.call('room.send', { room: chat.room, text: text.replace(/^\/\//, '/') })
      }
      return
    }
    const [, name, rest] = /^\/(\S*)\s*([^]*)$/.exec(text) as RegExpExecArray
    const command: ChatCommand | undefined = Object.hasOwn(CHAT_COMMANDS, name) ? CHAT_COMMANDS[name] : undefined
    if (command == null) {
      chat.print(`! There is no command /${terminalText(name)}. /help lists those there are; // begins a message with a slash.`)
    } else {
      await command.run(chat, rest).catch((error: any) => {
        chat.print(`! ${terminalText(String(error?.message ?? error))}`, ...error instanceof UnclearCommandError ? [`  /${name} ${command.takes}`] : [])
      })
    }
  } catch (error: any) {
    chat.print(`! ${terminalText(String(error?.message ?? error))}`)
  }
}
