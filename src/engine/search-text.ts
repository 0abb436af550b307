/** Marks that readers of Latin, Greek, Cyrillic, Hebrew and Arabic leave out when they type; in other scripts marks are letters. */
const MARKS = /(?:(?=[\p{Script=Inherited}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Cyrillic}])\p{M})|\u0640|\p{Cf}/gu
/** Letters that are one to most writers of the language. */
const ALIKE: Record<string, string> = { ى: 'ي', ی: 'ي', ک: 'ك', ة: 'ه', ı: 'i', ß: 'ss', ς: 'σ', ё: 'е', ø: 'o', ł: 'l', đ: 'd' }
const LETTERS = new RegExp(`[${Object.keys(ALIKE).join('')}]`, 'gu')

/**
 * Text as it is compared: compatibility forms (full width, ligatures), case, accents, vowel signs and
 * joiners do not matter. Characters are not split into words: Chinese, Japanese and Thai write none apart.
 */
export function foldText (text: string): string {
  return text.normalize('NFKD').toLowerCase().replace(MARKS, '').replace(LETTERS, letter => ALIKE[letter])
}

/** What has to be found, all of it and in any order; a part in quotes as it stands. */
export function searchTerms (query: string): string[] {
  return [...query.matchAll(/"([^"]+)"|[^\s"]+/gu)].map(match => foldText(match[1] ?? match[0]).trim()).filter(term => term !== '')
}
