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

// eslint-disable-next-line no-misleading-character-class
const INVISIBLE = /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]/gu
const MARKS = /\p{M}/gu

/** NFKC, case folded, without what cannot be seen: how words are compared. */
export function fold (text: string): string {
  return text.normalize('NFKC').replace(INVISIBLE, '').toLowerCase().normalize('NFKC')
}

/**
 * What a text looks like: folded, without accents, look-alike letters as Latin ones. Only for
 * comparing; two words with one skeleton may be different words.
 */
export function skeleton (text: string): string {
  const bare = fold(text).normalize('NFD').replace(MARKS, '')
  let out = ''
  for (const letter of bare) {
    out += CONFUSABLE.get(letter) ?? letter
  }
  return out
}

const WORD = /[\p{L}\p{N}@$!|+¢]+/gu
/** Texts are at most 16 KiB; more words than this are not looked at. */
const MAX_WORDS = 4_096

/** Words of a text as skeletons, and runs of single letters joined: s p a m is spam. */
export function wordsOf (text: string): Set<string> {
  const words = new Set<string>()
  let run = ''
  const flush = (): void => {
    if (run.length > 2) {
      words.add(run)
    }
    run = ''
  }
  for (const [word] of fold(text).matchAll(WORD)) {
    const shape = skeleton(word)
    if ([...shape].length === 1) {
      run += shape
    } else {
      flush()
      // punctuation that closes a word can also stand for a letter in it
      words.add(shape)
      words.add(skeleton(word.replace(/[!|+]+$/u, '')))
    }
    if (words.size >= MAX_WORDS) {
      break
    }
  }
  flush()
  return words
}

const LINK = /https?:\/\/([^\s/?#"'<>]{1,253})/giu
const MAX_LINKS = 64

/** Domains that a text links to, ASCII, without port or user. */
export function domainsOf (text: string): string[] {
  const found = new Set<string>()
  for (const [, host] of text.normalize('NFKC').replace(INVISIBLE, '').matchAll(LINK)) {
    try {
      found.add(new URL(`http://${host}`).hostname.replace(/\.$/, ''))
    } catch {
      // not an address
    }
    if (found.size >= MAX_LINKS) {
      break
    }
  }
  return [...found]
}
