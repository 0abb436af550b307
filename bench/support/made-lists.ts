import { addOperations, encodeStatements } from '../../src/moderation/index.ts'
import type { EntryFields, Statement } from '../../src/moderation/index.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const REASONS = ['spam', 'harassment', 'hate', 'scam'] as const

/** A word for a number, always the same and never another's. */
export function wordOf (number: number): string {
  let word = ''
  for (let rest = number + 18_000; rest > 0; rest = Math.floor(rest / 26)) {
    word += LETTERS[(rest * 7 + word.length) % 26]
  }
  return `${word}${LETTERS[number % 13]}q`
}

/** Of the length of a persona. */
export const personaOf = (number: number): string => `12D3KooW${String(number).padStart(44, 'x')}`
export const domainOf = (number: number): string => `${wordOf(number)}.example`

function subjectOf (number: number): EntryFields['subject'] {
  return number % 3 === 0 ? { persona: personaOf(number) } : number % 3 === 1 ? { word: wordOf(number) } : { domain: domainOf(number) }
}

export interface MadeList { founder: string, fields: EntryFields[], statements (): Statement[] }

/** List number `at` of lists that have nothing in common. */
export function listOf (at: number, entries: number): MadeList {
  const fields: EntryFields[] = Array.from({ length: entries }, (_, i) => ({ subject: subjectOf(at * entries + i), action: 'hide', reason: REASONS[(at + i) % REASONS.length] }))
  const encoded = encodeStatements(addOperations(fields))
  const founder = `founder ${at}`
  return { founder, fields, statements: () => encoded.map((entry, sequence) => ({ id: `${at}/${sequence}`, author: founder, sequence, time: sequence, entry: entry.slice() })) }
}

/** Chat as it is, one in ten from or about somebody listed. */
export function sentences (count: number, lists: number, entries: number): Array<{ persona: string, text: string, listed: boolean }> {
  const chat = ['has anybody seen the keys to the back room', 'see you at seven, bring the long cable please', 'I think the second poster looks much better than the first one!', 'вчера было тихо, посмотрим сегодня', 'read https://news.site/2024/11/story and tell me what you think', 'ok', 'no idea, ask Ben… he was there the whole evening and took pictures']
  return Array.from({ length: count }, (_, i) => {
    const number = (i * 7_919) % (lists * entries)
    const text = chat[i % chat.length]
    if (i % 10 !== 0) {
      return { persona: personaOf(-1 - i), text, listed: false }
    }
    return number % 3 === 0
      ? { persona: personaOf(number), text, listed: true }
      : { persona: personaOf(-1), text: number % 3 === 1 ? `${text} ${wordOf(number)}` : `${text} https://${domainOf(number)}/x`, listed: true }
  })
}
