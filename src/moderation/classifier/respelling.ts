import { withoutLinks } from '../../wire/index.ts'
import { fold } from '../fold.ts'

/** Longer words are cut: nobody's word, and n-grams of it would crowd out the rest. */
const MAX_WORD_LENGTH = 32
/** Words read of one part of a text. */
const MAX_WORDS = 256

const MARKS = /\p{M}/gu
const HANDLE = /(?<![\p{L}\p{N}])@[\p{L}\p{N}_]{3,}/gu
const MONEY = /[$€£¥₽﷼]\s*[\p{N}.,]+\s*[km]?\b|[\p{N}][\p{N}.,]*\s*(?:[$€£¥₽﷼%]|usd|usdt|eur|btc|eth)/gu
const PHONE = /\+?\p{N}[\p{N}\s().-]{7,}\p{N}/gu
/** A stop, dash or star inside a word: k.i.l.l, st*pid, self-harm, don't. */
const INNER = /(?<=[\p{L}\p{N}@$])[._\-'’‘`~*^]{1,2}(?=[\p{L}\p{N}@$])/gu
const TOKEN = /[\p{L}\p{N}@$!|+€]+/gu
const NUMBER = /^\p{N}+\p{L}{0,2}$/u
const HAN = /\p{Script=Han}/u

/** Arabic and Persian letters that are written several ways. */
const ARABIC: Record<string, string> = { ى: 'ي', ی: 'ي', ئ: 'ي', ة: 'ه', ۀ: 'ه', ک: 'ك', ؤ: 'و', ـ: '' }
/** Signs that stand for letters in Latin words; in Cyrillic ones, their like there. */
const LEET = new Map([...'@4a 3e €e 0o 1i !i |i 5s $s 7t +t 9g 8b 2z 6b'.split(' ')].map(pair => [pair[0], pair[1]]))
const LEET_CYRILLIC = new Map([...'@а 4ч 3з 0о 6б 1и !и $с'.split(' ')].map(pair => [pair[0], pair[1]]))

const LATIN_OF_CYRILLIC = new Map([...'аa вb сc еe нh іi јj кk мm оo рp ѕs тt уy хx ԁd һh ԝw ѵv'.split(' ')].map(pair => [pair[0], pair[1]]))
const LATIN_OF_GREEK = new Map([...'αa βb εe ηn ιi κk νv οo ρp τt υu χx ωw σo'.split(' ')].map(pair => [pair[0], pair[1]]))
const LATIN_OF_OTHER = new Map([...'ɑa ɡg ıi ӏl ʟl օo սu ոn ɩi ᴀa ᴇe ɪi ᴏo ᴜu ꜱs ᴛt ʀr ɴn ᴋk ʏy ᴅd ɢg ʜh ᴍm ᴘp ᴄc ʙb ᴠv ᴡw ᴢz ᴊj ꜰf'.split(' ')].map(pair => [pair[0], pair[1]]))
const CYRILLIC_OF_LATIN = new Map([...LATIN_OF_CYRILLIC].map(([from, to]) => [to, from]))

/** Words of a text as they were meant, and what was in it besides words. */
export interface Respelled {
  words: string[]
  links: number
  handles: number
  money: number
  phones: number
}

function count (text: string, pattern: RegExp): [number, string] {
  let found = 0
  const rest = text.replace(pattern, () => {
    found++
    return ' '
  })
  return [found, rest]
}

function letters (word: string, cyrillic: boolean): string {
  const mixed = /\p{L}/u.test(word) && !NUMBER.test(word)
  let out = ''
  for (const letter of word) {
    if (cyrillic) {
      out += CYRILLIC_OF_LATIN.get(letter) ?? (mixed ? LEET_CYRILLIC.get(letter) : undefined) ?? letter
    } else {
      out += LATIN_OF_CYRILLIC.get(letter) ?? LATIN_OF_GREEK.get(letter) ?? LATIN_OF_OTHER.get(letter) ?? (mixed ? LEET.get(letter) : undefined) ?? ARABIC[letter] ?? letter
    }
  }
  return out
}

/** Whether Cyrillic is what the text is written in, rather than letters borrowed from it. */
function isCyrillic (text: string): boolean {
  const cyrillic = text.match(/\p{Script=Cyrillic}/gu)?.length ?? 0
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0
  // what has no Latin twin was not borrowed
  const own = text.match(/[бгджзийлпфцчшщъыьэюя]/gu)?.length ?? 0
  return cyrillic > latin && own > 0
}

/**
 * Undoes what hostile spellings do: invisible and full-width characters, accents, look-alike
 * letters of other scripts, digits and signs for letters, spaced or dotted letters, repeated ones.
 * Digits that count something become `0`.
 */
export function respell (text: string): Respelled {
  let { links, rest } = withoutLinks(fold(text))
  let handles, money, phones
  ;[handles, rest] = count(rest, HANDLE)
  ;[money, rest] = count(rest, MONEY)
  ;[phones, rest] = count(rest, PHONE)
  rest = rest.normalize('NFD').replace(MARKS, '').normalize('NFC').replace(INNER, '')
  const cyrillic = isCyrillic(rest)
  const words: string[] = []
  let run = ''
  const push = (word: string): void => {
    // a letter repeated says no more than once, and 'stupiiid' is 'stupid'
    const plain = HAN.test(word) ? word : word.replace(/(\p{L})\1+/gu, '$1')
    words.push([...plain].slice(0, MAX_WORD_LENGTH).join(''))
  }
  const flush = (): void => {
    if ([...run].length > 2) {
      push(run)
    } else {
      [...run].forEach(push)
    }
    run = ''
  }
  for (const [token] of rest.matchAll(TOKEN)) {
    const bare = token.replace(/[!|+]+$/u, '').replace(/^[!|+]+/u, '')
    const word = NUMBER.test(bare) ? bare.replace(/\p{N}/gu, '0') : letters(bare, cyrillic)
    if (word === '') {
      continue
    }
    if ([...word].length === 1 && !HAN.test(word) && /\p{L}/u.test(word)) {
      run += word
    } else {
      flush()
      push(word)
    }
    if (words.length >= MAX_WORDS) {
      break
    }
  }
  flush()
  return { words, links, handles, money, phones }
}
