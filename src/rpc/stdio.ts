import { once } from 'node:events'
import { Dispatcher, notification } from './dispatch.ts'
import { LineTooLongError, ParseError } from './errors.ts'
import { MAX_LINE_BYTES, readLines } from './lines.ts'
import { createMethods } from './methods.ts'
import { Outbox } from './outbox.ts'
import type { Files } from './files.ts'
import type { Undertone, UndertoneEvent } from '../engine/api.ts'
import type { Readable, Writable } from 'node:stream'

/** Requests that run at once; more wait unread. */
export const MAX_RUNNING = 1_024
/** Requests that still run when input ends have so long to answer. */
const LAST_WORDS_MS = 4_000

export interface StdioInit {
  engine: Undertone
  input: Readable
  output: Writable
  files?: Files
  /** ends the service as the end of input does */
  signal: AbortSignal
  log (level: 'error', message: string): void
}

/**
 * Serves JSON-RPC 2.0, one object a line, until input ends, `node.stop` is called or the signal
 * aborts. Requests run at the same time; replies come as they are ready.
 */
export async function serveStdio (init: StdioInit): Promise<void> {
  const stop = new AbortController()
  const ended = AbortSignal.any([stop.signal, init.signal])
  const calls = new AbortController()
  const outbox = new Outbox({
    write: async text => {
      if (!init.output.write(text)) {
        await once(init.output, 'drain')
      }
    },
    overflow: lost => notification({ type: 'status', overflow: lost }),
    // other members first: a message is passed on before the write that wakes our reader
    turn: async () => new Promise(resolve => { setImmediate(resolve) })
  })
  const methods = createMethods({ engine: init.engine, files: init.files, stop: () => { setImmediate(() => { stop.abort() }) } })
  const dispatcher = new Dispatcher({ methods, signal: calls.signal, log: init.log })
  const onEvent = (event: CustomEvent<UndertoneEvent>): void => { outbox.event(notification(event.detail)) }
  const onOutputError = (): void => { stop.abort() }
  init.engine.addEventListener('event', onEvent)
  init.output.on('error', onOutputError)
  const running = new Set<Promise<void>>()
  const { promise: stopped, resolve: onStopped } = Promise.withResolvers<void>()
  const end = (): void => {
    init.input.destroy()
    onStopped()
  }
  ended.addEventListener('abort', end)
  try {
    for await (const line of readLines(init.input)) {
      if (line.kind !== 'line') {
        const error = line.kind === 'too-long'
          ? new LineTooLongError(`A line has at most ${MAX_LINE_BYTES} bytes; this one was left out. Send files with "path".`)
          : new ParseError('This line is not UTF-8; it was left out.')
        outbox.reply(JSON.stringify(dispatcher.refuse(line.kind === 'too-long' ? line.id ?? null : null, error)))
        continue
      }
      const call = dispatcher.handle(line.text).then(reply => {
        if (reply != null) {
          outbox.reply(reply)
        }
        running.delete(call)
      })
      running.add(call)
      if (running.size >= MAX_RUNNING) {
        await Promise.race(running)
      }
      if (outbox.full) {
        await Promise.race([outbox.ready(), stopped])
      }
      if (ended.aborted) {
        break
      }
    }
  } catch (error) {
    // destroyed by ourselves: nothing more to read
    if (!ended.aborted) {
      throw error
    }
  } finally {
    ended.removeEventListener('abort', end)
    await Promise.race([Promise.all(running), new Promise(resolve => setTimeout(resolve, LAST_WORDS_MS).unref())])
    calls.abort(new Error('The node is stopping.'))
    init.engine.removeEventListener('event', onEvent)
    await Promise.race([outbox.drained(), new Promise(resolve => setTimeout(resolve, 500).unref())])
    init.output.removeListener('error', onOutputError)
  }
}
