/** Seen by nobody, or standing for something else; the sign that makes a picture of a letter stays. */
const HIDDEN = /(?!\ufe0f)\p{Default_Ignorable_Code_Point}|[\ufff9-\ufffb]/gu
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/g
/** Marks stacked on one letter: real languages use up to three or four. */
const STACKED = /(\p{M}{4})\p{M}+/gu
const MAX_NAME = 48

/** A name as it may stand in a line: no hidden or reordering characters, one line, not endless. */
export function safeName (name: string): string {
  // joiners between pictures belong to the emoji, and in Persian words to the spelling
  const joined = name.replace(/(?<=[\p{Extended_Pictographic}\ufe0f\p{Emoji_Modifier}])\u200d(?=\p{Extended_Pictographic})/gu, '\u0001').replace(/(?<=\p{Script=Arabic})\u200c(?=\p{Script=Arabic})/gu, '\u0002')
  // eslint-disable-next-line no-control-regex
  const clean = joined.replace(HIDDEN, '').replace(REORDERING, '').replace(/\u0001/g, '\u200d').replace(/\u0002/g, '\u200c').replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, ' ').replace(STACKED, '$1').trim()
  const letters = [...clean]
  return letters.length > MAX_NAME ? `${letters.slice(0, MAX_NAME).join('')}…` : clean
}

/** Words of a message: reordering marks would let a link or a name read as another one. */
export function safeText (text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(REORDERING, '').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '�').replace(STACKED, '$1')
}

/** Letters that pass for Latin ones at a glance, in Greek and Cyrillic. */
const LOOKS: Record<string, string> = {
  а: 'a',
  в: 'b',
  е: 'e',
  ё: 'e',
  ѕ: 's',
  і: 'i',
  ї: 'i',
  ј: 'j',
  к: 'k',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  с: 'c',
  т: 't',
  у: 'y',
  х: 'x',
  ԁ: 'd',
  ԛ: 'q',
  ԝ: 'w',
  һ: 'h',
  ӏ: 'l',
  α: 'a',
  β: 'b',
  γ: 'y',
  ε: 'e',
  η: 'n',
  ι: 'i',
  κ: 'k',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  τ: 't',
  υ: 'u',
  χ: 'x',
  ω: 'w',
  0: 'o',
  1: 'l',
  3: 'e',
  5: 's',
  i: 'l',
  '|': 'l',
  '!': 'l',
  ı: 'l',
  ø: 'o',
  đ: 'd',
  ł: 'l'
}

/** Two names with one skeleton look alike (Unicode TS 39, as far as names need it). */
export function skeleton (name: string): string {
  const base = safeName(name).normalize('NFKD').replace(/[\p{M}\p{P}\s_]/gu, '').toLowerCase()
  const looks = (letter: string): string => LOOKS[letter] ?? letter
  // twice: what looks like an i looks like an l
  return [...base].map(looks).map(looks).join('').replaceAll('rn', 'm').replaceAll('vv', 'w')
}
