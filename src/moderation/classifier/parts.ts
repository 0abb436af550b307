/** A text this long is read as a whole, so that what surrounds a word counts (a quote, a report, a joke). */
const WHOLE_LENGTH = 280
/** Sentences shorter than this are read with what comes before them. */
const SHORT_LENGTH = 40
const LONGEST_SENTENCE = 300
/** Texts are at most 16 KiB: more parts than this would be shorter than words. */
export const MAX_PARTS = 512

/**
 * The parts in which a text is read, so that a threat in a long text is not drowned by the rest of it.
 *
 * @param whole - characters up to which a text, or a part of it, stays together
 */
export function partsOf (text: string, whole = WHOLE_LENGTH): string[] {
  if (text.length <= whole) {
    return [text]
  }
  // where models read much at once, parts are as long as they may be
  const enough = whole > WHOLE_LENGTH ? whole - LONGEST_SENTENCE : SHORT_LENGTH
  const parts: string[] = []
  for (const [sentence] of text.matchAll(/[^.!?。！？؟\n]{1,300}[.!?。！？؟\n]{0,8}/gu)) {
    const last = parts[parts.length - 1]
    if (last != null && (last.length < enough || (sentence.length < SHORT_LENGTH && last.length < whole / 2))) {
      parts[parts.length - 1] = last + sentence
    } else if (parts.length < MAX_PARTS) {
      parts.push(sentence)
    } else {
      break
    }
  }
  return parts
}
