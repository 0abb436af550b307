// eslint-disable-next-line no-misleading-character-class
const INVISIBLE = /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]/gu
const ASCII = /^[\u0000-\u007f]*$/ // eslint-disable-line no-control-regex

/** A text as it is seen: NFKC, without characters that take no room (zero width, soft hyphens, marks of direction, selectors). */
export function visibleText (text: string): string {
  return ASCII.test(text) ? text : text.normalize('NFKC').replace(INVISIBLE, '')
}
