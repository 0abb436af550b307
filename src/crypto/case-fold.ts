const ASCII_CAPITALS = /[A-Z]+/g
const BEYOND_ASCII = /[^\0-\u007f]/gu
const CHEROKEE = /\p{Script=Cherokee}/u
const DOTLESS_I = '\u0131'

/** One by one: the lower case of a sigma depends on where in a word it stands. */
const lower = (letters: string): string => [...letters].map(letter => letter.toLowerCase()).join('')

function foldLetter (letter: string): string {
  if (letter === DOTLESS_I) {
    // its capital is that of i, but it is another letter
    return letter
  }
  // Cherokee had capitals long before small letters, and folds to them
  return CHEROKEE.test(letter) ? letter.toUpperCase() : lower(lower(letter).toUpperCase())
}

/**
 * Full case folding (Unicode Standard §3.13 toCasefold, CaseFolding.txt C and F): what differs only in
 * case is one text, also where a capital has more letters (`straße` and `STRASSE`) or a letter two small
 * forms (σ and ς). The same in every locale.
 */
export function caseFold (text: string): string {
  return text.replace(ASCII_CAPITALS, lower).replace(BEYOND_ASCII, foldLetter)
}
