/** Seen by nobody, or standing for something else; the sign that makes a picture of a letter stays. */
const HIDDEN = /(?!\ufe0f)\p{Default_Ignorable_Code_Point}|[\ufff9-\ufffb]/gu
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/g
/** Marks stacked on one letter: real languages use up to three or four. */
const STACKED = /(\p{M}{4})\p{M}+/gu
const MAX_NAME = 48
/** Letters of a file's name that always stand there: they say what opens it. */
const FILE_END = 16

/** A name as it may stand in a line: no hidden or reordering characters, one line, not endless. */
export function safeName (name: string, end = 0): string {
  // joiners between pictures belong to the emoji, and in Persian words to the spelling
  const joined = name.replace(/(?<=[\p{Extended_Pictographic}\ufe0f\p{Emoji_Modifier}])\u200d(?=\p{Extended_Pictographic})/gu, '\u0001').replace(/(?<=\p{Script=Arabic})\u200c(?=\p{Script=Arabic})/gu, '\u0002')
  // eslint-disable-next-line no-control-regex
  const clean = joined.replace(HIDDEN, '').replace(REORDERING, '').replace(/\u0001/g, '\u200d').replace(/\u0002/g, '\u200c').replace(/[\u0000-\u001f\u007f-\u009f\s\u2800]+/g, ' ').replace(STACKED, '$1').trim()
  const letters = [...clean]
  return letters.length > MAX_NAME ? [...letters.slice(0, MAX_NAME - end), '…', ...letters.slice(letters.length - end)].join('') : clean
}

/** A file's name: a long one is cut in its middle, so that `….jpg….exe` shows as what it is. */
export function safeFile (name: string): string { return safeName(name, FILE_END) }

/** Words of a message: reordering marks would let a link or a name read as another one. */
export function safeText (text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(REORDERING, '').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '�').replace(STACKED, '$1')
}
