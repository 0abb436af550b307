import { createInterface } from 'node:readline'
import { createUndertone } from '../engine/undertone.ts'
import { CHAT_COMMANDS } from './chat-commands.ts'
import { untilSignal } from './lifetime.ts'
import { engineInit, makeLog } from './options.ts'
import { terminalText, terminalTime } from './terminal-text.ts'
import type { CommonOptions } from './options.ts'
import type { ChatMessage, Room } from '../engine/api.ts'

const HISTORY = 50
const CLEAR_LINE = '\r\u001b[2K'

/** One line of the conversation, with what the reader's lists say. */
export function chatLine (message: ChatMessage): string {
  const who = message.self ? 'you' : terminalText(message.petname)
  const marks = [message.edited ? 'edited' : '', message.self && message.delivery === 'heard' ? '✓' : ''].filter(mark => mark !== '')
  const action = message.verdict?.action ?? 'none'
  const reasons = [...new Set(message.verdict?.sources.map(source => source.reason))].join(', ')
  let text = message.attachments.length > 0 ? `[file ${terminalText(message.attachments[0].name)}] ${terminalText(message.text)}` : terminalText(message.text)
  if (message.deleted) {
    text = '(taken back)'
  } else if (action === 'hide' || action === 'mute' || action === 'blur') {
    text = `(hidden: ${reasons}; /why shows more)`
  } else if (action === 'warn' || action === 'label') {
    text = `[${reasons}] ${text}`
  }
  return `${terminalTime(message.time)} ${who}: ${text}${marks.length === 0 ? '' : ` (${marks.join(', ')})`}`
}

/** `undertone chat`: one room in the terminal; words are sent, commands begin with a slash. */
export async function runChat (options: CommonOptions, target: string): Promise<number> {
  const { signal } = untilSignal()
  const engine = await createUndertone(engineInit(options, makeLog(options.log)))
  const screen = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ', terminal: process.stdout.isTTY })
  const print = (line: string): void => {
    // the line being typed is drawn again below what arrived
    process.stdout.write(process.stdout.isTTY ? `${CLEAR_LINE}${line}\n` : `${line}\n`)
    if (process.stdout.isTTY) {
      screen.prompt(true)
    }
  }
  try {
    const isInvite = /^\s*undertone:join\/|#\/join\//.test(target)
    const room: Room = await engine.rooms.join(isInvite ? { invite: target } : { name: target })
    engine.addEventListener('event', event => {
      const { type, room: where, ...rest } = event.detail as any
      if (where !== room.id) {
        return
      }
      if (type === 'message') {
        print(chatLine(rest.message))
        room.markRead()
      } else if (type === 'status' && rest.connected != null) {
        screen.setPrompt(`${rest.connected + 1} here > `)
        if (process.stdout.isTTY) {
          screen.prompt(true)
        }
      } else if (type === 'room' && rest.changed != null) {
        print(`(changed) ${chatLine(rest.changed)}`)
      } else if (type === 'room' && rest.movedTo != null) {
        print('The founder moved this room. Join the new one with /quit and `undertone chat`.')
      }
    })
    const { messages } = await room.history({ limit: HISTORY })
    messages.forEach(message => { print(chatLine(message)) })
    print(`You are in "${terminalText(room.info().name)}". /help lists commands.`)
    screen.prompt()
    const end = (): void => { screen.close() }
    signal.addEventListener('abort', end)
    for await (const line of screen) {
      const text = line.trim()
      try {
        if (text.startsWith('/')) {
          const [name, ...rest] = text.slice(1).split(/\s+/)
          const command = Object.hasOwn(CHAT_COMMANDS, name) ? CHAT_COMMANDS[name] : undefined
          if (command == null) {
            print(`There is no command /${terminalText(name)}. /help lists those there are.`)
          } else {
            await command.run({ engine, room, print, quit: end }, rest.join(' '))
          }
        } else if (text !== '') {
          await room.send(text)
        }
      } catch (error: any) {
        print(`! ${terminalText(String(error?.message ?? error))}`)
      }
      if (process.stdout.isTTY) {
        screen.prompt()
      }
    }
  } finally {
    screen.close()
    await engine.stop()
  }
  return 0
}
