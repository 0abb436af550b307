import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { columnsOf, fit, wrap } from './columns.ts'
import { COLOURED, PLAIN, messageLines } from './message-lines.ts'
import type { Conversation } from './conversation.ts'
import type { Style } from './message-lines.ts'
import type { Transcript } from './transcript.ts'
import type { ReadStream, WriteStream } from 'node:tty'

/** Redrawn at most so often: a burst of messages is one picture. */
const FRAME_MS = 33
const PROMPT = '> '

export interface Frame { columns: number, rows: number, transcript: Transcript, status: string, hint: string, line: string, cursor: number, scroll: number, style: Style }

/** The lines of a room from the bottom, as many as are asked for. */
function lastLines (transcript: Transcript, wanted: number, columns: number, style: Style): string[] {
  const blocks: string[][] = []
  let count = 0
  for (let i = transcript.items.length - 1; i >= 0 && count < wanted; i--) {
    const item = transcript.items[i]
    const shown = item.kind === 'message' ? transcript.shown(item.id) : undefined
    const lines = item.kind === 'notice'
      ? item.lines.flatMap(line => wrap(line, columns).map(part => style.dim(part)))
      : shown == null ? [] : messageLines(shown, columns, style)
    blocks.unshift(lines)
    count += lines.length
  }
  return blocks.flat().slice(-wanted)
}

/** A picture of the screen: every line of it, and where the cursor is. */
export function picture ({ columns, rows, transcript, status, hint, line, cursor, scroll, style }: Frame): { lines: string[], column: number, scrolled: number } {
  const height = Math.max(1, rows - 2)
  const all = lastLines(transcript, height + scroll, columns, style)
  const scrolled = Math.max(0, Math.min(scroll, all.length - height))
  const body = all.slice(0, all.length - scrolled).slice(-height)
  const padded = [...Array.from({ length: height - body.length }, () => ''), ...body]
  const bar = fit(` ${hint !== '' ? hint : scrolled > 0 ? `${scrolled} lines further down: Page Down` : status}`, columns)
  // what is typed may be wider than the screen: the part around the cursor is shown
  const room = Math.max(4, columns - PROMPT.length - 1)
  const before = columnsOf(line.slice(0, cursor))
  const from = Math.max(0, before - room)
  let [visible, skipped] = [line, 0]
  while (skipped < from && visible !== '') {
    const [first] = visible
    skipped += columnsOf(first)
    visible = visible.slice(first.length)
  }
  while (columnsOf(visible) > room) {
    visible = visible.slice(0, -1)
  }
  return { lines: [...padded, `\u001b[7m${bar}${' '.repeat(Math.max(0, columns - columnsOf(bar)))}\u001b[27m`, `${PROMPT}${visible}`], column: PROMPT.length + before - skipped, scrolled }
}

export interface ScreenInit {
  input: ReadStream
  output: WriteStream
  conversation: Conversation
  complete (line: string): [string[], string]
  onLine (line: string): void
  onEnd (): void
}

/**
 * The whole terminal, on its second page: what was talked about does not stay in the scroll-back.
 * Node's readline edits the line (history, completion, keys); what it would draw is drawn here.
 */
export class Screen {
  readonly #init: ScreenInit
  readonly #lines: ReturnType<typeof createInterface>
  readonly #style: Style = process.env.NO_COLOR == null || process.env.NO_COLOR === '' ? COLOURED : PLAIN
  #scroll = 0
  #hint = ''
  #timer?: ReturnType<typeof setTimeout>
  #closed = false

  constructor (init: ScreenInit) {
    this.#init = init
    const { input, output } = init
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => { done() } })
    this.#lines = createInterface({
      input,
      output: nowhere,
      terminal: true,
      historySize: 200,
      completer: (line: string) => {
        const [hits, word] = init.complete(line)
        this.#hint = hits.length > 1 ? hits.map(hit => hit.trim()).join('  ') : ''
        return [hits, word]
      }
    })
    output.write('\u001b[?1049h')
    this.#lines.on('line', line => {
      this.#scroll = 0
      this.#hint = ''
      init.onLine(line)
      this.update()
    })
    this.#lines.on('SIGINT', () => { init.onEnd() })
    this.#lines.on('SIGTSTP', () => {})
    this.#lines.on('close', () => { init.onEnd() })
    input.on('keypress', this.#onKey)
    output.on('resize', this.#onResize)
    this.update()
  }

  readonly #onResize = (): void => { this.update() }

  readonly #onKey = (_: unknown, key: { name?: string } | undefined): void => {
    const page = Math.max(1, this.#init.output.rows - 3)
    if (key?.name === 'pageup') {
      this.#scroll += page
    } else if (key?.name === 'pagedown') {
      this.#scroll = Math.max(0, this.#scroll - page)
    } else if (key?.name !== 'tab') {
      this.#hint = ''
    }
    this.update()
  }

  update (): void {
    if (!this.#closed) {
      this.#timer ??= setTimeout(() => { this.#draw() }, FRAME_MS)
    }
  }

  #draw (): void {
    this.#timer = undefined
    const { output, conversation } = this.#init
    const [columns, rows] = [output.columns, output.rows]
    const { lines, column, scrolled } = picture({ columns, rows, transcript: conversation.transcript, status: conversation.status(), hint: this.#hint, line: this.#lines.line, cursor: this.#lines.cursor, scroll: this.#scroll, style: this.#style })
    this.#scroll = scrolled
    output.write(`\u001b[?25l\u001b[H${lines.map(line => `${line}\u001b[K`).join('\r\n')}\u001b[J\u001b[${lines.length};${column + 1}H\u001b[?25h`)
  }

  close (): void {
    if (this.#closed) {
      return
    }
    this.#closed = true
    clearTimeout(this.#timer)
    this.#init.input.removeListener('keypress', this.#onKey)
    this.#init.output.removeListener('resize', this.#onResize)
    this.#lines.close()
    this.#init.output.write('\u001b[?1049l')
  }
}
