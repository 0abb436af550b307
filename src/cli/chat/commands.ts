import { terminalText } from '../terminal-text.ts'
import { columnsOf } from './columns.ts'
import { JUDGEMENT_COMMANDS } from './judgement-commands.ts'
import { ROOM_COMMANDS } from './room-commands.ts'
import type { Chat, ChatCommand, ChatCommands } from './command.ts'

const USAGE_COLUMNS = 46

function help (title: string, commands: ChatCommands): string[] {
  return [title, ...Object.entries(commands).map(([name, { takes, does }]) => {
    const usage = `  /${name} ${takes}`
    return columnsOf(usage) < USAGE_COLUMNS ? `${usage.padEnd(USAGE_COLUMNS)}${does}` : `${usage}  ${does}`
  })]
}

export const CHAT_COMMANDS: ChatCommands = {
  help: {
    takes: '[command]',
    does: 'this list',
    run: async (chat, rest) => {
      const name = rest.replace(/^\//, '')
      chat.print(...(Object.hasOwn(CHAT_COMMANDS, name)
        ? [`/${name} ${CHAT_COMMANDS[name].takes}`, CHAT_COMMANDS[name].does]
        : [
            'What you type is said; commands begin with a slash. <n> is the number before a message, <who> a name or the end of an ID.',
            ...help('Talking', ROOM_COMMANDS),
            ...help('Judging: for you alone, or in lists that others may follow', JUDGEMENT_COMMANDS)
          ]))
    }
  },
  ...ROOM_COMMANDS,
  ...JUDGEMENT_COMMANDS
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
      await command.run(chat, rest)
    }
  } catch (error: any) {
    chat.print(`! ${terminalText(String(error?.message ?? error))}`)
  }
}
