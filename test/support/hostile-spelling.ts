/** How people spell to get past a filter. Each takes a text and a source of randomness (0..1). */
export type Spelling = (text: string, random: () => number) => string

/** A small seeded generator (mulberry32): the same figures on every machine. */
export function seeded (seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), seed | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const LEET: Record<string, string> = { a: '4', e: '3', i: '1', o: '0', s: '$', t: '7', а: '@', о: '0', з: '3', и: '1' }
const TWINS: Record<string, string> = { a: 'а', c: 'с', e: 'е', i: 'і', o: 'о', p: 'р', s: 'ѕ', x: 'х', y: 'у', k: 'κ', n: 'ո', u: 'υ', а: 'a', с: 'c', е: 'e', о: 'o', р: 'p', х: 'x', у: 'y' }
const LETTER = /\p{L}/u

function each (text: string, change: (letter: string) => string): string {
  return [...text].map(letter => LETTER.test(letter) ? change(letter) : letter).join('')
}

/** Words of five or more letters: which a hostile writer would bend. */
function longWords (text: string, random: () => number, share: number, change: (word: string) => string): string {
  return text.replace(/\p{L}{4,}/gu, word => random() < share ? change(word) : word)
}

export const SPELLINGS: Readonly<Record<string, Spelling>> = Object.freeze({
  leetspeak: (text, random) => each(text, letter => random() < 0.6 ? LEET[letter.toLowerCase()] ?? letter : letter),
  homoglyphs: (text, random) => each(text, letter => random() < 0.7 ? TWINS[letter] ?? letter : letter),
  spacing: (text, random) => longWords(text, random, 0.7, word => [...word].join(random() < 0.5 ? ' ' : '.')),
  'zero-width': (text, random) => each(text, letter => random() < 0.5 ? `${letter}\u200b` : letter),
  repeated: (text, random) => each(text, letter => random() < 0.2 && !/\p{Script=Han}/u.test(letter) ? letter.repeat(4) : letter),
  'full-width': text => [...text].map(letter => letter >= '!' && letter <= '~' ? String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0) : letter).join(''),
  misspelt: (text, random) => longWords(text, random, 0.5, word => {
    const letters = [...word]
    const at = 1 + Math.floor(random() * (letters.length - 2))
    return (random() < 0.5 ? [...letters.slice(0, at), ...letters.slice(at + 1)] : [...letters.slice(0, at), letters[at + 1], letters[at], ...letters.slice(at + 2)]).join('')
  })
})
