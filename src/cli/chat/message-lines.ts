import { terminalText, terminalTime } from '../terminal-text.ts'
import { columnsOf, fit, wrap } from './columns.ts'
import type { ChatMessage } from '../../engine/api.ts'

/** How a terminal shows things; without colours every style is empty. */
export interface Style { dim (text: string): string, bold (text: string): string, name (text: string, key: string): string }

export const PLAIN: Style = { dim: text => text, bold: text => text, name: text => text }

/** Colours readable on light and dark: the middle of the 256-colour cube. */
const NAME_COLOURS = [31, 37, 61, 67, 71, 97, 101, 103, 131, 133, 137, 166]
export const COLOURED: Style = {
  dim: text => `\u001b[2m${text}\u001b[22m`,
  bold: text => `\u001b[1m${text}\u001b[22m`,
  name: (text, key) => `\u001b[38;5;${NAME_COLOURS[[...key].reduce((sum, c) => (sum * 31 + (c.codePointAt(0) ?? 0)) >>> 0, 0) % NAME_COLOURS.length]}m${text}\u001b[39m`
}

const NAME_COLUMNS = 14
const MAX_NOTES = 3
const MARKS = { sending: '·', sent: '✓', heard: '✓✓' }

export interface Shown {
  message: ChatMessage
  /** how it is called in commands; stays while the program runs */
  number: number
  /** the message it answers, when that is held */
  answers?: ChatMessage
  /** shown although the reader's lists would hide it */
  revealed: boolean
}

function reasonsOf ({ verdict }: ChatMessage): string {
  return [...new Set(verdict?.sources.map(source => source.reason))].join(', ')
}

/** What stands in the place of a message's words, and what belongs under it. */
export function wordsOf ({ message, number, revealed }: Shown): string {
  const action = message.verdict?.action ?? 'none'
  if (message.deleted) {
    return '(taken back)'
  }
  if (!revealed && (action === 'hide' || action === 'mute' || action === 'blur')) {
    const [source] = message.verdict?.sources ?? []
    return `(hidden as ${reasonsOf(message)}${source == null ? '' : ` by ${terminalText(source.title)}`}; /show ${number}, /why ${number})`
  }
  const files = message.attachments.map(({ name, size }) => `[file ${terminalText(name)}, ${size} bytes: /fetch ${number}]`)
  const tried = [...new Set(message.verdict?.trial?.map(source => source.reason))]
  const label = `${tried.length > 0 && (action === 'none' || action === 'allow') ? `[on trial: ${tried.join(', ')}; /why ${number}] ` : ''}${message.mention === 'heard' ? '[@you] ' : ''}${action === 'warn' || action === 'label' ? `[${reasonsOf(message)}] ` : ''}`
  return `${label}${[...files, terminalText(message.text)].filter(part => part !== '').join(' ')}`
}

/** What lists add to a message that is shown: the note, who says so, and what it rests on. */
export function notesOf ({ message }: Shown): string[] {
  const { verdict } = message
  if (message.deleted || verdict == null || (verdict.action !== 'warn' && verdict.action !== 'label')) {
    return []
  }
  return verdict.sources.filter(({ note, action }) => note != null && note !== '' && (action === 'warn' || action === 'label')).slice(0, MAX_NOTES)
    .map(({ title, note, sources = [] }) => `${terminalText(title)}: ${terminalText(note ?? '')}${sources.length === 0 ? '' : ` (${sources.map(terminalText).join(' ')})`}`)
}

export function nameOf (message: ChatMessage): string {
  return message.self ? 'you' : terminalText(message.petname)
}

function marksOf (message: ChatMessage): string {
  return [message.edited ? 'edited' : '', message.self && !message.deleted ? MARKS[message.delivery] : ''].filter(mark => mark !== '').join(' ')
}

/** One line, for a pipe. */
export function messageLine (shown: Shown): string {
  const { message, number } = shown
  const marks = marksOf(message)
  const notes = notesOf(shown).map(note => ` [note by ${note}]`).join('')
  return `#${number} ${terminalTime(message.time)} ${nameOf(message)}: ${wordsOf(shown)}${notes}${marks === '' ? '' : ` (${marks})`}`
}

/** A message as lines of a screen: number, time, name, then the words with a hanging indent. */
export function messageLines (shown: Shown, columns: number, style: Style): string[] {
  const { message, number, answers } = shown
  const name = fit(nameOf(message), NAME_COLUMNS)
  const head = `${String(number).padStart(4)} ${terminalTime(message.time)} `
  const indent = ' '.repeat(head.length + NAME_COLUMNS + 1)
  const room = Math.max(10, columns - indent.length)
  const quote = answers == null ? [] : [style.dim(fit(`↳ ${nameOf(answers)}: ${wordsOf({ message: answers, number: 0, revealed: false })}`, room))]
  const marks = marksOf(message)
  const reactions = message.reactions.map(({ emoji, personas }) => `${terminalText(emoji)} ${personas.length}`).join('  ')
  const words = wordsOf(shown)
  const stand = message.deleted || wordsOf({ ...shown, revealed: true }) !== words
  const body = [...quote, ...wrap(words, room).map(line => stand ? style.dim(line) : line)].map((line, i) => i > 0
    ? indent + line
    : `${style.dim(head)}${message.self ? style.bold(name) : style.name(name, message.author)}${' '.repeat(Math.max(1, NAME_COLUMNS + 1 - columnsOf(name)))}${line}`)
  if (marks !== '') {
    const last = body.length - 1
    if (columnsOf(body[last]) + marks.length + 1 <= columns) {
      body[last] += ` ${style.dim(marks)}`
    } else {
      body.push(style.dim(indent + marks))
    }
  }
  const notes = notesOf(shown).flatMap(note => wrap(`! ${note}`, room)).map(line => style.dim(indent + line))
  return [...body, ...notes, ...(reactions === '' ? [] : [style.dim(indent + fit(reactions, room))])]
}
