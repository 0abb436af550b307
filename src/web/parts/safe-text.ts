const HIDDEN = /[\u200b-\u200f\u2060\ufeff\u00ad\u061c]/g
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/g
const MAX_NAME = 48

/** A name as it may stand in a line: no hidden or reordering characters, one line, not endless. */
export function safeName (name: string): string {
  // eslint-disable-next-line no-control-regex
  const clean = name.replace(HIDDEN, '').replace(REORDERING, '').replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, ' ').trim()
  return [...clean].length > MAX_NAME ? `${[...clean].slice(0, MAX_NAME).join('')}…` : clean
}

/** Words of a message: reordering marks would let a link or a name read as another one. */
export function safeText (text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(REORDERING, '').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '�')
}
