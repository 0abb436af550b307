import { createInterface } from 'node:readline'
import { createUndertone } from '../engine/create.ts'
import { createMethods } from '../rpc/index.ts'
import { nodeFiles } from '../rpc/node-files.ts'
import { runLine, CHAT_COMMANDS } from './chat/commands.ts'
import { complete } from './chat/completion.ts'
import { Conversation } from './chat/conversation.ts'
import { messageLine } from './chat/message-lines.ts'
import { isInvite } from './chat/room-commands.ts'
import { Screen } from './chat/screen.ts'
import { CommandFailedError } from './errors.ts'
import { aborted, untilSignal } from './lifetime.ts'
import { engineInit, makeLog } from './options.ts'
import type { CommonOptions } from './options.ts'

/** `undertone chat`: rooms in the terminal, or line by line in a pipe. Words are said, commands begin with a slash. */
export async function runChat (options: CommonOptions, target: string): Promise<number> {
  const signal = untilSignal()
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY && options.json !== true
  const log = makeLog(options.log)
  const engine = await createUndertone(engineInit(options, (level, message) => {
    // what is written over the picture of a terminal is read by nobody
    if (screen == null) {
      log(level, message)
    }
  }))
  const ended = new AbortController()
  const end = AbortSignal.any([signal, ended.signal])
  let screen: Screen | undefined
  const write = (line: string): void => {
    if (screen == null) {
      process.stdout.write(`${line}\n`)
    }
  }
  const methods = createMethods({ engine, files: nodeFiles, stop: () => { ended.abort() } })
  const conversation: Conversation = new Conversation({
    call: async (method, params) => {
      const found = methods.get(method)
      if (found == null) {
        throw new CommandFailedError(`This version has no ${method}.`)
      }
      return found.call(params, { signal: end })
    },
    onMessage: (id, isNew) => {
      const shown = conversation.transcript.shown(id)
      if (shown != null && options.json === true) {
        write(JSON.stringify({ type: isNew ? 'message' : 'changed', number: shown.number, message: shown.message }))
      } else if (shown != null) {
        write(`${isNew ? '' : '(changed) '}${messageLine(shown)}`)
      }
      screen?.update()
    },
    onNotice: lines => {
      options.json === true ? write(JSON.stringify({ type: 'notice', lines })) : lines.forEach(write)
      screen?.update()
    },
    onChange: () => { screen?.update() },
    quit: () => { ended.abort() }
  })
  try {
    const room = await engine.rooms.join(isInvite(target) ? { invite: target, signal: end } : { name: target, signal: end })
    engine.addEventListener('event', event => { conversation.event(event.detail) })
    await conversation.enter(room.id)
    if (isTerminal) {
      screen = new Screen({
        input: process.stdin,
        output: process.stdout,
        conversation,
        complete: line => complete(CHAT_COMMANDS, line, conversation),
        onLine: line => { runLine(conversation, line).catch(() => {}) },
        onEnd: () => { ended.abort() }
      })
      await aborted(end)
    } else {
      const lines = createInterface({ input: process.stdin, signal: end })
      for await (const line of lines) {
        await runLine(conversation, line)
        if (end.aborted) {
          break
        }
      }
    }
  } catch (error) {
    if (!end.aborted) {
      throw error
    }
  } finally {
    screen?.close()
    await engine.stop()
  }
  return 0
}
