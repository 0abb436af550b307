/** A text this long is read as a whole, so that what surrounds a word counts (a quote, a report, a joke). */
const WHOLE_LENGTH = 400
const PART_LENGTH = 300
/** Texts are at most 16 KiB; with less than half of each part shared with the next, that is fewer parts than this. */
export const MAX_PARTS = 96

/** The parts in which a text is read, so that a threat in a long text is not drowned by the rest of it. */
export function partsOf (text: string): string[] {
  if (text.length <= WHOLE_LENGTH) {
    return [text]
  }
  const sentences = text.match(/[^.!?。！？؟\n]{1,300}[.!?。！？؟\n]*/gu) ?? []
  const parts: string[] = []
  let part = ''
  let last = ''
  for (const sentence of sentences) {
    if (part !== '' && part.length + sentence.length > PART_LENGTH) {
      parts.push(part)
      // a sentence is read with the one before it
      part = last.length < PART_LENGTH / 2 ? last : ''
    }
    part += sentence
    last = sentence
    if (parts.length >= MAX_PARTS - 1) {
      break
    }
  }
  return part === '' ? parts : [...parts, part]
}
