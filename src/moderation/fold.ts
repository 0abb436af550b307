import { caseFold } from '../crypto/index.ts'
import { visibleText } from '../wire/index.ts'

/** Letters that pass for Latin ones; the part of Unicode's confusables (UTS #39) that hostile spellings use. */
const CONFUSABLE = new Map<string, string>()
const add = (latin: string, lookalikes: string): void => { [...lookalikes].forEach(each => { CONFUSABLE.set(each, latin) }) }
add('a', 'аɑα@4ａ')
add('b', 'ьв8ƅ')
add('c', 'сϲ¢')
add('d', 'ԁɗ')
add('e', 'еёεҽ3є')
add('f', 'ғſ')
add('g', 'ɡց9')
add('h', 'һհн')
add('i', 'іїιı1!|ӏ')
add('j', 'јʝ')
add('k', 'кκ')
add('l', 'ⅼℓ')
add('m', 'мⅿ')
add('n', 'пηո')
add('o', 'оοσ0օ')
add('p', 'рρ')
add('q', 'ԛ')
add('r', 'гг')
add('s', 'ѕ$5ꜱ')
add('t', 'тτ7+')
add('u', 'υսц')
add('v', 'ѵν')
add('w', 'ѡωԝ')
add('x', 'хχ')
add('y', 'уγү')
add('z', 'ᴢ2')

/** What ASCII letters and digits look like; enough for most words, and quick. */
const PLAIN = /^[a-z]*$/
const ASCII = /^[\u0000-\u007f]*$/ // eslint-disable-line no-control-regex
const MARKS = /\p{M}/gu

/** NFKC, case folded, without what cannot be seen: how words are compared. */
export function fold (text: string): string {
  return ASCII.test(text) ? text.toLowerCase() : caseFold(visibleText(text)).normalize('NFKC')
}

function shapeOf (folded: string): string {
  if (PLAIN.test(folded)) {
    return folded
  }
  const bare = ASCII.test(folded) ? folded : folded.normalize('NFD').replace(MARKS, '')
  let out = ''
  for (const letter of bare) {
    out += CONFUSABLE.get(letter) ?? letter
  }
  return out
}

/**
 * What a text looks like: folded, without accents, look-alike letters as Latin ones. Only for
 * comparing; two words with one skeleton may be different words.
 */
export function skeleton (text: string): string { return shapeOf(fold(text)) }

const WORD = /[\p{L}\p{M}\p{N}@$!|+¢]+/gu
/** Scripts that put no spaces between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
/** Texts are at most 16 KiB; more words than this are not looked at. */
export const MAX_WORDS = 4_096
/** Letters of unspaced script looked at, and the longest word looked for in them. */
const MAX_UNSPACED = 1_024
export const MAX_UNSPACED_WORD = 8

/** The key a word or phrase is found by: skeletons of its words with one space between. */
export function wordKey (word: string): string {
  const folded = fold(word)
  return PLAIN.test(folded) ? folded : [...folded.matchAll(WORD)].map(([each]) => shapeOf(each)).join(' ')
}

/**
 * Words of a text in their order, as skeletons. Runs of single letters are joined (s p a m is
 * spam); a word that ends in what may be punctuation or a letter is followed by its other reading.
 */
export function wordsOf (text: string): string[] {
  const words: string[] = []
  let run = ''
  let unspaced = 0
  const flush = (): void => {
    if (run.length > 2) {
      words.push(run)
    }
    run = ''
  }
  for (const [word] of fold(text).matchAll(WORD)) {
    if (words.length >= MAX_WORDS) {
      break
    }
    const shape = shapeOf(word)
    if (shape.length <= 2 && [...shape].length === 1) {
      run += shape
      words.push(shape)
      continue
    }
    flush()
    words.push(shape)
    if (/[!|+]$/.test(word)) {
      words.push(shapeOf(word.replace(/[!|+]+$/u, '')))
    }
    if (unspaced < MAX_UNSPACED && UNSPACED.test(shape)) {
      const letters = [...shape].slice(0, MAX_UNSPACED - unspaced)
      unspaced += letters.length
      for (let from = 0; from < letters.length; from++) {
        for (let length = 1; length <= MAX_UNSPACED_WORD && from + length <= letters.length; length++) {
          words.push(letters.slice(from, from + length).join(''))
        }
      }
    }
  }
  flush()
  return words
}
