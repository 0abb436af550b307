const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const WIDE = /\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|[\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u
const NONE = /^[\p{Mark}\p{Cf}\p{Cc}]+$/u
// eslint-disable-next-line no-control-regex
const ESCAPES = /\u001b\[[0-9;]*m/g

function widthOf (grapheme: string): number {
  return NONE.test(grapheme) ? 0 : WIDE.test(grapheme) || grapheme.includes('\ufe0f') ? 2 : 1
}

/** Columns a terminal needs for a text; colours take none. */
export function columnsOf (text: string): number {
  let columns = 0
  for (const { segment } of graphemes.segment(text.replace(ESCAPES, ''))) {
    columns += widthOf(segment)
  }
  return columns
}

/** The beginning of a text that fits; cut ends are marked. */
export function fit (text: string, columns: number): string {
  if (columnsOf(text) <= columns) {
    return text
  }
  let kept = ''
  let used = 1
  for (const { segment } of graphemes.segment(text)) {
    used += widthOf(segment)
    if (used > columns) {
      break
    }
    kept += segment
  }
  return columns < 1 ? '' : `${kept}…`
}

/** Lines of at most so many columns, broken at spaces where there are any. */
export function wrap (text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  let used = 0
  const flush = (): void => {
    lines.push(line.trimEnd())
    line = ''
    used = 0
  }
  for (const word of text.split(/(?<= )/)) {
    const width = columnsOf(word)
    if (used > 0 && used + columnsOf(word.trimEnd()) > columns) {
      flush()
    }
    if (width <= columns) {
      line += word
      used += width
      continue
    }
    for (const { segment } of graphemes.segment(word)) {
      if (used + widthOf(segment) > columns) {
        flush()
      }
      line += segment
      used += widthOf(segment)
    }
  }
  flush()
  return lines
}
